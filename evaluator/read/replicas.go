package read

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// Of several replicas one is in force in every slot of an indicator, and only its
// samples count. Where another one takes over, the samples of the one before, up to
// an instant, and those of the next one after it are read as one series: both look at
// the same counters. So nothing counts twice and nothing is lost, wherever the
// scrapes lie and whatever is reset meanwhile.
//
// Who is in force depends on the samples of a while before a slot and after it, and
// where nobody was there then on who was before. A round, a page and an audit
// therefore decide the same.

// choice says which replica counts in which slots of each indicator.
type choice struct {
	labels  []string // that tell replicas apart
	width   int64    // of the slots
	slots   map[string]map[int64]verdict
	reading plan.Takeover // the one whose answers are being booked; zero: of none
}

// takes tells of the series with these labels in which slots it is of the replica
// that counts.
func (c *choice) takes(key string, labels map[string]string) func(end int64) bool {
	replica, slots := plan.ReplicaOf(labels, c.labels), c.slots[key]
	return func(end int64) bool {
		v := slots[ledger.Ceil(end, c.width)]
		return v.after == c.reading && (c.reading != (plan.Takeover{}) || v.inForce == replica)
	}
}

func (c *choice) takesAny(keys []string, labels map[string]string, end int64) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return c.takes(key, labels)(end) })
}

// chooseFor lets a pass count one replica, the one that the reading it is a part of
// has chosen. After an error, suspect are the indicators at fault.
func (r *Reader) chooseFor(ctx context.Context, p *plan.Plan, q *pass) (suspect []string, err error) {
	q.choice = r.choice
	if q.choice == nil {
		q.choice = &choice{labels: r.ReplicaLabels, width: q.width, slots: map[string]map[int64]verdict{}}
		choose := r.choose
		if q.width > r.Step {
			choose = r.chooseWide
		}
		if suspect, err = choose(ctx, p, q); err != nil {
			return suspect, err
		}
	}
	q.tally.Only(q.choice.takes)
	return nil, nil
}

// choose decides slot by slot. Where a while before the span does not tell who was in
// force then, it looks further back. Slots after takeovers are left to the narrowest.
func (r *Reader) choose(ctx context.Context, p *plan.Plan, q *pass) (suspect []string, err error) {
	for _, before := range []int64{2 * takeoverSpan(q.width), int64(Lookback / time.Second)} {
		span := ledger.Span{From: ledger.Floor(q.span.From-before, q.width), To: q.span.To}
		around := padded(span, hindsight(q.width), Foresight(q.width), q.width)
		all, suspect, err := r.presences(ctx, p, around, q, (*plan.Group).PerReplica)
		if err != nil {
			return suspect, err
		}
		unclear := map[string]bool{}
		for key, seen := range all {
			slots, sure := inForce(seen, span, q.width)
			q.choice.slots[key], unclear[key] = slots, sure > q.span.From+q.width
		}
		p, _ = plan.New(keyed(p.SLIs, unclear), r.ReplicaLabels...)
	}
	if r.narrower(q.width) < q.width {
		q.choice.leaveTakeovers(q)
	}
	return nil, nil
}

// leaveTakeovers notes the slots after takeovers, to be read in narrower ones.
func (c *choice) leaveTakeovers(q *pass) {
	for key, slots := range c.slots {
		for end, v := range slots {
			if v.after != (plan.Takeover{}) && end > q.span.From && end <= q.span.To {
				q.unsteady.Add(end, []string{key})
			}
		}
	}
}

