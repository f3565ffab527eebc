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

// replicaSettled is how long, in seconds, a replica must have been there to be
// counted again: it comes back with all that happened meanwhile, which the others
// have told.
const replicaSettled = 300

// choice says which replica is counted in which slots of each indicator.
type choice struct {
	labels  []string // that tell replicas apart
	width   int64    // of the slots
	inForce map[string]map[int64]plan.Replica
	seams   map[string]map[int64]plan.Seam // slots in which another one takes over
	reading plan.Seam                      // the one whose answers are being booked; zero: of no seam
}

// takes tells of the series with these labels in which slots it is of the replica
// that counts.
func (c *choice) takes(key string, labels map[string]string) func(end int64) bool {
	replica := plan.ReplicaOf(labels, c.labels)
	return func(end int64) bool {
		slot := ledger.Ceil(end, c.width)
		if seam, ok := c.seams[key][slot]; ok || c.reading != (plan.Seam{}) {
			return ok && seam == c.reading
		}
		return c.inForce[key][slot] == replica
	}
}

func (c *choice) takesAny(keys []string, labels map[string]string, end int64) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return c.takes(key, labels)(end) })
}

// presence is in which slots each replica had samples of an indicator.
type presence map[plan.Replica]map[int64]float64

// presences is what was seen, by indicator.
type presences map[string]presence

func (s presences) add(keys []string, replica plan.Replica, end int64, value float64) {
	for _, key := range keys {
		if s[key] == nil {
			s[key] = presence{}
		}
		if s[key][replica] == nil {
			s[key][replica] = map[int64]float64{}
		}
		s[key][replica][end] = max(s[key][replica][end], value)
	}
}

// choose decides which replicas are counted in a pass. It asks about a while
// before the span too, so that whoever reads a slot decides the same.
func (r *Reader) choose(ctx context.Context, p *plan.Plan, q *pass) (c *choice, suspect []string, err error) {
	c = &choice{labels: r.ReplicaLabels, width: q.width, inForce: map[string]map[int64]plan.Replica{}, seams: map[string]map[int64]plan.Seam{}}
	if q.width > r.Step {
		all, suspect, err := r.presences(ctx, p, ledger.Span{From: q.span.From - q.width, To: q.span.To}, q, (*plan.Group).Coverage)
		for key, seen := range all {
			c.coarse(key, seen, q)
		}
		return c, suspect, err
	}
	for _, back := range []int64{replicaSettled + 2*c.patience(), int64(Lookback / time.Second)} {
		span := ledger.Span{From: q.span.From + ledger.Floor(-back, q.width), To: q.span.To + ledger.Floor(c.patience(), q.width)}
		all, suspect, err := r.presences(ctx, p, span, q, (*plan.Group).PerReplica)
		if err != nil {
			return c, suspect, err
		}
		unclear := map[string]bool{}
		for key, seen := range all {
			unclear[key] = !c.fine(key, seen, span)
		}
		p, _ = plan.New(keyed(p.SLIs, unclear), r.ReplicaLabels...)
	}
	return c, nil, nil
}

// chooseFor lets a pass count one replica, the one that the reading it is a part of
// has chosen. After an error, suspect are the indicators at fault.
func (r *Reader) chooseFor(ctx context.Context, p *plan.Plan, q *pass) (suspect []string, err error) {
	q.choice = r.choice
	if q.choice == nil {
		if q.choice, suspect, err = r.choose(ctx, p, q); err != nil {
			return suspect, err
		}
	}
	q.tally.Only(q.choice.takes)
	return nil, nil
}

// presences asks all groups of a plan where their replicas had samples.
func (r *Reader) presences(ctx context.Context, p *plan.Plan, span ledger.Span, q *pass, question func(*plan.Group, plan.Grain) string) (all presences, suspect []string, err error) {
	all = presences{}
	for _, g := range p.Groups {
		answer, err := r.QueryRange(ctx, question(g, q.grain()), stepsOf(span, q.width))
		if err != nil {
			return all, g.Keys(), err
		}
		for _, stream := range answer {
			labels := LabelsOf(stream.Metric)
			keys, replica := g.KeysOf(labels), plan.ReplicaOf(labels, r.ReplicaLabels)
			for _, sample := range stream.Values {
				all.add(keys, replica, sample.Timestamp.Unix(), float64(sample.Value))
			}
		}
	}
	return all, nil, nil
}

// patience is how far apart two slots with samples of a replica may be.
func (c *choice) patience() int64 { return max(int64(plan.Patience/time.Second), c.width) }

