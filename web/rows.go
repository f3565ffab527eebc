package web

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

// assemble joins the SLOs given with what is known about them at an instant. Of
// the past only the numbers are known: alerts are of now.
func (s *Server) assemble(ctx context.Context, slos []slo.SLO, at time.Time) ([]listing.Row, error) {
	if at.After(s.Now()) {
		return nil, badRequest("at lies in the future")
	}
	slos = promisedAt(slos, at)
	assessments, err := s.Objectives.Assess(ctx, slos, at)
	if err != nil {
		return nil, err
	}
	rows := make([]listing.Row, len(slos))
	for i := range slos {
		rows[i] = listing.Row{SLO: slos[i], Assessment: assessments[i]}
	}
	if !at.IsZero() {
		return rows, nil
	}
	return rows, s.addAlerts(ctx, rows)
}

// promisedAt are the SLOs as they were at an instant of the past; a zero instant
// means as they are.
func promisedAt(slos []slo.SLO, at time.Time) []slo.SLO {
	if at.IsZero() || !slices.ContainsFunc(slos, changed) {
		return slos
	}
	then := make([]slo.SLO, len(slos))
	for i, o := range slos {
		then[i] = o.At(at)
	}
	return then
}

// changed reports whether an SLO was promised differently before.
func changed(s slo.SLO) bool { return len(s.History) > 1 }

func (s *Server) addAlerts(ctx context.Context, rows []listing.Row) error {
	alerts, err := s.Alerts.Alerts(ctx)
	if err != nil {
		return err
	}
	open, err := s.Alerts.Incidents(ctx, 0)
	if err != nil {
		return err
	}
	byID := make(map[slo.ID]alerting.Alert, len(alerts))
	for _, a := range alerts {
		byID[a.ID] = a
	}
	incidents := openIncidents(open)
	for i := range rows {
		id, former := rows[i].SLO.ID, rows[i].SLO.RenamedFrom
		alert, ok := byID[id]
		if !ok {
			alert, ok = byID[former] // its alert has the old name until the next round
		}
		if alert.ID = id; !ok {
			alert.Phase = alerting.PhaseOK
		}
		rows[i].Alert, rows[i].Incident = alert, cmp.Or(incidents[id], incidents[former])
	}
	return nil
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

// query assembles the rows whose definition a query asks for. Whether their
// state is asked for too is left to the caller, who may want to count first.
func (s *Server) query(ctx context.Context, q listing.Query) ([]listing.Row, error) {
	all := s.Objectives.SLOs()
	slos := make([]slo.SLO, 0, len(all))
	for i := range all {
		if q.MatchesSLO(&all[i]) {
			slos = append(slos, all[i])
		}
	}
	return s.assemble(ctx, slos, q.At)
}

// matching are the rows whose state is asked for; the caller changes none.
func matching(q listing.Query, rows []listing.Row) []listing.Row {
	if q.AnyRow() {
		return rows
	}
	out := make([]listing.Row, 0, len(rows))
	for i := range rows {
		if q.MatchesRow(&rows[i]) {
			out = append(out, rows[i])
		}
	}
	return out
}

// find returns the SLO of a name, if it is in force.
func (s *Server) find(id slo.ID) (slo.SLO, error) {
	all := s.Objectives.SLOs()
	i := slices.IndexFunc(all, func(o slo.SLO) bool { return o.ID == id })
	if i < 0 {
		return slo.SLO{}, unknownSLO(id, all)
	}
	return all[i], nil
}

func (s *Server) row(ctx context.Context, id slo.ID, at time.Time) (listing.Row, error) {
	o, err := s.find(id)
	if err != nil {
		return listing.Row{}, err
	}
	rows, err := s.assemble(ctx, []slo.SLO{o}, at)
	if err != nil {
		return listing.Row{}, err
	}
	return rows[0], nil
}
