package alerting

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// maxCauses bounds how many possible causes are handed from a function to those that
// depend on it. An incident whose cause is not among them stands for itself, which is
// loud and safe; without a bound everything is compared with everything.
const maxCauses = 8

// calls is what functions depend on, as far as something burns.
type calls struct {
	r      *relating
	deps   map[slo.ID][]slo.ID // by function
	slos   map[slo.ID][]slo.ID // the SLOs of functions that others depend on
	hot    map[slo.ID]bool     // whether a short window is over a rate
	number map[slo.ID]int      // the order in which functions were met, from 1
	low    map[slo.ID]int
	stack  []slo.ID
	causes map[slo.ID][]*turn // what a function that was finished hands on
	chains map[slo.ID][]*turn // and the tickets it may hang on, the deepest dependency first
	done   map[slo.ID]bool
}

// choose finds a cause for every open incident that has none. It walks along
// depends_on through functions that burn, or whose short window is over a rate, and
// settles functions that depend on each other together (Tarjan's components).
func (r *relating) choose() {
	c := r.calls()
	if len(c.deps) == 0 {
		return
	}
	for _, t := range r.turns {
		if id := t.function(); r.byFunction[id] == t && c.number[id] == 0 {
			c.walk(id)
		}
	}
}

// calls gathers depends_on of all SLOs in force.
func (r *relating) calls() *calls {
	c := &calls{
		r: r, deps: map[slo.ID][]slo.ID{}, slos: map[slo.ID][]slo.ID{}, hot: map[slo.ID]bool{},
		number: map[slo.ID]int{}, low: map[slo.ID]int{}, causes: map[slo.ID][]*turn{}, chains: map[slo.ID][]*turn{}, done: map[slo.ID]bool{},
	}
	if len(r.byID) < 2 { // nothing to fold, or nothing to fold into
		return c
	}
	needed := map[slo.ID]bool{}
	for _, o := range r.slot.slos {
		from := slo.ID{Service: o.ID.Service, Function: o.ID.Function}
		for _, to := range o.DependsOn {
			if to.Name = ""; to != from && !slices.Contains(c.deps[from], to) {
				c.deps[from], needed[to] = append(c.deps[from], to), true
			}
		}
	}
	for id := range r.slot.slos {
		if of := (slo.ID{Service: id.Service, Function: id.Function}); needed[of] {
			c.slos[of] = append(c.slos[of], id)
		}
	}
	for _, deps := range c.deps {
		slices.SortFunc(deps, slo.ID.Compare)
	}
	return c
}

// passes reports whether a failure may have come through a function: it burns, or a
// short window of it is over a rate.
func (c *calls) passes(id slo.ID) bool {
	if t, ok := c.r.byFunction[id]; ok && t.burns() {
		return true
	}
	hot, known := c.hot[id]
	if !known {
		hot = slices.ContainsFunc(c.slos[id], c.over)
		c.hot[id] = hot
	}
	return hot
}

// over reports whether the short window of a tier is over its rate.
func (c *calls) over(id slo.ID) bool {
	in, ok := c.r.slot.inputs[id]
	if !ok || !in.Assessment.State.Measured() {
		return false
	}
	return slices.ContainsFunc(in.SLO.Tiers, func(t slo.Tier) bool {
		read := readTier(t, in.Assessment, in.SLO.Guard)
		return read.shortOver && read.knownShort
	})
}

// walk visits a function after all it depends on.
func (c *calls) walk(id slo.ID) {
	c.number[id] = len(c.number) + 1
	c.low[id] = c.number[id]
	c.stack = append(c.stack, id)
	for _, to := range c.deps[id] {
		switch {
		case !c.passes(to):
		case c.number[to] == 0:
			c.walk(to)
			c.low[id] = min(c.low[id], c.low[to])
		case !c.done[to]:
			c.low[id] = min(c.low[id], c.number[to])
		}
	}
	if c.low[id] == c.number[id] {
		at := len(c.stack) - 1
		for c.stack[at] != id {
			at--
		}
		members := slices.Clone(c.stack[at:])
		c.stack = c.stack[:at]
		c.finish(members)
	}
}

// finish settles functions that all depend on each other, mostly just one: the worst
// and then the first of them is offered to the others.
func (c *calls) finish(members []slo.ID) {
	var causes, standing []*turn
	for _, id := range members {
		c.done[id] = true
		for _, to := range c.deps[id] {
			if c.passes(to) {
				causes = append(causes, c.causes[to]...)
			}
		}
		if t, ok := c.r.byFunction[id]; ok && t.stands() {
			standing = append(standing, t)
		}
	}
	causes = best(causes)
	slices.SortFunc(standing, compareCauses)
	for _, t := range standing {
		cause := t.likeliest(causes)
		switch {
		case cause != nil:
			t.o.incident.Vanished = ""
			t.o.incident.Cause, t.o.incident.CauseOver = cause.o.incident.ID, time.Time{}
		case t.burns() && t.audible() > slo.SeverityNone:
			causes = best(append(slices.Clip(causes), t))
		}
	}
	chain := c.chain(members)
	for _, id := range members {
		c.causes[id], c.chains[id] = causes, chain
	}
}

// best are the causes to choose from, each once, in the order they are preferred.
func best(causes []*turn) []*turn {
	slices.SortFunc(causes, compareCauses)
	causes = slices.Compact(causes)
	return causes[:min(len(causes), maxCauses)]
}

func compareCauses(a, b *turn) int {
	return cmp.Or(cmp.Compare(b.audible(), a.audible()), a.began().Compare(b.began()), cmp.Compare(a.o.incident.Key, b.o.incident.Key))
}

// likeliest is the cause to fold into: the most severe, and of those the one that began
// nearest to it; nil when there is none.
func (t *turn) likeliest(causes []*turn) *turn {
	causes = slices.DeleteFunc(slices.Clone(causes), func(c *turn) bool { return !t.mayFollow(c) })
	if len(causes) == 0 {
		return nil
	}
	own := t.began()
	return slices.MinFunc(causes, func(a, b *turn) int {
		return cmp.Or(cmp.Compare(b.audible(), a.audible()), cmp.Compare(own.Sub(a.began()).Abs(), own.Sub(b.began()).Abs()), compareCauses(a, b))
	})
}

// mayFollow reports whether an incident may fold into another one that it depends on.
func (t *turn) mayFollow(cause *turn) bool {
	own := t.audible()
	if own == slo.SeverityNone || cause == t || cause.audible() < own {
		return false
	}
	later := t.began().Sub(cause.began())
	return later >= -dependBefore && later <= dependAfter
}
