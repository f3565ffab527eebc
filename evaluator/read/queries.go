package read

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// Queries are what is asked about an indicator in slots of the step, as it is sent
// for it alone. They ask nobody: the step and the replica labels are all that they
// need of a reader.
func (r *Reader) Queries(sli plan.SLI, slots ledger.Span) []slo.Query {
	asked := r.sort([]plan.SLI{sli}, r.Step)
	step := time.Duration(r.Step) * time.Second
	var out []slo.Query
	for _, sli := range asked.probes {
		p := plan.Probe{SLI: sli, Step: step}
		out = append(out, rangeQuery("value", probeWords(p), plan.Together([]string{p.Query(step)}), newPass(slots, r.Step)))
	}
	counters, _ := plan.New(slices.Concat(asked.counters, asked.apart), r.ReplicaLabels...)
	for _, g := range counters.Groups {
		out = append(out, r.groupQueries(g, slots)...)
	}
	return out
}

func probeWords(p plan.Probe) string {
	if p.Threshold != nil {
		return "What the indicator's own query gives at the end of each slot: 1 is a good slot, more a bad one."
	}
	return "What the indicator's own query gives at the end of each slot: the share of it that is bad."
}

// groupQueries are what a group is asked with. Slots in which a series did not
// simply go on are read again in narrower ones, where births are found.
func (r *Reader) groupQueries(g *plan.Group, slots ledger.Span) []slo.Query {
	q, narrow := newPass(slots, r.Step), newPass(slots, r.narrower(r.Step))
	if g.Native() {
		gr := g.Grain(q.grain())
		return []slo.Query{
			rangeQuery("native", "Slots with native histograms of the name. Where there are none, nothing more is asked of them.", g.Present(gr), q),
			rangeQuery("native growth", "How much native histograms grew in each slot.", g.Growth(gr), q),
		}
	}
	var out []slo.Query
	if narrow.width < q.width {
		out = append(out,
			rangeQuery("steady", "How much the counters grew in each slot. A fraction says that a series did not simply go on; such a slot is read again.", g.Steady(q.grain()), q),
			rangeQuery("resets", "Slots in which a counter was reset; they are read again.", g.Resets(q.grain()), q))
	}
	return append(out,
		rangeQuery("growth", "Growth in a slot that is read again; a series without a value in the hour before counts in full.", g.Growth(narrow.grain()), narrow),
		rangeQuery("births", "Series without a value in the hour before, in a slot that is read again. Whether their first value counts is decided for each.", g.Births(narrow.grain()), narrow))
}

func rangeQuery(name, about, promQL string, q *pass) slo.Query {
	steps := stepsOf(q.span, q.width)
	return slo.Query{Name: name, About: about, PromQL: promQL, Step: steps.Step, From: steps.Start.UTC(), To: steps.End.UTC()}
}
