package summary

import (
	"cmp"
	"maps"
	"slices"
)

// Tally counts standings.
type Tally struct {
	Met, AtRisk, Missed, Unknown int
}

// Count counts the standings of records.
func Count(records []Record) Tally {
	var t Tally
	for _, r := range records {
		standing, _ := r.Standing()
		t.count(standing)
	}
	return t
}

func (t *Tally) count(s Standing) {
	switch s {
	case Met:
		t.Met++
	case AtRisk:
		t.AtRisk++
	case Missed:
		t.Missed++
	case Unknown:
		t.Unknown++
	}
}

// Add is the tally of both.
func (t Tally) Add(o Tally) Tally {
	return Tally{Met: t.Met + o.Met, AtRisk: t.AtRisk + o.AtRisk, Missed: t.Missed + o.Missed, Unknown: t.Unknown + o.Unknown}
}

// Kept is how many promises are kept, at risk or not.
func (t Tally) Kept() int { return t.Met + t.AtRisk }

// Decided is how many are kept or broken.
func (t Tally) Decided() int { return t.Kept() + t.Missed }

// All is how many there are.
func (t Tally) All() int { return t.Decided() + t.Unknown }

// Share is the share of kept promises among those that could be decided; unknown
// when none could.
func (t Tally) Share() (ratio float64, known bool) {
	if t.Decided() == 0 {
		return 0, false
	}
	return float64(t.Kept()) / float64(t.Decided()), true
}

// Worst is the standing that stands for all of them: the worst that is known, and
// unknown before met, so that one that nobody knows is not hidden by others.
func (t Tally) Worst() Standing {
	switch {
	case t.Missed > 0:
		return Missed
	case t.AtRisk > 0:
		return AtRisk
	case t.Unknown > 0 || t.All() == 0:
		return Unknown
	}
	return Met
}

// Group is the objectives that share a name: a team, a tier or a service.
type Group struct {
	Name   string
	Tally  Tally
	Change *float64 // of the share, see [Trend]; nil when unknown
	Least  *float64 // the smallest share of a budget that is left; nil when none is known
}

// Trend is by how much the share of kept promises changed, among those that could
// be decided in both periods; unknown when there are none, so that what nobody knew
// before is no change.
func Trend(pairs []Pair) (change float64, known bool) {
	now, before := both(pairs)
	share, known := now.Share()
	last, _ := before.Share()
	return share - last, known
}

// both are the tallies of the pairs of which both records could be decided.
func both(pairs []Pair) (now, before Tally) {
	for _, p := range pairs {
		a, _ := p.Now.Standing()
		b, _ := p.Before.Standing()
		if a != Unknown && b != Unknown {
			now.count(a)
			before.count(b)
		}
	}
	return now, before
}

// By groups objectives by what name says of them: the worst share first, those that
// nothing is known of last. Objectives without a name are grouped under "".
func By(pairs []Pair, name func(Pair) string) []Group {
	members := map[string][]int{}
	for i, p := range pairs {
		members[name(p)] = append(members[name(p)], i)
	}
	var out []Group
	for _, key := range slices.Sorted(maps.Keys(members)) {
		group := make([]Pair, len(members[key]))
		for n, i := range members[key] {
			group[n] = pairs[i]
		}
		g := Group{Name: key}
		g.fill(group)
		out = append(out, g)
	}
	slices.SortStableFunc(out, worse)
	return out
}

func (g *Group) fill(pairs []Pair) {
	for _, p := range pairs {
		standing, _ := p.Now.Standing()
		g.Tally.count(standing)
		if left, known := p.Now.Remaining(); known && (g.Least == nil || left < *g.Least) {
			g.Least = &left
		}
	}
	if change, known := Trend(pairs); known {
		g.Change = &change
	}
}

func worse(a, b Group) int {
	x, known := a.Tally.Share()
	y, knownToo := b.Tally.Share()
	if known != knownToo {
		if known {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(x, y), cmp.Compare(b.Tally.All(), a.Tally.All()), cmp.Compare(a.Name, b.Name))
}
