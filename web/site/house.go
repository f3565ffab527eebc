package site

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

// house is every SLO as it is now, with what it was made of. It is made anew when one
// of these has changed, so that most requests make nothing.
type house struct {
	*listing.House

	slos        []slo.SLO
	assessments []slo.Assessment
	standing    standing
}

// house returns every SLO as it is now.
func (s *Server) house(ctx context.Context) (*listing.House, error) {
	slos := s.Objectives.SLOs()
	assessments, err := s.Objectives.Assess(ctx, slos, time.Time{})
	if err != nil {
		return nil, err
	}
	now, err := s.standing(ctx)
	if err != nil {
		return nil, err
	}
	if kept := s.kept.Load(); kept != nil && same(kept.slos, slos) && same(kept.assessments, assessments) && kept.standing.equal(now) {
		return kept.House, nil
	}
	made := &house{House: listing.NewHouse(now.rows(slos, assessments)), slos: slos, assessments: assessments, standing: now}
	s.kept.Store(made)
	return made.House, nil
}

// same reports whether two lists are one and the same. Lists that are kept are not
// changed, so what is the same list has the same in it.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// standing is where alerts stand.
type standing struct {
	alerts    map[slo.ID]alerting.Alert
	incidents map[slo.ID]string // the open one of each alert that is active
}

func (s *Server) standing(ctx context.Context) (standing, error) {
	alerts, err := s.Alerts.Alerts(ctx)
	if err != nil {
		return standing{}, err
	}
	open, err := s.Alerts.OpenIncidents(ctx)
	if err != nil {
		return standing{}, err
	}
	byID := make(map[slo.ID]alerting.Alert, len(alerts))
	for _, a := range alerts {
		byID[a.ID] = a
	}
	return standing{byID, openIncidents(open)}, nil
}

func (s standing) equal(other standing) bool {
	return maps.Equal(s.incidents, other.incidents) && maps.EqualFunc(s.alerts, other.alerts, sameAlert)
}

// sameAlert reports whether two states of an alert are one: it was decided on at the
// same slot, and as much holds its messages back.
func sameAlert(a, b alerting.Alert) bool {
	return a.ID == b.ID && a.Phase == b.Phase && a.Severity == b.Severity && a.Tier == b.Tier && a.Since.Equal(b.Since) && a.Reason == b.Reason &&
		a.DecidedAt.Equal(b.DecidedAt) && a.Frozen == b.Frozen && slices.Equal(a.MutedBy, b.MutedBy)
}

// rows joins SLOs with their assessments, which are in the same order, and alerts.
func (s standing) rows(slos []slo.SLO, assessments []slo.Assessment) []listing.Row {
	rows := make([]listing.Row, len(slos))
	for i := range slos {
		id, former := slos[i].ID, slos[i].RenamedFrom
		alert, ok := s.alerts[id]
		if !ok {
			alert, ok = s.alerts[former] // its alert has the old name until the next round
		}
		if alert.ID = id; !ok {
			alert.Phase = alerting.PhaseOK
		}
		rows[i] = listing.Row{SLO: slos[i], Assessment: assessments[i], Alert: alert, Incident: cmp.Or(s.incidents[id], s.incidents[former])}
	}
	return rows
}

// openIncidents says which open incident holds the active alert of an SLO.
func openIncidents(list []alerting.Incident) map[slo.ID]string {
	out := make(map[slo.ID]string)
	for _, i := range list {
		if !i.Open() {
			continue
		}
		for _, a := range i.Alerts {
			if a.Active() {
				out[a.ID] = i.ID
			}
		}
	}
	return out
}
