package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// statusHeader heads the columns of the table of SLOs; expendable are those that a
// narrow terminal goes without, the first of them first.
var (
	statusHeader = [...]string{"state", "slo", "objective", "window", "sli", "budget left", "burn 5m", "1h", "6h", "3d", "calls/s", "p99"}
	expendable   = [...]string{"p99", "calls/s", "3d", "window", "6h", "objective", "sli"}
)

// WriteStatus writes SLOs as a table, each with its further windows below it, and
// what is not known said below the table.
func WriteStatus(w io.Writer, slos []api.SLO, style Style) {
	rows, hidden := statusTable(slos, style), 0
	for style.Width > 0 && widest(rows) > style.Width && hidden < len(expendable) {
		hidden++
		rows = statusTable(slos, style, expendable[:hidden]...)
	}
	fmt.Fprint(w, rows)
	if hidden > 0 {
		fmt.Fprintf(w, "left out for want of width: %s; -o json has all\n", strings.Join(expendable[:hidden], ", "))
	}
	for _, r := range slices.Concat(alerts(slos, style), remarks(slos), corrections(slos)) {
		fmt.Fprintln(w, Plain(r))
	}
	if asOf := oldest(slos); asOf != nil {
		fmt.Fprintf(w, "as of %s\n", style.time(*asOf))
	}
}

func statusTable(slos []api.SLO, style Style, hidden ...string) string {
	var out strings.Builder
	t := newTable(&out)
	var header table.Row
	var columns []table.ColumnConfig
	for i, name := range statusHeader {
		header = append(header, name)
		c := table.ColumnConfig{Number: i + 1, Hidden: slices.Contains(hidden, name)}
		if i >= 4 { // numbers
			c.Align, c.AlignHeader = text.AlignRight, text.AlignRight
		}
		columns = append(columns, c)
	}
	t.AppendHeader(header)
	t.SetColumnConfigs(columns)
	for _, s := range slos {
		t.AppendRow(statusRow(s, style))
		for _, w := range s.Windows {
			t.AppendRow(windowRow(w, style, slices.Contains(hidden, "window")))
		}
	}
	t.Render()
	return out.String()
}

// widest is how many columns of a terminal the widest line takes.
func widest(lines string) int {
	most := 0
	for line := range strings.Lines(lines) {
		most = max(most, text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")))
	}
	return most
}

// alerts say why SLOs fire, or what holds their alerts back, and since when.
func alerts(slos []api.SLO, style Style) (lines []string) {
	for _, s := range slos {
		what := s.Alert.Severity
		if s.Alert.State == pending {
			what = pending
		}
		switch asked := asksFor(s.Alert); {
		case (active(s.Alert) || what == pending) && s.Alert.Since != nil:
			lines = append(lines, fmt.Sprintf("%s: %s since %s: %s", s.ID, what, style.time(*s.Alert.Since), s.Alert.Reason))
		case asked != "":
			lines = append(lines, fmt.Sprintf("%s: %s: %s", s.ID, asked, s.Alert.Reason))
		}
		for _, m := range s.Alert.MutedBy {
			lines = append(lines, fmt.Sprintf("%s: nobody is told, held back by %s", s.ID, m))
		}
	}
	return lines
}

// pending is the state of an alert that burns and is held back.
const pending = "pending"

func active(a api.AlertState) bool { return a.State == "firing" || a.State == "recovering" }

// maxAlike is how many SLOs each have a line for the same remark.
const maxAlike = 3

// remarks are what is to be said about the data of the SLOs. What is true of many
// is said once, with the first of them and how many more.
func remarks(slos []api.SLO) (lines []string) {
	var order []api.Data
	ids := make(map[api.Data][]string)
	for _, s := range slos {
		said := api.Data{State: s.Data.State, Reason: s.Data.Reason}
		if said.Reason != "" && ids[said] == nil {
			order = append(order, said)
		}
		ids[said] = append(ids[said], s.ID)
	}
	for _, said := range order {
		who := ids[said]
		if len(who) > maxAlike {
			lines = append(lines, remark(fmt.Sprintf("%s and %d more", who[0], len(who)-1), "are", said))
			continue
		}
		for _, id := range who {
			lines = append(lines, remark(id, "is", said))
		}
	}
	return lines
}

// corrections say both numbers of the SLOs that maintenance excludes something of: of
// many only the first.
func corrections(slos []api.SLO) (lines []string) {
	more := 0
	for _, s := range slos {
		switch {
		case s.Excluded.Text == "":
		case len(lines) == maxAlike:
			more++
		default:
			lines = append(lines, s.ID+" is corrected: "+s.Excluded.Text)
		}
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("%d more are corrected", more))
	}
	return lines
}

func remark(who, verb string, said api.Data) string {
	if said.State == "ok" {
		return who + ": " + said.Reason
	}
	return fmt.Sprintf("%s %s %s: %s", who, verb, said.State, said.Reason)
}

func statusRow(s api.SLO, style Style) table.Row {
	objective := strconv.FormatFloat(100*s.Objective, 'g', 10, 64) + "%"
	row := append(table.Row{state(s, style), Plain(s.ID), objective}, result(s.Window, s.SLI, s.ErrorBudget.RemainingRatio, style)...)
	for _, window := range []string{"5m", "1h", "6h", "3d"} {
		row = append(row, burnOver(s, window))
	}
	return append(row, rate(s), p99(s.Latency))
}

