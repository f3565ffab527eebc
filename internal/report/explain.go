package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// WriteExplanation writes an explanation in sections, with its conclusion first.
func WriteExplanation(w io.Writer, e api.Explanation, style Style) error {
	x := explanation{Explanation: e, style: style}
	x.line(style.bold(Plain(e.ID)) + x.asOf())
	x.line(style.bold(Plain(e.Conclusion)))
	x.promised()
	x.budgets()
	x.sums()
	x.tiers()
	x.alert()
	x.queries()
	x.annotations()
	out := x.text.String()
	if style.ASCII {
		out = ascii.Replace(out)
	}
	_, err := io.WriteString(w, out)
	return err
}

// ascii spells the signs that not every terminal shows.
var ascii = strings.NewReplacer("≥", ">=", "≤", "<=", "×", "x", "−", "-", "…", "...")

// explanation is one that is being written.
type explanation struct {
	api.Explanation
	style Style
	text  strings.Builder
}

func (x *explanation) line(text string) { x.text.WriteString(text + "\n") }

// indented writes a line of text that comes from elsewhere.
func (x *explanation) indented(text string) { x.line("  " + Plain(text)) }

func (x *explanation) section(title string) { x.line("\n" + x.style.bold(Plain(title))) }

func (x *explanation) at(t *time.Time) string {
	if t == nil {
		return unknown
	}
	return t.In(cmp.Or(x.style.Location, time.UTC)).Format("2006-01-02 15:04:05 MST")
}

func (x *explanation) asOf() string {
	if x.AsOf == nil {
		return ""
	}
	return " as of " + x.at(x.AsOf)
}

// promised is what is promised, what is counted, and what is known of it.
func (x *explanation) promised() {
	x.section("PROMISE")
	x.indented(x.Promise.Text)
	x.section("COUNTED")
	x.indented(strings.TrimSpace(x.Counted.Kind + ": " + x.Counted.Good))
	rows := make([]table.Row, len(x.Counted.Selectors))
	for i, s := range x.Counted.Selectors {
		rows[i] = table.Row{"  " + Plain(s.Name), Plain(s.PromQL)}
	}
	x.table(nil, rows)
	for _, caveat := range x.Counted.Caveats {
		x.indented(caveat)
	}
	x.section("DATA")
	state := x.Data.State
	if x.Data.Reason != "" {
		state += ": " + x.Data.Reason
	}
	x.indented(state)
	x.indented(x.DataMeaning)
}

func (x *explanation) budgets() {
	for _, w := range append([]api.ExplainedWindow{x.Budget}, x.Reports...) {
		x.section("BUDGET OVER " + w.Window)
		x.indented(x.at(w.From) + " to " + x.at(w.To))
		x.indented(x.counts(w.ExplainedSum))
		if w.Excluded != nil && w.Excluded.Text != "" {
			x.indented("corrected: " + w.Excluded.Text)
		}
		x.arithmetic("  ", w.Arithmetic)
	}
}

func (x *explanation) counts(s api.ExplainedSum) string {
	text := fmt.Sprintf("%s %s: %s good, %s bad; %s known",
		format.Events(s.Total), x.Counted.Unit, format.Events(s.Good), format.Events(s.Bad), percent(&s.Coverage, 1))
	if s.Reading {
		text += "; older slots are still being read"
	}
	if excluded := api.ExcludedText(s.Excluded); excluded != "" {
		text += "; " + excluded
	}
	return text
}

func (x *explanation) arithmetic(indent string, lines []api.Working) {
	rows := make([]table.Row, len(lines))
	for i, line := range lines {
		value := line.Result
		if line.Terms != "" {
			value = line.Terms + " = " + value
		}
		if line.Note != "" {
			value += " (" + line.Note + ")"
		}
		rows[i] = table.Row{indent + Plain(line.Name), "= " + Plain(value)}
	}
	x.table(nil, rows)
}

