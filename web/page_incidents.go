package web

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/slofuse/slofuse/alerting"
)

// incidentsBody is the list of incidents.
type incidentsBody struct {
	Open, Resolved []incidentItem
}

// incidentItem is one incident of the list, and the head of its own page.
type incidentItem struct {
	ID, URL           string
	Status            badge
	Service, Function string
	FunctionURL       string
	Owner             string
	Class             string
	Reason            string
	Cause             string // the page of the incident it folded into
	Affects           int    // functions that folded into it
	Opened, Ended     moment
	Lasted            string
	AckedBy           string
	Comment           string
	Acked, AckedUntil moment
	Flaps             moment // since when it comes and goes
	Muted             string // of how many alerts the messages are held back; empty when of none
	Undeliverable     int
	Owed              int
}

func (s *Server) pageIncidents(r *http.Request) (answer, error) {
	incidents, err := s.Alerts.Incidents(r.Context(), defaultResolved)
	if err != nil {
		return answer{}, err
	}
	var body incidentsBody
	for _, i := range slices.SortedStableFunc(slices.Values(incidents), mostUrgent) {
		if item := s.incidentItem(i); i.Open() {
			body.Open = append(body.Open, item)
		} else {
			body.Resolved = append(body.Resolved, item)
		}
	}
	return s.pageAnswer(r, "incidents", page{Title: "Incidents", Section: "incidents", Self: "/incidents", Body: body})
}

// mostUrgent orders the list: pages that nobody has taken come first, and what is
// over comes last, as it was.
func mostUrgent(a, b alerting.Incident) int { return cmp.Compare(urgency(b), urgency(a)) }

func urgency(i alerting.Incident) int {
	switch {
	case !i.Open():
		return 0
	case i.State == alerting.IncidentAcked:
		return 2 * int(i.Severity)
	}
	return 2*int(i.Severity) + 1
}
