package alerting

import (
	"maps"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// rename moves the alerts of SLOs that are called otherwise now to their new
// names, before anything is decided, and what they belong to with them: an
// incident goes on, nobody hears of an end and of another page.
func (s *slot) rename() {
	moves := s.moves()
	if len(moves) == 0 {
		return
	}
	s.alerts, s.incidents = maps.Clone(s.alerts), maps.Clone(s.incidents)
	for from, to := range moves {
		a := s.alerts[from]
		a.ID = to
		delete(s.alerts, from)
		s.alerts[to] = a
		s.moved = append(s.moved, to)
		s.decided.Removed = append(s.decided.Removed, from)
	}
	for _, key := range slices.Sorted(maps.Keys(s.incidents)) {
		s.renameIn(key, moves)
	}
}

// moves lists the alerts that go on under another name: their old one is gone,
// and the new one has no alert yet.
func (s *slot) moves() map[slo.ID]slo.ID {
	moves := map[slo.ID]slo.ID{}
	for id, o := range s.slos {
		if o.RenamedFrom.IsZero() {
			continue
		}
		_, exists := s.slos[o.RenamedFrom]
		_, known := s.alerts[id]
		if _, had := s.alerts[o.RenamedFrom]; had && !exists && !known {
			moves[o.RenamedFrom] = id
		}
	}
	return moves
}

// renameIn gives the alerts of an incident their new names. An incident whose
// every active alert moved to one other function moves there; of any other one,
// an alert that went to another function is over.
func (s *slot) renameIn(key string, moves map[slo.ID]slo.ID) {
	i := s.incidents[key]
	home, moving := s.homeOf(i, moves)
	var texts []string
	alerts := slices.Clone(i.Alerts)
	for n, a := range alerts {
		to, ok := moves[a.ID]
		if ok && to.FunctionKey() == home.FunctionKey() {
			alerts[n].ID = to
		}
		if ok {
			texts = append(texts, called(a.ID, to))
		}
	}
	if len(texts) == 0 {
		return
	}
	if moving { // what stays behind is over; when it burns again, it does so over there
		alerts = slices.DeleteFunc(alerts, func(a Alert) bool { return a.ID.FunctionKey() != home.FunctionKey() })
	}
	i.Alerts = alerts
	if moving {
		delete(s.incidents, key)
		i.Service, i.Function = home.Service, home.Function
	}
	s.incidents[i.FunctionKey()] = i
	s.renames[i.FunctionKey()] = texts
}

// homeOf is the function an incident belongs to after a renaming, and whether
// that is another one than before.
func (s *slot) homeOf(i Incident, moves map[slo.ID]slo.ID) (home slo.ID, moving bool) {
	here := slo.ID{Service: i.Service, Function: i.Function}
	for _, a := range i.Alerts {
		to, moves := moves[a.ID]
		switch {
		case !a.Active():
		case !moves || moving && to.FunctionKey() != home.FunctionKey():
			return here, false
		default:
			home, moving = to, true
		}
	}
	if !moving || !i.Open() || home.FunctionKey() == here.FunctionKey() {
		return here, false
	}
	if other, ok := s.incidents[incidentKey(home.Service, home.Function)]; ok && other.Open() {
		return here, false
	}
	return home, true
}

func called(from, to slo.ID) string {
	if from.FunctionKey() == to.FunctionKey() {
		return from.Name + " is called " + to.Name + " now"
	}
	return from.String() + " is called " + to.String() + " now"
}
