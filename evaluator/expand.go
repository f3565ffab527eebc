package evaluator

import (
	"github.com/slofuse/slofuse/evaluator/roll"
	"github.com/slofuse/slofuse/slo"
)

// expansion turns what is defined into what is in force: families become their
// members.
type expansion struct {
	before  map[string]*roster      // by family key
	known   map[string]roll.Members // from before a restart
	rosters map[string]*roster

	families []slo.Family
	slos     []slo.SLO
	signals  []slo.Signal
	taken    map[slo.ID]bool
	named    map[slo.ID]bool // of signals
}

func expand(defined slo.Set, before map[string]*roster, known map[string]roll.Members) *expansion {
	x := &expansion{before: before, known: known, rosters: map[string]*roster{}, taken: map[slo.ID]bool{}, named: map[slo.ID]bool{}}
	x.add(defined)
	return x
}

// add puts a set in force: its SLOs before the members of its families, and the
// parts of those SLOs before what a match finds, so that what is named wins. The
// parts of an SLO that was taken already are taken with it.
func (x *expansion) add(set slo.Set) {
	mine := map[slo.ID]bool{}
	for _, s := range set.SLOs {
		if !x.taken[s.ID] {
			x.taken[s.ID], mine[s.ID] = true, true
			x.slos = append(x.slos, s)
		}
	}
	for _, s := range set.Signals {
		if id := (slo.ID{Service: s.Service, Function: s.Function, Name: s.Name}); !x.named[id] {
			x.named[id] = true
			x.signals = append(x.signals, s)
		}
	}
	var matches []slo.Family
	for _, f := range set.Families {
		switch {
		case f.Whole == (slo.ID{}):
			matches = append(matches, f)
		case mine[f.Whole]:
			x.addFamily(f)
		}
	}
	for _, f := range matches {
		x.addFamily(f)
	}
}

func (x *expansion) addFamily(f slo.Family) {
	key := f.Key()
	if x.rosters[key] != nil {
		return
	}
	r := x.before[key]
	if r == nil {
		r = newRoster(x.known[key])
		delete(x.known, key) // of the start only
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
		x.add(set)
	}
}