// sums are the burn windows, a line each, and the arithmetic on them.
func (x *explanation) sums() {
	x.section("BURN RATES")
	rows := make([]table.Row, len(x.Sums))
	for i, s := range x.Sums {
		known := percent(&s.Coverage, 1)
		if s.Reading {
			known += ", being read"
		}
		if s.Excluded != nil {
			known += ", " + percent(&s.Excluded.Share, 1) + " excluded"
		}
		rows[i] = table.Row{"  " + Plain(s.Window), x.at(s.From), format.Events(s.Total), format.Events(s.Good), format.Events(s.Bad), format.Events(float64(s.BadSlots)), known}
		for _, line := range s.Arithmetic {
			rows[i] = append(rows[i], Plain(inline(line)))
		}
	}
	x.table(table.Row{"  window", "from", Plain(x.Counted.Unit), "good", "bad", "bad slots", "known", "error ratio", "burn rate"}, rows, 3, 4, 5, 6, 7)
}

func inline(line api.Working) string {
	if line.Terms == "" {
		return line.Result
	}
	return line.Terms + " = " + line.Result
}

func (x *explanation) tiers() {
	for _, t := range x.Tiers {
		title := fmt.Sprintf("TIER %s", t.Name)
		if t.Long != t.Short {
			title += fmt.Sprintf(": burn rate %g over %s and %s, %s", t.BurnRate, t.Long, t.Short, t.Severity)
		} else {
			title += ": " + t.Severity
		}
		x.section(title)
		x.line("  " + x.style.mark(t.Met) + " " + Plain(granted(t)))
		rows := make([]table.Row, len(t.Conditions))
		for i, c := range t.Conditions {
			rows[i] = table.Row{"    " + x.style.mark(c.Holds), Plain(c.Name), Plain(c.Have), Plain(c.Need), forSeverity(c.For)}
		}
		x.table(nil, rows, 3)
		if t.Held != "" {
			x.indented(t.Held)
		}
	}
}

func granted(t api.ExplainedTier) string {
	text := "grants a " + t.Grants
	switch {
	case t.Met == nil:
		text = "cannot be known"
	case !*t.Met:
		text = "does not fire"
	}
	if t.Reason != "" {
		text += ": " + t.Reason
	}
	return text
}

func forSeverity(severity string) string {
	if severity == "" {
		return ""
	}
	return Plain("for a " + severity)
}

func (x *explanation) alert() {
	x.section("ALERT")
	if !x.Remembered {
		x.indented("unknown: nobody remembers it here, so neither what fired before, nor a recovery, nor an acknowledgement counts")
		return
	}
	state := x.Alert.State
	if x.Alert.Severity != "none" {
		state += " " + x.Alert.Severity
	}
	if x.Alert.Since != nil {
		state += " since " + x.at(x.Alert.Since)
	}
	if x.Alert.Reason != "" {
		state += ": " + x.Alert.Reason
	}
	x.indented(state)
	for _, m := range x.Alert.MutedBy {
		x.indented("nobody is told: held back by " + m.String())
	}
}

func (x *explanation) queries() {
	x.section("QUERIES")
	for _, q := range x.Queries {
		x.indented(x.when(q))
		x.line("    " + Plain(q.PromQL))
	}
	if x.ByHand != "" {
		x.indented(x.ByHand)
	}
}

// when says what a query is and how it is evaluated.
func (x *explanation) when(q api.Query) string {
	text := q.Name + ": " + q.About
	if q.Step != "" {
		text += fmt.Sprintf(" Every %s from %s to %s.", q.Step, x.at(q.From), x.at(q.To))
	}
	if q.Expect != nil {
		text += " The ledger holds " + format.Events(*q.Expect) + "."
	}
	return text
}

func (x *explanation) annotations() {
	if len(x.Annotations) == 0 {
		return
	}
	x.section("ANNOTATIONS")
	rows := make([]table.Row, len(x.Annotations))
	for i, n := range x.Annotations {
		rows[i] = table.Row{"  " + x.at(&n.From), "to " + x.at(&n.To), Plain(n.Kind), Plain(n.Text)}
	}
	x.table(nil, rows)
}

// table writes rows in columns, of which some are aligned to the right.
func (x *explanation) table(header table.Row, rows []table.Row, right ...int) {
	if len(rows) == 0 {
		return
	}
	t := newTable(&x.text)
	if header != nil {
		t.AppendHeader(header)
	}
	var columns []table.ColumnConfig
	for _, n := range right {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	t.AppendRows(rows)
	t.Render()
}
