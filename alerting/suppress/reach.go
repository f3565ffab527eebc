package suppress

import (
	"cmp"
	"slices"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Reach is what something that holds messages back is about, as things stand: what
// one looks at before saying it.
type Reach struct {
	SLOs      int           // how many of those in force
	Functions []slo.ID      // what they are about, by name; without the name of an SLO
	Services  []string      // of these, by name
	Alerts    []ReachedOne  // active alerts, pages before tickets and then the longest first
	Incidents []ReachedMany // that have such an alert, pages before tickets
}

// ReachedOne is an active alert that would be held back.
type ReachedOne struct {
	alerting.Alert
	Incident string // the id of its incident
}

// ReachedMany is an open incident of whose active alerts some would be held back.
type ReachedMany struct {
	alerting.Incident
	Held, Active int
	// Quiet says that nobody would be told of it: of every active alert the messages
	// would be held back, by this or by what holds them back already.
	Quiet bool
}

// ReachOf says what something is about that holds messages back: takes reports
// whether it does those about an alert of an SLO of a severity.
func ReachOf(slos []slo.SLO, open []alerting.Incident, takes func(slo.SLO, slo.Severity) bool) Reach {
	var r Reach
	taken := map[slo.ID]slo.SLO{}
	functions, services := map[slo.ID]bool{}, map[string]bool{}
	for _, o := range slos {
		if !takes(o, slo.SeverityPage) && !takes(o, slo.SeverityTicket) {
			continue
		}
		taken[o.ID] = o
		functions[slo.ID{Service: o.ID.Service, Function: o.ID.Function}] = true
		services[o.ID.Service] = true
	}
	r.SLOs = len(taken)
	for id := range functions {
		r.Functions = append(r.Functions, id)
	}
	for name := range services {
		r.Services = append(r.Services, name)
	}
	slices.SortFunc(r.Functions, slo.ID.Compare)
	slices.Sort(r.Services)
	for _, i := range open {
		r.add(i, func(a alerting.Alert) bool { o, ok := taken[a.ID]; return ok && takes(o, a.Severity) })
	}
	slices.SortStableFunc(r.Alerts, func(a, b ReachedOne) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), a.Since.Compare(b.Since))
	})
	slices.SortStableFunc(r.Incidents, func(a, b ReachedMany) int { return cmp.Compare(b.Severity, a.Severity) })
	return r
}

// add looks at the active alerts of an incident.
func (r *Reach) add(i alerting.Incident, held func(alerting.Alert) bool) {
	many := ReachedMany{Incident: i, Quiet: true}
	for _, a := range i.Alerts {
		if !a.Active() {
			continue
		}
		many.Active++
		if held(a) {
			many.Held++
			r.Alerts = append(r.Alerts, ReachedOne{Alert: a, Incident: i.ID})
		} else if len(a.MutedBy) == 0 {
			many.Quiet = false
		}
	}
	if many.Held > 0 {
		r.Incidents = append(r.Incidents, many)
	}
}

// Of is how many of the alerts are of a severity.
func (r Reach) Of(severity slo.Severity) (n int) {
	for _, a := range r.Alerts {
		if a.Severity == severity {
			n++
		}
	}
	return n
}
