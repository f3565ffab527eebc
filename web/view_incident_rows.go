package web

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
)

// incidentRows are incidents as the list shows them, with one assessment for what
// their alerts are about.
func (s *Server) incidentRows(ctx context.Context, list []alerting.Incident) ([]incidentItem, error) {
	left, err := s.budgetsLeft(ctx, list)
	if err != nil {
		return nil, err
	}
	rows := make([]incidentItem, len(list))
	for n, i := range list {
		row := s.incidentItem(i)
		row.Left, row.Taken, row.How = left[i.ID], takenText(&i), howEnded(&i)
		row.Acks = i.Open() && i.State != alerting.IncidentAcked && i.Cause == ""
		rows[n] = row
	}
	return rows, nil
}

// budgetsLeft says of open incidents how much is left of the budget that ends
// soonest.
func (s *Server) budgetsLeft(ctx context.Context, list []alerting.Incident) (map[string]string, error) {
	inForce := s.Objectives.SLOs()
	var slos []slo.SLO
	var of []string
	for _, i := range list {
		for _, a := range i.Alerts[:min(len(i.Alerts), maxBurns)] {
			at, found := slices.BinarySearchFunc(inForce, a.ID, func(o slo.SLO, id slo.ID) int { return o.ID.Compare(id) })
			if found && i.Open() && a.Active() {
				slos, of = append(slos, inForce[at]), append(of, i.ID)
			}
		}
	}
	found, err := s.Objectives.Assess(ctx, slos, time.Time{})
	if err != nil {
		return nil, err
	}
	least, out := map[string]float64{}, map[string]string{}
	for n := range found {
		remaining, known := found[n].Remaining(found[n].Window)
		if lowest, seen := least[of[n]]; !known || seen && lowest <= remaining {
			continue
		}
		least[of[n]], out[of[n]] = remaining, leftText(&found[n], remaining)
	}
	return out, nil
}

// leftText is what is left of a budget in words that can be said aloud.
func leftText(a *slo.Assessment, remaining float64) string {
	if remaining <= 0 {
		return "budget spent"
	}
	text := format.Share(remaining, true) + " of the budget left"
	if at, known := a.ExhaustsAt(); known {
		text += ", " + format.Span(max(at.Sub(a.AsOf), 0).Truncate(time.Minute)) + " at this pace"
	}
	return text
}

func takenText(i *alerting.Incident) string {
	switch {
	case !i.Open():
		return ""
	case i.AckedBy != "":
		return i.AckedBy + " has it"
	case i.Cause != "":
		return "with its cause"
	}
	return "nobody has it"
}

func howEnded(i *alerting.Incident) string {
	switch {
	case i.Open():
		return ""
	case i.ResolvedBy != "":
		return "by hand, by " + i.ResolvedBy
	}
	return "by itself"
}
