package alerting

import (
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// About are the events of an incident that concern one SLO, oldest first: those of the
// incident as a whole, and of its alerts and budgets the SLO's own. An incident that
// holds no alert of the SLO concerns it not at all.
func (i Incident) About(id slo.ID) (events []Event, concerns bool) {
	for _, a := range i.Alerts {
		concerns = concerns || a.ID == id
	}
	if !concerns {
		return nil, false
	}
	for _, e := range i.Timeline {
		switch e.Kind {
		case EventAlert: // see [describe]
			if !strings.HasPrefix(e.Text, id.Name+" ") {
				continue
			}
		case EventBudget:
			if !strings.HasPrefix(e.Text, id.Name+": ") {
				continue
			}
		}
		events = append(events, e)
	}
	return events, true
}
