package evaluator

import (
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// maxAnnotations bounds the annotations of a basis; the newest are kept.
const maxAnnotations = 200

// Basis is what an assessment of an objective stands on: the queries that its
// indicator alone would be asked with, queries to check the SLO window by hand,
// and what is annotated in the window. It asks nobody.
func (e *Evaluator) Basis(s slo.SLO, a slo.Assessment) slo.Basis {
	subject := e.subject(s)
	notes := e.withCorrections(s, e.annotationsOf(s, a.Window.From, a.Window.To), a.Window.From, a.Window.To)
	b := slo.Basis{Queries: e.queries(subject, a.AsOf), Annotations: notes[max(0, len(notes)-maxAnnotations):]}
	if hand := e.byHand(subject, a.Window); len(hand) > 0 {
		b.Queries, b.ByHand = append(b.Queries, hand...), countersByHand
		if (plan.SLI{SLI: s.SLI}).IsProbe() {
			b.ByHand = probesByHand
		}
	}
	return b
}

// queries are what is asked about the slots up to an instant, as it is sent.
func (e *Evaluator) queries(s subject, asOf time.Time) []slo.Query {
	slots := ledger.Span{From: asOf.Unix() - settleSlots*e.step, To: asOf.Unix()}
	r := read.Reader{Step: e.step, ReplicaLabels: e.replicaLabels(s)}
	return r.Queries(plan.SLI{Key: s.key, SLI: s.SLI}, slots)
}

// replicaLabels are those of the backend of an indicator.
func (e *Evaluator) replicaLabels(s subject) []string {
	if src := e.source(s.SLO); src != nil {
		return src.ReplicaLabels
	}
	return nil
}

// handGrain is how a window is added up by hand: coarse enough for a server to
// answer, and a part of any slot that the ledger keeps for longer.
var handGrain = plan.Grain{Width: 5 * time.Minute, Lookback: read.Lookback}

// In what a sum by hand may differ from the ledger's: that of counters, and that
// of a free query.
const (
	countersByHand = "Sums of counters by hand cover the window in whole 5 minutes, from the first sample on. The ledger holds more where a counter " +
		"was reset, since it looks into those 5 minutes, and less where an old counter came under a new name or after more than an hour, whose " +
		"first value is no growth. It also holds what the backend has forgotten since. increase() over the window extrapolates and misses " +
		"first values: it is no check."
	probesByHand = "By hand the query is evaluated anew at the end of every slot of the window, which may take long. The ledger holds what it " +
		"gave when the slot was read: samples that came later, or that the backend has forgotten since, make a difference."
)

// byHand are queries for the events of a window. What the ledger holds for the
// same time stands beside each that counts a role alone.
func (e *Evaluator) byHand(s subject, w slo.WindowSum) []slo.Query {
	if sli := (plan.SLI{Key: s.key, SLI: s.SLI}); sli.IsProbe() {
		return e.probeByHand(plan.Probe{SLI: sli, Step: e.cfg.Step}, w)
	}
	sum := e.handSum(s, w)
	if !sum.From.Before(sum.To) {
		return nil
	}
	parts := plan.PartsByHand(s.SLI)
	alone := map[string]int{}
	for _, p := range parts {
		alone[p.Name]++
	}
	var out []slo.Query
	for _, p := range parts {
		q := handQuery(p.Name, "calls", plan.ByHand(p.Selector, handGrain, sum.From, sum.To, e.replicaLabels(s)...), sum)
		if s.SLI.Latency != nil {
			q.About += " Empty where the histogram is native."
		}
		if alone[p.Name] == 1 {
			q.Expect = new(float64(map[string]int64{"total": sum.Total, "good": sum.Good(), "bad": sum.Bad}[p.Name]))
		}
		out = append(out, q)
	}
	return out
}

// handSum is the sum of a window without the odd minutes at its ends and without
// what was before the first sample: what counters held then is no growth.
func (e *Evaluator) handSum(s subject, w slo.WindowSum) slo.WindowSum {
	width := int64(handGrain.Width / time.Second)
	from, to := w.From.Unix(), ledger.Floor(w.To.Unix(), width)
	if first, _, seen := e.cfg.Ledger.Seen(s.key, w.To); seen {
		from = max(from, first.Unix())
	}
	return e.cfg.Ledger.Sum(s.key, s.backend, time.Unix(ledger.Ceil(from, width), 0), time.Unix(to, 0))
}

// probeByHand are the queries for a free query. The share of one with a weight is
// of the calls of every slot, which no query adds up.
func (e *Evaluator) probeByHand(p plan.Probe, w slo.WindowSum) []slo.Query {
	if _, weighted := p.Weight(); weighted {
		return nil
	}
	total, bad := p.ByHand(w.From, w.To)
	all, missed := handQuery("total", "slots", total, w), handQuery("bad", "slots", bad, w)
	all.Expect, missed.Expect = new(p.Scale().Events(w.Measured().Total)), new(p.Scale().Events(w.Measured().Bad))
	return []slo.Query{all, missed}
}

func handQuery(name, noun, promQL string, w slo.WindowSum) slo.Query {
	about := "All " + name + " " + noun + " of the window."
	if name == "total" {
		about = "All " + noun + " of the window."
	}
	return slo.Query{Name: name + " by hand", About: about, PromQL: promQL, From: w.From, To: w.To, ByHand: true}
}
