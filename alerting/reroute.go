package alerting

import (
	"maps"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// tellNewcomers owes the open incidents, as they are, to destinations that a new
// route takes them to and that know nothing of them: a route that is mended
// while something burns must not wait for it to burn worse.
func (s *slot) tellNewcomers() {
	for _, key := range slices.Sorted(maps.Keys(s.engine.incidents)) {
		i, at := s.current(key)
		to := newcomers(i, s.engine.settings.Route, s.now)
		if !i.Open() || i.held() || len(to) == 0 {
			continue
		}
		c := change{
			kind: EventOpened, status: StatusFiring, loud: i.audible() == slo.SeverityPage && i.State != IncidentAcked, only: to,
			reason: "open since " + clock(i.OpenedAt) + ": " + folding{alerts: i.Alerts}.burning(),
		}
		i, owed := owe(i, c, s.engine.settings, s.facts(i), s.now)
		s.decided.Owed = append(s.decided.Owed, owed...)
		if at < 0 {
			s.decided.Incidents = append(s.decided.Incidents, i)
		} else {
			s.decided.Incidents[at] = i
		}
	}
}

// current is an incident as this slot leaves it, and where it stands among what
// is decided, -1 when it did not change.
func (s *slot) current(key string) (i Incident, at int) {
	at = slices.IndexFunc(s.decided.Incidents, func(i Incident) bool { return i.FunctionKey() == key })
	if at >= 0 {
		return s.decided.Incidents[at], at
	}
	i = s.incidents[key]
	i.Alerts = slices.Clone(i.Alerts)
	for n, a := range i.Alerts {
		if next, ok := s.next[a.ID]; ok {
			i.Alerts[n] = next
		}
	}
	return i, at
}
