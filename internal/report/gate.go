package report

import (
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/slofuse/slofuse/web/api"
)

// FromVerdict is the report of a gate. It has columns for freezes and incidents
// where there are any.
func FromVerdict(v api.Verdict) Report {
	r := Report{Title: "gate", Outcome: Outcome(v.Verdict), Columns: []string{"burn rate", "budget left"}}
	freezes := slices.ContainsFunc(v.Checks, func(c api.Check) bool { return c.Freeze != nil })
	incidents := slices.ContainsFunc(v.Checks, func(c api.Check) bool { return c.Incident != nil })
	if freezes {
		r.Columns = append(r.Columns, "freeze")
	}
	if incidents {
		r.Columns = append(r.Columns, "incident")
	}
	for _, c := range v.Checks {
		fields := []string{burn(c.BurnRate), percent(c.BudgetRemainingRatio, 1)}
		if freezes {
			fields = append(fields, freeze(c.Freeze))
		}
		if incidents {
			fields = append(fields, incident(c.Incident))
		}
		r.Cases = append(r.Cases, Case{Name: c.ID, Outcome: Outcome(c.Verdict), Message: c.Reason, Fields: fields})
	}
	r.conclude(v)
	return r
}

func (r *Report) conclude(v api.Verdict) {
	closed, open := r.count(Fail), r.count(Inconclusive)
	switch {
	case v.Override != nil:
		r.Outcome = Outcome(v.Override.Verdict)
		r.Overridden = fmt.Sprintf("gate OVERRIDDEN by %s: %s", v.Override.By, v.Override.Reason)
		r.Summary = fmt.Sprintf("%s (%d of %d SLOs fail, %d cannot be judged)", r.Overridden, closed, len(r.Cases), open)
	case r.Outcome == Pass:
		r.Summary = fmt.Sprintf("gate open: %d of %d SLOs pass", r.count(Pass), len(r.Cases))
	case r.Outcome == Fail:
		r.Summary = fmt.Sprintf("gate closed: %d of %d SLOs fail", closed, len(r.Cases))
	default:
		r.Summary = fmt.Sprintf("gate undecided: %d of %d SLOs cannot be judged", open, len(r.Cases))
	}
}

func freeze(f *api.Freeze) string {
	switch {
	case f == nil:
		return "-"
	case f.Frozen == nil:
		return unknown
	case *f.Frozen:
		return "frozen"
	}
	return fmt.Sprintf("above %.4g%%", f.At*100)
}

func incident(i *api.OpenIncident) string {
	switch {
	case i == nil:
		return "-"
	case i.Cause != nil:
		return i.Severity + " of " + *i.Cause
	}
	return i.Severity
}

// AppendSummary adds what write writes to a file, as jobs on GitHub show it that name
// one in GITHUB_STEP_SUMMARY.
func AppendSummary(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("the summary of the job: %w", err)
	}
	if err := write(f); err != nil {
		_ = f.Close() // what was not written is said
		return fmt.Errorf("the summary of the job: %w", err)
	}
	return f.Close()
}
