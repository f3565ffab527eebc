package evaluator

import (
	"github.com/slofuse/slofuse/evaluator/roll"
	"github.com/slofuse/slofuse/slo"
)

// expansion turns what is defined into what is in force: families become their
// members, as far as there is space. What was in force before keeps its place;
// what is new comes in as it is defined, and of a family by name.
type expansion struct {
	before  map[string]*roster      // by family key
	known   map[string]roll.Members // from before a restart
	held    map[finding]string      // what was in force before, and the root it counts for
	rosters map[string]*roster

	families []slo.Family
	slos     []slo.SLO
	signals  []slo.Signal
	found    map[finding]string // what of it members brought
	space    space
	crowded  bool // something is left out
	taken    map[slo.ID]bool
	named    map[slo.ID]bool // of signals
}

// expand also frees the places of what is no longer defined, for what else would
// be left out.
func expand(defined slo.Set, before map[string]*roster, known map[string]roll.Members, held map[finding]string) *expansion {
	x := newExpansion(before, known, held)
	x.add(defined, nil)
	if x.crowded && x.vacate() {
		x = newExpansion(x.rosters, known, x.found)
		x.add(defined, nil)
	}
	x.vacate()
	return x
}

func newExpansion(before map[string]*roster, known map[string]roll.Members, held map[finding]string) *expansion {
	x := &expansion{
		before: before, known: known, held: held, rosters: map[string]*roster{}, found: map[finding]string{},
		space: space{of: map[string]int{}}, taken: map[slo.ID]bool{}, named: map[slo.ID]bool{},
	}
	for _, root := range held {
		x.space.take(root, 1)
	}
	return x
}

// vacate gives the places back that were held and not taken, and reports whether
// there were any.
func (x *expansion) vacate() (some bool) {
	for what, root := range x.held {
		if _, here := x.found[what]; !here {
			x.space.take(root, -1)
			some = true
		}
	}
	x.held = nil
	return some
}

// add puts a set in force: its SLOs before the members of its families, and the
// parts of those SLOs before what a match finds, so that what is named wins. The
// parts of an SLO that was taken already are taken with it. By is the roster of
// the family whose member brings the set; nil when files do.
func (x *expansion) add(set slo.Set, by *roster) {
	mine := map[slo.ID]bool{}
	for _, s := range set.SLOs {
		if !x.taken[s.ID] && x.admit(finding{id: s.ID}, by) {
			x.taken[s.ID], mine[s.ID] = true, true
			x.slos = append(x.slos, s)
		}
	}
	for _, s := range set.Signals {
		if id := s.ID(); !x.named[id] && x.admit(finding{id: id, signal: true}, by) {
			x.named[id] = true
			x.signals = append(x.signals, s)
		}
	}
	x.addFamilies(set.Families, mine, by)
}

// addFamilies adds the parts of SLOs that the same set put in force, and then what
// its matches find.
func (x *expansion) addFamilies(families []slo.Family, mine map[slo.ID]bool, by *roster) {
	var matches []slo.Family
	for _, f := range families {
		switch {
		case f.Whole == (slo.ID{}):
			matches = append(matches, f)
		case mine[f.Whole]:
			x.addFamily(f, by)
		}
	}
	for _, f := range matches {
		x.addFamily(f, by)
	}
}

// admit says whether there is a place for what a member brings.
func (x *expansion) admit(what finding, by *roster) bool {
	if by == nil {
		return true
	}
	if _, holds := x.held[what]; !holds {
		if why := x.space.full(by.root); why != "" {
			by.beyond.add(what.id.String(), why)
			x.crowded = true
			return false
		}
		x.space.take(by.root, 1)
	}
	x.found[what] = by.root
	return true
}

func (x *expansion) addFamily(f slo.Family, by *roster) {
	key := f.Key()
	if x.rosters[key] != nil {
		return
	}
	r := x.before[key]
	if r == nil {
		r = newRoster(x.known[key])
		delete(x.known, key) // of the start only
	}
	r.beyond, r.root = Crowd{}, key
	if by != nil {
		r.root = by.root
	}
	x.rosters[key] = r
	x.families = append(x.families, f)
	for _, value := range r.values() {
		set, err := f.Member(value)
		if err != nil {
			continue // a changed definition may not take who fitted before
		}
		for i := range set.SLOs {
			set.SLOs[i].Found = f.Name
		}
		x.add(set, r)
	}
}
