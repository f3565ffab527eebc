package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/slofuse/slofuse/web/api"
)

// header names the columns of [CSV]. Ratios are between 0 and 1, and empty when they
// are not known.
var header = []string{
	"id", "service", "function", "slo", "owner", "objective", "window", "from", "to", "standing", "reason", "sli", "good", "bad", "total", "allowed",
	"spent_ratio", "remaining_ratio", "left_at_start", "left_at_end", "coverage", "gap_seconds", "excluded_seconds", "excluded_for", "seconds_lost",
	"earlier_spent_ratio_1", "earlier_spent_ratio_2", "earlier_spent_ratio_3", "action",
}

// earlierColumns is how many periods before have a column.
const earlierColumns = 3

// CSV writes one line for each objective. Text that a spreadsheet would take for a
// formula begins with an apostrophe.
func CSV(w io.Writer, r api.Report) error {
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	for _, o := range r.Objectives {
		if err := out.Write(record(r.Period, o)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func record(p api.ReportPeriod, o api.ReportObjective) []string {
	line := []string{
		harmless(o.ID), harmless(o.Service), harmless(o.Function), harmless(o.SLO), harmless(o.Owner), decimal(o.Objective), harmless(o.Window),
		p.From.Format(time.RFC3339), p.To.Format(time.RFC3339), o.Standing, harmless(o.Reason), optional(o.SLI),
		decimal(o.Good), decimal(o.Bad), decimal(o.Total), decimal(o.Allowed), optional(o.SpentRatio), optional(o.RemainingRatio),
		optional(o.LeftAtStart), optional(o.LeftAtEnd), decimal(o.Coverage), decimal(o.GapSeconds), decimal(o.ExcludedSeconds),
		harmless(strings.Join(o.ExcludedFor, "; ")), optional(o.SecondsLost),
	}
	for i := range earlierColumns {
		var spent *float64
		if i < len(o.Earlier) {
			spent = o.Earlier[i].SpentRatio
		}
		line = append(line, optional(spent))
	}
	return append(line, harmless(o.Action))
}

// formulas begin with one of these signs, also behind blanks that a spreadsheet drops.
const formulas = "=+-@|＝＋－＠"

// harmless keeps a text from being a formula.
func harmless(text string) string {
	text = plain(text)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, unicode.IsSpace))
	if strings.ContainsRune(formulas, first) {
		return "'" + text
	}
	return text
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func optional(v *float64) string {
	if v == nil {
		return ""
	}
	return decimal(*v)
}
