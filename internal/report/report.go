package report

import (
	"fmt"
	"io"
	"time"

	"github.com/slofuse/slofuse/web/api"
)

// Style is how to write for the reader at hand.
type Style struct {
	Colour   bool
	Location *time.Location // times are shown in it
}

// Outcome is how a case ended.
type Outcome string

// The outcomes, best first.
const (
	Pass         Outcome = "pass"
	Warning      Outcome = "warning"
	Inconclusive Outcome = "inconclusive"
	Fail         Outcome = "fail"
)

// Case is one thing that was judged.
type Case struct {
	Name    string // SLO id, or the file
	Outcome Outcome
	Message string
	File    string // where it is defined; empty when unknown
	Line    int
	Column  int
	Fields  []string // further columns of the table
}

// Report is a list of cases with a conclusion.
type Report struct {
	Title   string // "gate", "check"
	Outcome Outcome
	Summary string
	Columns []string // headings of Case.Fields
	Cases   []Case
}

// Write writes a report in one of the forms table, junit, github or markdown.
func Write(w io.Writer, format string, r Report, style Style) error {
	switch format {
	case "table":
		return writeTable(w, r, style)
	case "junit":
		return writeJUnit(w, r)
	case "github":
		return writeGitHub(w, r)
	case "markdown":
		return writeMarkdown(w, r)
	}
	return fmt.Errorf("report: unknown form %q", format)
}

// count says how many cases ended in an outcome.
func (r Report) count(o Outcome) int {
	n := 0
	for _, c := range r.Cases {
		if c.Outcome == o {
			n++
		}
	}
	return n
}

// FromVerdict is the report of a gate.
func FromVerdict(v api.Verdict) Report {
	r := Report{Title: "gate", Outcome: Outcome(v.Verdict), Columns: []string{"burn rate", "budget left"}}
	for _, c := range v.Checks {
		r.Cases = append(r.Cases, Case{
			Name: c.ID, Outcome: Outcome(c.Verdict), Message: c.Reason,
			Fields: []string{burn(c.BurnRate), percent(c.BudgetRemainingRatio, 1)},
		})
	}
	closed, open := r.count(Fail), r.count(Inconclusive)
	switch r.Outcome {
	case Pass:
		r.Summary = fmt.Sprintf("gate open: %d of %d SLOs pass", r.count(Pass), len(r.Cases))
	case Fail:
		r.Summary = fmt.Sprintf("gate closed: %d of %d SLOs fail", closed, len(r.Cases))
	default:
		r.Summary = fmt.Sprintf("gate undecided: %d of %d SLOs cannot be judged", open, len(r.Cases))
	}
	return r
}

// unknown is what is printed for what is not known. It is a word, so that it is
// never read as zero.
const unknown = "unknown"

func burn(rate *float64) string {
	if rate == nil {
		return unknown
	}
	return fmt.Sprintf("%.3g×", *rate)
}

func percent(ratio *float64, decimals int) string {
	if ratio == nil {
		return unknown
	}
	return fmt.Sprintf("%.*f%%", decimals, *ratio*100)
}
