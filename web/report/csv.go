package report

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/sheet"
)

// header names the columns of [CSV]. Ratios are between 0 and 1, and empty when they
// are not known.
var header = []string{
	"id", "service", "function", "slo", "owner", "objective", "window", "from", "to", "standing", "reason", "sli", "good", "bad", "total", "allowed",
	"spent_ratio", "remaining_ratio", "left_at_start", "left_at_end", "coverage", "gap_seconds", "excluded_seconds", "excluded_for", "seconds_lost",
	"average_seconds", "average_from_seconds", "average_to_seconds", "p99_seconds",
	"earlier_spent_ratio_1", "earlier_spent_ratio_2", "earlier_spent_ratio_3", "action",
}

// earlierColumns is how many periods before have a column.
const earlierColumns = 3

// CSV writes one line for each objective.
func CSV(w io.Writer, r api.Report) error {
	lines := [][]string{header}
	for _, o := range r.Objectives {
		lines = append(lines, record(r.Period, o))
	}
	_, err := w.Write(sheet.CSV(lines))
	return err
}

func record(p api.ReportPeriod, o api.ReportObjective) []string {
	line := []string{
		o.ID, o.Service, o.Function, o.SLO, o.Owner, decimal(o.Objective), o.Window,
		p.From.Format(time.RFC3339), p.To.Format(time.RFC3339), o.Standing, o.Reason, optional(o.SLI),
		decimal(o.Good), decimal(o.Bad), decimal(o.Total), decimal(o.Allowed), optional(o.SpentRatio), optional(o.RemainingRatio),
		optional(o.LeftAtStart), optional(o.LeftAtEnd), decimal(o.Coverage), decimal(o.GapSeconds), decimal(o.ExcludedSeconds),
		strings.Join(o.ExcludedFor, "; "), optional(o.SecondsLost),
	}
	line = append(line, durations(o.Latency)...)
	for i := range earlierColumns {
		var spent *float64
		if i < len(o.Earlier) {
			spent = o.Earlier[i].SpentRatio
		}
		line = append(line, optional(spent))
	}
	return append(line, o.Action)
}

func durations(l *api.Latency) []string {
	if l == nil {
		l = &api.Latency{}
	}
	return []string{optional(l.Average), optional(l.AverageFrom), optional(l.AverageTo), optional(l.P99)}
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func optional(v *float64) string {
	if v == nil {
		return ""
	}
	return decimal(*v)
}
