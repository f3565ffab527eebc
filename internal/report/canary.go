package report

import (
	"fmt"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// FromCanary is the report of a comparison. What was not compared is a case as well, so
// that nobody takes it for one that passed.
func FromCanary(v api.CanaryVerdict) Report {
	r := Report{Title: "gate", Outcome: Outcome(v.Verdict), Columns: []string{"canary", "baseline", "difference in points", "p"}}
	timed := false
	for _, c := range v.Checks {
		timed = timed || len(c.Canary.Latency) > 0
	}
	if timed {
		r.Columns = append(r.Columns, "canary p99", "baseline p99")
	}
	for _, c := range v.Checks {
		fields := []string{ratioOf(c.Canary), ratioOf(c.Baseline), difference(c.Difference), pValue(c)}
		if timed {
			fields = append(fields, slowest(c.Canary), slowest(c.Baseline))
		}
		r.Cases = append(r.Cases, Case{Name: c.ID, Outcome: Outcome(c.Verdict), Message: c.Reason, Fields: fields})
	}
	for _, n := range v.NotCompared {
		fields := make([]string, len(r.Columns))
		for i := range fields {
			fields[i] = "-"
		}
		r.Cases = append(r.Cases, Case{Name: n.ID, Outcome: Skipped, Message: n.Reason, Fields: fields})
	}
	r.Summary = canarySummary(v)
	return r
}

func canarySummary(v api.CanaryVerdict) string {
	count := func(verdict string) (n int) {
		for _, c := range v.Checks {
			if c.Verdict == verdict {
				n++
			}
		}
		return n
	}
	text := fmt.Sprintf("canary %s beside %s: ", v.Canary, v.Baseline)
	switch of := len(v.Checks); Outcome(v.Verdict) {
	case Pass:
		text += fmt.Sprintf("passes, %d of %d SLOs are no worse than tolerated", count("pass"), of)
	case Fail:
		text += fmt.Sprintf("fails, %d of %d SLOs are worse than tolerated", count("fail"), of)
		if n := count("inconclusive"); n > 0 {
			text += fmt.Sprintf(", %d cannot be told", n)
		}
	default:
		if of == 0 {
			text += "undecided, there is nothing to compare"
			break
		}
		text += fmt.Sprintf("undecided, %d of %d SLOs cannot be told", count("inconclusive"), of)
	}
	if n := len(v.NotCompared); n > 0 {
		text += fmt.Sprintf("; not compared: %d", n)
	}
	return text
}

// ratioOf is the error ratio of a side and what it stands on.
func ratioOf(s api.CanarySide) string {
	if s.ErrorRatio == nil {
		return "no calls"
	}
	return fmt.Sprintf("%s%% of %s", number(*s.ErrorRatio*100), format.Count(s.Calls))
}

// difference is the interval in percentage points.
func difference(d *api.CanaryDifference) string {
	if d == nil {
		return unknown
	}
	return fmt.Sprintf("%s (%s to %s)", format.Points(d.Ratio), format.Points(d.Lower), format.Points(d.Upper))
}

// pValue is the one that a verdict stands on; of what is undecided, the smaller.
func pValue(c api.CanaryCheck) string {
	if c.Difference == nil {
		return unknown
	}
	p := min(c.Difference.PWorse, c.Difference.PWithin)
	switch {
	case c.Verdict == string(Fail):
		p = c.Difference.PWorse
	case c.Verdict == string(Pass):
		p = c.Difference.PWithin
	}
	switch {
	case p < 0.0001:
		return "<0.0001"
	case p > 0.5:
		return ">0.5"
	}
	return fmt.Sprintf("%.2g", p)
}

// slowest is the slowest quantile of a side and between which bounds it lies.
func slowest(s api.CanarySide) string {
	if len(s.Latency) == 0 {
		return "-"
	}
	q := s.Latency[len(s.Latency)-1]
	return fmt.Sprintf("%s (%s to %s)", latencyOf(q.Value), latencyOf(q.Lower), latencyOf(q.Upper))
}

func latencyOf(v *float64) string {
	if v == nil {
		return "?"
	}
	return format.Latency(v)
}
