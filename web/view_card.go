package web

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/web/format"
)

// card is one open incident as whoever is woken by it needs it.
type card struct {
	incidentItem
	Anchor      string
	Ago         string // for how long it goes wrong
	Began       moment // the first error, or when it opened
	Later       bool   // it opened well after the first error
	SLO, SLOURL string // what leads: the promise that is broken worst
	Promise     string
	Burn, Over  string // how fast, and over which windows
	Limit       string
	Now         nowView // what fails now
	Pace        string  // how long the budget lasts, as a sentence
	Budget      *budgetView
	Suspect     string // the most frequent kind of error
	Share       string // of them, and which they are
	Because     []string
	Deploy      *lastDeploy
	Links       []link
	Affected    []affected
	Further     int // affected functions that are not listed
	Told        []callTold
	ToldText    string // the same in short: "2 sent, 1 owed"
	Untold      bool   // somebody was not reached yet
	Held        []mutedView
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
func (s *Server) cards(ctx context.Context, b board, cases []triage.Case) ([]card, error) {
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
	c.Ago, c.Began, c.Later = ago(now, began), momentOf(began), opened.Sub(began) >= settled
}

func (s *Server) card(b *board, c triage.Case) card {
	i := c.Incident
	out := card{
		incidentItem: s.incidentItem(i), Anchor: "incident-" + i.ID, Taken: i.State == alerting.IncidentAcked,
		Deploy: lastDeployOf(i.Deploy, i.OpenedAt), SilenceURL: silenceURL(i.Service, i.Function), Because: because(i),
		Affected: affectedOf(i.Affected[:min(len(i.Affected), mostAffected)]), Further: max(len(i.Affected)-mostAffected, 0) + i.Unlisted,
		Told: toldOf(i.Deliveries, b.now), Held: heldOf(i.Alerts),
	}
	out.since(i.OpenedAt, i.OpenedAt, b.now)
	out.ToldText, out.Untold = toldText(i.Deliveries)
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
		c.SLOURL, c.Promise = sloPath(f.ID), f.Objective+" over "+f.Window
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
	text := lastsFor(f, now)
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
func (s *Server) measured(b *board, f alerting.Fact, c *card) {
	at, ok := b.at[f.ID]
	if !ok {
		return
	}
	a := &b.known[at]
	budget := budgetOf(a)
	c.Budget = &budget
	if c.Now = nowOf(f, a); c.Now.Unknown { // what was counted before says nothing of now
		c.Pace, c.Burn, c.Over, c.Class = "", "", "", ""
	} else if kinds := recentErrors(a); len(kinds) > 0 {
		c.Suspect, c.Share = kinds[0].Class, kinds[0].Share+" of the bad "+a.Scale.Noun()+" of the last hour"
	}
	if f.Phase == alerting.PhaseRecovering && a.Window.Excluded.Any() && budget.Known {
		c.Pace = "Recovering: " + budget.Text + " of the budget is left, as corrected by maintenance (" + budgetOver(a, a.Window.AsMeasured()).Text + " as measured)."
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
		c.Links = firstLinks(linksOf(s.Links(b.slos[at], f.Since.Add(-time.Hour), b.now)), c.URL)
	}
}

// firstLinks puts what people look for first in front. What is no link here is on the
// page of the incident.
func firstLinks(all []link, incident string) []link {
	for n := range all {
		if all[n].URL == "" && all[n].Name == "runbook" {
			all[n].URL = incident + "#runbook"
		}
	}
	all = slices.DeleteFunc(all, func(l link) bool { return l.URL == "" })
	order := []string{"runbook", "traces", "logs"}
	rank := func(l link) int {
		if n := slices.Index(order, l.Name); n >= 0 {
			return n
		}
		return len(order)
	}
	slices.SortStableFunc(all, func(a, b link) int { return cmp.Compare(rank(a), rank(b)) })
	return all[:min(len(all), 6)]
}

// heldOf is what holds the messages of an incident's alerts back, each thing once.
func heldOf(alerts []alerting.Alert) []mutedView {
	var all []alerting.Muting
	for _, a := range alerts {
		if a.Active() {
			all = append(all, a.MutedBy...)
		}
	}
	same := func(a, b alerting.Muting) bool { return a.Kind == b.Kind && a.ID == b.ID }
	slices.SortFunc(all, func(a, b alerting.Muting) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return mutedViews(slices.CompactFunc(all, same))
}
