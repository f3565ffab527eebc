package site

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

// Assemble joins the SLOs given with what is known about them at an instant. Of
// the past only the numbers are known: alerts are of now.
func (s *Server) Assemble(ctx context.Context, slos []slo.SLO, at time.Time) ([]listing.Row, error) {
	if at.After(s.Now()) {
		return nil, BadRequest("at lies in the future")
	}
	slos = PromisedAt(slos, at)
	assessments, err := s.Objectives.Assess(ctx, slos, at)
	if err != nil {
		return nil, err
	}
	if at.IsZero() {
		now, err := s.standing(ctx)
		return now.rows(slos, assessments), err
	}
	rows := make([]listing.Row, len(slos))
	for i := range slos {
		rows[i] = listing.Row{SLO: slos[i], Assessment: assessments[i]}
	}
	return rows, nil
}

// PromisedAt are the SLOs as they were at an instant of the past; a zero instant
// means as they are.
func PromisedAt(slos []slo.SLO, at time.Time) []slo.SLO {
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

// Query finds the rows that are asked for. Of now they are those of the house, which
// nobody changes.
func (s *Server) Query(ctx context.Context, q listing.Query) (listing.Selection, error) {
	if q.At.IsZero() {
		h, err := s.house(ctx)
		if err != nil {
			return listing.Selection{}, err
		}
		return h.Select(q), nil
	}
	var slos []slo.SLO
	all := s.Objectives.SLOs()
	for i := range all {
		if q.MatchesSLO(&all[i]) {
			slos = append(slos, all[i])
		}
	}
	rows, err := s.Assemble(ctx, slos, q.At)
	if err != nil {
		return listing.Selection{}, err
	}
	return listing.NewHouse(rows).Select(q), nil
}

// Find returns the SLO of a name, if it is in force.
func (s *Server) Find(id slo.ID) (slo.SLO, error) {
	all := s.Objectives.SLOs()
	for i := range all {
		if all[i].ID == id {
			return all[i], nil
		}
	}
	return slo.SLO{}, UnknownSLO(id, all)
}

// Row is one SLO as it stood at an instant; the zero instant is now.
func (s *Server) Row(ctx context.Context, id slo.ID, at time.Time) (listing.Row, error) {
	o, err := s.Find(id)
	if err != nil {
		return listing.Row{}, err
	}
	rows, err := s.Assemble(ctx, []slo.SLO{o}, at)
	if err != nil {
		return listing.Row{}, err
	}
	return rows[0], nil
}

// Latest is the instant of the newest assessment.
func Latest(rows []listing.Row) time.Time {
	var at time.Time
	for i := range rows {
		if rows[i].Assessment.AsOf.After(at) {
			at = rows[i].Assessment.AsOf
		}
	}
	return at
}
