package incidents

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// incidentRows are incidents as the list shows them, with one assessment for what
// their alerts are about.
func (s Handlers) incidentRows(ctx context.Context, list []alerting.Incident) ([]incidentItem, error) {
	worst, err := s.leads(ctx, list)
	if err != nil {
		return nil, err
	}
	rows := make([]incidentItem, len(list))
	for n, i := range list {
		row := s.incidentItem(i)
		row.Left, row.Taken, row.How = worst[i.ID].leftText(s.Now()), takenText(&i), howEnded(&i)
		if l := worst[i.ID]; l.of != nil {
			row.Now = ui.NowOf(l.Fact, l.of)
		}
		row.Acks = i.Open() && i.State != alerting.IncidentAcked && i.Cause == ""
		rows[n] = row
	}
	return rows, nil
}

// leads are what says most of how bad open incidents are, with what is known of it.
func (s Handlers) leads(ctx context.Context, list []alerting.Incident) (map[string]lead, error) {
	inForce := s.Objectives.SLOs()
	var slos []slo.SLO
	var alerts []alerting.Alert
	var of []string
	for _, i := range list {
		for _, a := range i.Alerts[:min(len(i.Alerts), maxBurns)] {
			at, found := slices.BinarySearchFunc(inForce, a.ID, func(o slo.SLO, id slo.ID) int { return o.ID.Compare(id) })
			if found && i.Open() && a.Active() {
				slos, alerts, of = append(slos, inForce[at]), append(alerts, a), append(of, i.ID)
			}
		}
	}
	found, err := s.Objectives.Assess(ctx, slos, time.Time{})
	if err != nil {
		return nil, err
	}
	known := map[string]map[slo.ID]*slo.Assessment{}
	cases := map[string]triage.Case{}
	for n := range found {
		if known[of[n]] == nil {
			known[of[n]] = map[slo.ID]*slo.Assessment{}
		}
		known[of[n]][alerts[n].ID] = &found[n]
		c := cases[of[n]]
		c.Facts = append(c.Facts, alerting.FactOf(slos[n], found[n], alerts[n]))
		cases[of[n]] = c
	}
	out := make(map[string]lead, len(cases))
	for id, c := range cases {
		f, _ := c.Lead()
		out[id] = lead{f, known[id][f.ID]}
	}
	return out, nil
}

// lead is the worst of an incident, and the assessment that says so.
type lead struct {
	alerting.Fact

	of *slo.Assessment
}

// leftText is what is left of a budget in words that can be said aloud; empty when
// nothing is known of now.
func (l lead) leftText(now time.Time) string {
	if l.of == nil || ui.NowOf(l.Fact, l.of).Unknown || l.BudgetRemaining == nil {
		return ""
	}
	if *l.BudgetRemaining <= 0 {
		return "budget " + format.Left(*l.BudgetRemaining, true)
	}
	text := format.Share(*l.BudgetRemaining, true) + " of the budget left"
	if end := ui.LastsFor(l.Fact, now); end != "" {
		text += ", " + end
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