// windowRow stands under its SLO: what came of a further window of it. It is named
// in place of an SLO where windows have no column.
func windowRow(w api.WindowResult, style Style, named bool) table.Row {
	name := ""
	if named {
		name = "  " + Plain(w.Name)
	}
	return append(table.Row{strings.TrimPrefix(coverage(w.Coverage), ", "), name, ""}, result(w.Window, w.SLI, w.RemainingRatio, style)...)
}

// result is what came of a window: its name, its success ratio and what is left of
// the budget.
func result(w api.Window, sli, left *float64, style Style) table.Row {
	if w.Reading {
		return table.Row{Plain(w.Name), format.Reading, format.Reading}
	}
	return table.Row{Plain(w.Name), success(sli), budget(left, style)}
}

// budget marks what has little of it left.
func budget(left *float64, style Style) string {
	cell := percent(left, 1)
	switch {
	case !known(left):
		return cell
	case *left <= 0:
		return style.paint(cell, text.FgRed)
	case *left < 0.25:
		return style.paint(cell, text.FgYellow)
	}
	return cell
}

func burnOver(s api.SLO, window string) string {
	for _, b := range s.BurnRates {
		switch {
		case b.Window != window:
		case b.Reading:
			return format.Reading
		default:
			return burn(b.BurnRate)
		}
	}
	return unknown
}

// rate is empty for what counts slots and not calls.
func rate(s api.SLO) string {
	switch {
	case s.Unit == "slots":
		return ""
	case !known(s.CallsPerSecond):
		return unknown
	}
	return number(*s.CallsPerSecond)
}

func p99(l *api.Latency) string {
	switch {
	case l == nil:
		return ""
	case known(l.P99):
		return seconds(*l.P99)
	case known(l.Above):
		return "> " + seconds(*l.Above)
	}
	return unknown
}

// seconds writes a latency to the millisecond, a short one to the microsecond.
func seconds(v float64) string {
	d := time.Duration(v * float64(time.Second))
	if d < 10*time.Millisecond {
		return d.Round(time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}

// wholeWindow is the coverage below which a row says how much is known.
const wholeWindow = 0.99

// state is the alert where one burns, and the state of the data otherwise, with
// how much of the window is known where that is not all of it.
func state(s api.SLO, style Style) string {
	return alertOrData(s, style) + coverage(s.Data.Coverage) + corrected(s.Excluded)
}

func coverage(share float64) string {
	if share >= wholeWindow {
		return ""
	}
	return fmt.Sprintf(", %.0f%% known", math.Floor(100*share))
}

// corrected marks what maintenance excludes something of.
func corrected(x api.Excluded) string {
	switch {
	case x.Slots == 0:
		return ""
	case x.Share > 0.5:
		return fmt.Sprintf(", %s excluded", percent(&x.Share, 0))
	}
	return ", corrected"
}

// heldBack marks an alert that nobody is told of.
func heldBack(a api.AlertState) string {
	if len(a.MutedBy) == 0 {
		return ""
	}
	return ", muted"
}

func alertOrData(s api.SLO, style Style) string {
	switch {
	case s.Alert.State == "firing" && s.Alert.Severity == "page":
		return style.paint(Plain("PAGE "+s.Alert.Tier+heldBack(s.Alert)), text.FgRed)
	case active(s.Alert):
		return style.paint(Plain(s.Alert.State+" "+s.Alert.Severity+heldBack(s.Alert)), text.FgYellow)
	case s.Alert.State == pending:
		return style.paint(Plain(strings.TrimSuffix(pending+", "+s.Data.State, ", ok")), text.FgYellow)
	case asksFor(s.Alert) == "would page":
		return style.paint(Plain("WOULD PAGE "+s.Alert.Tier), text.FgRed)
	case asksFor(s.Alert) != "":
		return style.paint(strings.TrimSuffix(Plain(asksFor(s.Alert)+", "+s.Data.State), ", ok"), text.FgYellow)
	case s.Data.State == "ok":
		return unalerted(s, style)
	}
	return style.paint(Plain(s.Data.State), text.FgMagenta)
}

// asksFor is what the numbers ask for where nothing decides alerts: "would page", "would
// ticket" or "pending"; empty where they ask for nothing, or an alert is decided.
func asksFor(a api.AlertState) string {
	switch {
	case a.State != "unknown" || a.Reason == "":
		return ""
	case a.Severity == "none":
		return pending
	}
	return "would " + a.Severity
}

// unalerted is the state of what is measured while no alert is about it: ok only where
// something is left of the budget and it lasts at the pace of now.
func unalerted(s api.SLO, style Style) string {
	left, ends := s.ErrorBudget.RemainingRatio, s.ErrorBudget.ExhaustsAt
	switch {
	case s.Window.Reading:
		return style.paint(format.Reading, text.FgMagenta)
	case known(left) && *left <= 0:
		return style.paint("spent", text.FgRed)
	case ends != nil && s.AsOf != nil && ends.After(*s.AsOf):
		return style.paint("ok, spent in "+format.Span(ends.Sub(*s.AsOf)), text.FgYellow)
	}
	return style.paint("ok", text.FgGreen)
}

func oldest(slos []api.SLO) *time.Time {
	var at *time.Time
	for _, s := range slos {
		if s.AsOf != nil && (at == nil || s.AsOf.Before(*at)) {
			at = s.AsOf
		}
	}
	return at
}