// chooseWide decides in wide slots where it is plain who is in force throughout.
// Others are left to narrower ones.
func (r *Reader) chooseWide(ctx context.Context, p *plan.Plan, q *pass) (suspect []string, err error) {
	before, after := hindsight(r.Step)+2*takeoverSpan(r.Step), patience(r.Step)
	all, suspect, err := r.presences(ctx, p, padded(q.span, before, after, q.width), q, (*plan.Group).Coverage)
	for key, seen := range all {
		slots, names := map[int64]verdict{}, slices.Sorted(maps.Keys(seen))
		for end := q.span.From + q.width; end <= q.span.To; end += q.width {
			around := padded(ledger.Span{From: end - q.width, To: end}, before, after, q.width)
			replica, plain := throughout(names, seen, around, q.width)
			if !plain {
				q.unsteady.Add(end, []string{key})
			}
			slots[end] = verdict{inForce: replica}
		}
		q.choice.slots[key] = slots
	}
	return suspect, err
}

// presences asks all groups of a plan where their replicas had samples.
func (r *Reader) presences(ctx context.Context, p *plan.Plan, span ledger.Span, q *pass, question func(*plan.Group, plan.Grain) string) (all map[string]presence, suspect []string, err error) {
	all = map[string]presence{}
	for _, g := range p.Groups {
		answer, err := r.QueryRange(ctx, question(g, q.grain()), stepsOf(span, q.width))
		if err != nil {
			return all, g.Keys(), err
		}
		for _, stream := range answer {
			labels := LabelsOf(stream.Metric)
			keys, replica := g.KeysOf(labels), plan.ReplicaOf(labels, r.ReplicaLabels)
			for _, sample := range stream.Values {
				for _, key := range keys {
					if all[key] == nil {
						all[key] = presence{}
					}
					all[key].add(replica, sample.Timestamp.Unix(), float64(sample.Value))
				}
			}
		}
	}
	return all, nil, nil
}

// readTakeovers reads the slots after takeovers, the narrowest there are.
func (r *Reader) readTakeovers(ctx context.Context, g *plan.Group, q *pass) error {
	if q.choice == nil || r.narrower(q.width) < q.width {
		return nil
	}
	if some, err := r.someIn(ctx, g, q); err != nil || !some {
		return err
	}
	defer func() { q.choice.reading = plan.Takeover{} }()
	for takeover, span := range q.choice.takeovers(g.Keys(), q.span) {
		q.choice.reading = takeover
		if err := r.readTakeover(ctx, g, q, takeover, stepsOf(span, q.width)); err != nil {
			return err
		}
	}
	return nil
}

// someIn reports whether a group may have series in a pass: not every server has
// native histograms, or takes questions about them.
func (r *Reader) someIn(ctx context.Context, g *plan.Group, q *pass) (bool, error) {
	if !g.Native() {
		return true, nil
	}
	present, err := r.presentIn(ctx, g.Present(g.Grain(q.grain())), q)
	return len(present) > 0, err
}

// takeovers says which slots of a span come after which takeover of some indicators.
func (c *choice) takeovers(keys []string, within ledger.Span) map[plan.Takeover]ledger.Span {
	out := map[plan.Takeover]ledger.Span{}
	for _, key := range keys {
		for end, v := range c.slots[key] {
			part := ledger.Span{From: max(within.From, end-c.width), To: min(within.To, end)}
			if v.after == (plan.Takeover{}) || part.From >= part.To {
				continue
			}
			if all, ok := out[v.after]; ok {
				part = ledger.Span{From: min(part.From, all.From), To: max(part.To, all.To)}
			}
			out[v.after] = part
		}
	}
	return out
}

func (r *Reader) readTakeover(ctx context.Context, g *plan.Group, q *pass, t plan.Takeover, steps prom.Range) error {
	gr := q.grain() // an hour also for native histograms: these are few slots
	growth, err := r.QueryRange(ctx, t.Growth(g, gr), steps)
	if err != nil {
		return err
	}
	q.book(g, growth, nil)
	q.bookNative(g, growth)
	answer, err := r.QueryRange(ctx, t.Births(g, gr), steps)
	if err != nil {
		return err
	}
	return r.correctBirths(ctx, g, q, append(birthsOf(answer), nativeBirthsOf(answer)...))
}
