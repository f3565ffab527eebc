package incidents

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// card is one open incident as whoever is woken by it needs it.
type card struct {
	incidentItem
	Anchor      string
	Ago         string    // for how long it goes wrong
	Began       ui.Moment // the first error, or when it opened
	Later       bool      // it opened well after the first error
	SLO, SLOURL string    // what leads: the promise that is broken worst
	Promise     string
	Burn, Over  string // how fast, and over which windows
	Limit       string
	Now         ui.NowView // what fails now
	Pace        string     // how long the budget lasts, as a sentence
	Budget      *ui.BudgetView
	Suspect     string // the most frequent kind of error
	Share       string // of them, and which they are
	Because     []string
	Deploy      *ui.LastDeploy
	Links       []ui.Link
	Affected    []affected
	Further     int // affected functions that are not listed
	Told        []ui.CallTold
	ToldText    string // the same in short: "2 sent, 1 owed"
	Untold      bool   // somebody was not reached yet
	Held        []ui.MutedView
	Taken       bool // somebody acknowledged it
	Folded      bool // most of it is shown when it is asked for
	SilenceURL  string
}

const (
	mostAffected = 5
	// mostUnfolded is how many cards show everything at once: in a storm the others are
	// looked over.
	mostUnfolded = 8
)

// cards shows cases, in their order. What was told of them is read at once.
func (s Handlers) cards(ctx context.Context, b board, cases []triage.Case) ([]card, error) {
	if len(cases) == 0 {
		return nil, nil
	}
	ids := make([]string, len(cases))
	for n, c := range cases {
		ids[n] = c.Incident.ID
	}
	told, err := s.Journal.Deliveries(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]card, len(cases))
	for n, c := range cases {
		c.Incident.Deliveries = told[c.Incident.ID]
		out[n] = s.card(&b, c)
		out[n].Folded = n >= mostUnfolded
		if out[n].Folded {
			continue
		}
		began, err := s.began(ctx, &b, c.Incident)
		if err != nil {
			return nil, err
		}
		out[n].since(began, c.Incident.OpenedAt, b.now)
	}
	return out, nil
}

// since says how long it goes wrong.
func (c *card) since(began, opened, now time.Time) {
	c.Ago, c.Began, c.Later = ui.Ago(now, began), ui.MomentOf(began), opened.Sub(began) >= settled
}

func (s Handlers) card(b *board, c triage.Case) card {
	i := c.Incident
	out := card{
		incidentItem: s.incidentItem(i), Anchor: "incident-" + i.ID, Taken: i.State == alerting.IncidentAcked,
		Deploy: ui.LastDeployOf(i.Deploy, i.OpenedAt), SilenceURL: ui.SilenceURL(i.Service, i.Function), Because: because(i),
		Affected: affectedOf(i.Affected[:min(len(i.Affected), mostAffected)]), Further: max(len(i.Affected)-mostAffected, 0) + i.Unlisted,
		Told: ui.ToldOf(i.Deliveries, b.now), Held: heldOf(i.Alerts),
	}
	out.since(i.OpenedAt, i.OpenedAt, b.now)
	out.ToldText, out.Untold = ui.ToldText(i.Deliveries)
	if lead, ok := c.Lead(); ok {
		out.lead(lead, b.now)
		s.measured(b, lead, &out)
	}
	return out
}

// because says why it burns, or why it is told of as it is, where slofuse knows.
func because(i alerting.Incident) (out []string) {
	if i.Vanished != "" {
		out = append(out, "The data of the job "+i.Vanished+" vanished.")
	}
	if i.Cascade != "" {
		out = append(out, i.Cascade)
	}
	return out
}

// lead fills in how bad the worst of it is.
func (c *card) lead(f alerting.Fact, now time.Time) {
	c.SLO, c.Pace = f.ID.Name, paceOf(f, now)
	if alerting.IsSource(f.ID) {
		c.Pace = cmp.Or(f.Reason, c.Pace)
		return
	}
	if f.Objective != "" {
		c.SLOURL, c.Promise = ui.SLOPath(f.ID), f.Objective+" over "+f.Window
	}
	if f.BurnRateLong != nil {
		c.Burn, c.Over = format.Burn(*f.BurnRateLong, true), "over "+f.LongWindow
		if f.BurnRateShort != nil {
			c.Over += ", " + format.Burn(*f.BurnRateShort, true) + " over " + f.ShortWindow
		}
	}
}

// paceOf says how long the budget lasts.
func paceOf(f alerting.Fact, now time.Time) string {
	text := ui.LastsFor(f, now)
	switch {
	case f.BudgetRemaining == nil:
		return "How much budget is left is not known."
	case *f.BudgetRemaining <= 0:
		return "The " + f.Window + " budget is spent."
	case f.Phase == alerting.PhaseRecovering:
		return "Recovering: the errors have become rare."
	case f.ExhaustsAt != nil && text != "":
		return "The " + f.Window + " budget is " + text + "."
	case text != "":
		return "The " + f.Window + " budget " + text + "."
	case f.Stopped():
		return "It fires because the last " + f.LongWindow + " and " + f.ShortWindow + " still count what failed before."
	}
	return "How fast it burns now is not known."
}

// measured fills in what an assessment knows of the SLO that leads.
func (s Handlers) measured(b *board, f alerting.Fact, c *card) {
	at, ok := b.at[f.ID]
	if !ok {
		return
	}
	a := &b.known[at]
	budget := ui.BudgetOf(a)
	c.Budget = &budget
	if c.Now = ui.NowOf(f, a); c.Now.Unknown { // what was counted before says nothing of now
		c.Pace, c.Burn, c.Over, c.Class = "", "", "", ""
	} else if kinds := ui.RecentErrors(a); len(kinds) > 0 {
		c.Suspect, c.Share = kinds[0].Class, kinds[0].Share+" of the bad "+a.Scale.Noun()+" of the last hour"
	}
	if f.Phase == alerting.PhaseRecovering && a.Window.Excluded.Any() && budget.Known {
		c.Pace = "Recovering: " + budget.Text + " of the budget is left, as corrected by maintenance (" + ui.BudgetOver(a, a.Window.AsMeasured()).Text + " as measured)."
	}
	if f.BudgetRemaining == nil && a.Window.Reading() && !c.Now.Unknown {
		c.Pace = "How much of the " + f.Window + " budget is left is still being read."
	}
	for _, t := range b.slos[at].Tiers {
		if t.Name == f.Tier {
			c.Limit = format.Burn(t.BurnRate, true)
		}
	}
	if s.Links != nil {
		c.Links = ui.FirstLinks(ui.LinksOf(s.Links(b.slos[at], f.Since.Add(-time.Hour), b.now)), c.URL)
	}
}

// heldOf is what holds the messages of an incident's alerts back, each thing once.
func heldOf(alerts []alerting.Alert) []ui.MutedView {
	var all []alerting.Muting
	for _, a := range alerts {
		if a.Active() {
			all = append(all, a.MutedBy...)
		}
	}
	same := func(a, b alerting.Muting) bool { return a.Kind == b.Kind && a.ID == b.ID }
	slices.SortFunc(all, func(a, b alerting.Muting) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return ui.MutedViews(slices.CompactFunc(all, same))
}
