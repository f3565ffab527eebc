package report

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// Style is how to write for the reader at hand.
type Style struct {
	Colour   bool
	ASCII    bool           // of an explanation: signs beyond ASCII are spelt
	Width    int            // of the terminal, which a table of SLOs keeps to where it can; 0 has no end
	Location *time.Location // times are shown in it; nil is UTC
}

// Outcome is how a case ended.
type Outcome string

// The outcomes, best first.
const (
	Pass         Outcome = "pass"
	Skipped      Outcome = "skipped" // it was not judged, and has no part in the conclusion
	Inconclusive Outcome = "inconclusive"
	Fail         Outcome = "fail"
)

// Case is one thing that was judged.
type Case struct {
	Name    string // SLO id
	Outcome Outcome
	Message string
	Fields  []string // further columns of the table
}

// Report is a list of cases with a conclusion.
type Report struct {
	Title   string // "gate"
	Outcome Outcome
	Summary string
	// Overridden says that somebody passed what is in the cases, and why; empty when
	// nobody did. The summary says it too.
	Overridden string
	Columns    []string // headings of Case.Fields
	Cases      []Case
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

// unknown is what is printed for what is not known. It is a word, so that it is
// never read as zero.
const unknown = "unknown"

// known reports whether there is a number to print.
func known(v *float64) bool {
	return v != nil && !math.IsNaN(*v) && !math.IsInf(*v, 0)
}

func burn(rate *float64) string {
	if !known(rate) {
		return unknown
	}
	return number(*rate) + "×"
}

// number writes three digits, and never an exponent.
func number(v float64) string {
	switch size := math.Abs(v); {
	case size >= 999.5:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case size < 0.001 && size > 0:
		return strconv.FormatFloat(v, 'f', 5, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

func percent(ratio *float64, decimals int) string {
	if !known(ratio) {
		return unknown
	}
	return fmt.Sprintf("%.*f%%", decimals, *ratio*100)
}

// success is a percentage that says 100 only when nothing at all was bad.
func success(ratio *float64) string {
	const decimals, almost = 3, 99.999
	if known(ratio) && *ratio < 1 && *ratio*100 > almost {
		return fmt.Sprintf(">%.*f%%", decimals, almost)
	}
	return percent(ratio, decimals)
}
