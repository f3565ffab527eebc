package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// Markdown writes the report as a document with tables.
func Markdown(w io.Writer, r api.Report) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Error budgets of %s, %s\n\n%s\n\n", text(Of(r)), text(r.Period.Phrase), text(Sentence(r)))
	if r.Period.Reason != "" {
		b.WriteString(text(r.Period.Reason) + "\n\n")
	}
	fmt.Fprintf(&b, "From %s to %s. Days begin at midnight in %s. Made at %s.\n", moment(r.Period.From), moment(r.Period.To), text(r.Period.Zone), moment(r.MadeAt))
	objectives(&b, r)
	incidents(&b, r)
	actions(&b, r)
	b.WriteString("\n## How this is worked out\n\n")
	for _, m := range r.Method {
		fmt.Fprintf(&b, "- %s\n", text(m))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Of names whose report it is.
func Of(r api.Report) string {
	if r.Owner == "" {
		return "all owners"
	}
	return r.Owner
}

// Sentence sums a report up.
func Sentence(r api.Report) string {
	s, all := r.Summary, All(r)
	if all == 0 {
		return "There are no promises to report on."
	}
	out := fmt.Sprintf("Of %s %s.", count(all, "promise", "promises"), standings(s))
	if s.Kept == all {
		out = fmt.Sprintf("All %s %s kept.", count(s.Kept, "promise", "promises"), are(s.Kept))
	}
	if s.SuccessRatio != nil {
		out += fmt.Sprintf(" %s of %s calls succeeded.", format.SLI(*s.SuccessRatio, true), format.Large(s.Calls))
	}
	out += " " + count(s.Incidents, "incident", "incidents")
	if open := stillOpen(r); open > 0 {
		out += fmt.Sprintf(", %d still open", open)
	}
	return out + "."
}

// All is how many objectives a report is about, of which it may hold the worst.
func All(r api.Report) int { return r.Summary.Kept + r.Summary.Missed + r.Summary.Unknown }

// standings says how many promises are kept, broken and unknown, without what is none.
func standings(s api.ReportSummary) string {
	out := fmt.Sprintf("%d %s kept", s.Kept, are(s.Kept))
	switch {
	case s.Missed > 0 && s.Unknown > 0:
		return out + fmt.Sprintf(", %d %s broken and %d %s unknown", s.Missed, are(s.Missed), s.Unknown, are(s.Unknown))
	case s.Missed > 0:
		return out + fmt.Sprintf(" and %d %s broken", s.Missed, are(s.Missed))
	case s.Unknown > 0:
		return out + fmt.Sprintf(" and %d %s unknown", s.Unknown, are(s.Unknown))
	}
	return out
}

// stillOpen is how many incidents were not over when the report was made.
func stillOpen(r api.Report) (n int) {
	for _, i := range r.Incidents {
		if i.ResolvedAt == nil {
			n++
		}
	}
	return n
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return format.Count(int64(n)) + " " + many
}

func objectives(b *bytes.Buffer, r api.Report) {
	if len(r.Objectives) == 0 {
		return
	}
	head := []string{"", "promise", "objective", "SLI", "spent", "left at start", "left at end", "response time"}
	for _, e := range r.Objectives[0].Earlier {
		head = append(head, "spent in "+e.Phrase)
	}
	head = append(head, "not known", "excluded")
	b.WriteString("\n## Promises\n\n")
	row(b, head)
	b.WriteString("|" + strings.Repeat("---|", len(head)) + "\n")
	for _, o := range r.Objectives {
		cells := []string{Word(o.Standing), o.Service + " / " + o.Function + " / " + o.SLO, o.Promise, ratio(o.SLI, o.Reason), Share(o.SpentRatio), Left(o.LeftAtStart), Left(o.LeftAtEnd), Times(o.Latency)}
		for _, e := range o.Earlier {
			cells = append(cells, Share(e.SpentRatio))
		}
		row(b, append(cells, Gap(o), Excluded(o)))
	}
	b.WriteString("\n" + DashText + "\n")
}

func incidents(b *bytes.Buffer, r api.Report) {
	b.WriteString("\n## Incidents\n\n")
	if len(r.Incidents) == 0 {
		b.WriteString("None.\n")
		return
	}
	row(b, []string{"opened", "function", "severity", "open for", "cost"})
	b.WriteString("|" + strings.Repeat("---|", 5) + "\n")
	for _, i := range r.Incidents {
		row(b, []string{moment(i.OpenedAt), i.Service + " / " + i.Function, i.Severity, Span(i.Seconds), Cost(i)})
	}
	if !r.IncidentsComplete {
		b.WriteString("\nThe oldest incidents are not listed.\n")
	}
}

func actions(b *bytes.Buffer, r api.Report) {
	b.WriteString("\n## Due\n\n")
	none := true
	for _, o := range r.Objectives {
		if o.Action != "" {
			none = false
			fmt.Fprintf(b, "- [ ] %s: %s\n", text(o.Service+" / "+o.Function+" / "+o.SLO), text(o.Action))
		}
	}
	if none {
		b.WriteString("Nothing: no policy asks for anything.\n")
	}
}

// row writes cells as text.
func row(b *bytes.Buffer, cells []string) {
	for i, c := range cells {
		cells[i] = text(c)
	}
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