// coarse chooses in wide slots the first replica that was there all the time. A
// slot in which one came or went, and the one after, are read in narrower ones.
func (c *choice) coarse(key string, seen presence, q *pass) {
	all := plan.CoverageParts(time.Duration(q.width) * time.Second)
	c.inForce[key] = map[int64]plan.Replica{}
	for end := q.span.From + q.width; end <= q.span.To; end += q.width {
		steady, most := true, 0.0
		for _, replica := range slices.Sorted(maps.Keys(seen)) {
			now, before := seen[replica][end], seen[replica][end-q.width]
			steady = steady && now == before && (now == 0 || now == all)
			if now > most {
				c.inForce[key][end], most = replica, now
			}
		}
		if !steady && len(seen) > 1 {
			q.unsteady.Add(end, []string{key})
		}
	}
}

// fine chooses slot by slot: the first replica that has been there for a while,
// or the one that came first. It stays until another one that is better has a
// sample. False says that nobody is seen at the beginning, so that it is not known
// who was counted before.
func (c *choice) fine(key string, seen presence, span ledger.Span) (known bool) {
	c.inForce[key], c.seams[key] = map[int64]plan.Replica{}, map[int64]plan.Seam{}
	spells := map[plan.Replica][]ledger.Span{}
	newest := int64(0)
	for replica, slots := range seen {
		spells[replica] = spellsOf(slots, c.width, c.patience(), span)
		newest = max(newest, spells[replica][len(spells[replica])-1].To)
	}
	for _, list := range spells {
		if last := &list[len(list)-1]; newest-last.To <= c.patience() { // it may come back in time
			last.To = span.To
		}
	}
	var current plan.Replica
	for end := span.From + c.width; end <= span.To; end += c.width {
		best := bestOf(spells, end)
		if seen[best][end] > 0 && best != current {
			if current != "" {
				c.seams[key][end] = plan.Seam{From: current, To: best}
			} else {
				known = end <= span.From+c.patience()
			}
			current = best
		}
		c.inForce[key][end] = current
	}
	return known
}

// spellsOf joins slots with samples that are near one another.
func spellsOf(slots map[int64]float64, width, patience int64, span ledger.Span) []ledger.Span {
	var out []ledger.Span
	for _, end := range slices.Sorted(maps.Keys(slots)) {
		n := len(out)
		switch {
		case n > 0 && end-out[n-1].To <= patience:
			out[n-1].To = end
		case n == 0 && end-span.From <= patience: // it may have begun long before
			out = append(out, ledger.Span{From: span.From - replicaSettled, To: end})
		default:
			out = append(out, ledger.Span{From: end - width, To: end})
		}
	}
	return out
}

// bestOf is the replica to count in a slot; empty when none is there.
func bestOf(spells map[plan.Replica][]ledger.Span, end int64) plan.Replica {
	var best plan.Replica
	since := end
	for _, replica := range slices.Sorted(maps.Keys(spells)) {
		for _, spell := range spells[replica] {
			from := max(spell.From, end-replicaSettled)
			if spell.From < end && end <= spell.To && from < since {
				best, since = replica, from
			}
		}
	}
	return best
}

// readSeams reads the slots in which a replica takes over, in full.
func (r *Reader) readSeams(ctx context.Context, g *plan.Group, q *pass) error {
	if q.choice == nil {
		return nil
	}
	ends := map[plan.Seam]Marks{}
	for _, key := range g.Keys() {
		for end, seam := range q.choice.seams[key] {
			if end > q.span.From && end <= q.span.To {
				if ends[seam] == nil {
					ends[seam] = Marks{}
				}
				ends[seam].Add(end, []string{key})
			}
		}
	}
	whole := *q
	whole.width = q.choice.width
	defer func() { q.choice.reading = plan.Seam{} }()
	for seam, marked := range ends {
		q.choice.reading = seam
		for _, part := range marked.Runs(whole.width) {
			if err := r.readSeam(ctx, g, &whole, seam, stepsOf(part.Span, whole.width)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Reader) readSeam(ctx context.Context, g *plan.Group, q *pass, seam plan.Seam, steps prom.Range) error {
	gr := q.grain() // an hour also for native histograms: these are few slots
	growth, err := r.QueryRange(ctx, seam.Growth(g, gr), steps)
	if err != nil {
		return err
	}
	q.book(g, growth, nil)
	q.bookNative(g, growth)
	answer, err := r.QueryRange(ctx, seam.Births(g, gr), steps)
	if err != nil {
		return err
	}
	return r.correctBirths(ctx, g, q, append(birthsOf(answer), nativeBirthsOf(answer)...))
}
