package triage

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Pile is what is to be done about an open incident.
type Pile int

// The piles. Every open incident is on exactly one.
const (
	Paging       Pile = iota // wakes somebody, and nobody took it
	Ticket                   // waits for somebody, and nobody took it
	Acknowledged             // somebody took it
	HeldBack                 // everything of it that burns is muted: nobody hears of it
	Folded                   // the incident of its cause tells of it
)

// PileOf says where an open incident belongs.
func PileOf(i alerting.Incident) Pile {
	switch {
	case i.Cause != "":
		return Folded
	case heldBack(i.Alerts):
		return HeldBack
	case i.State == alerting.IncidentAcked:
		return Acknowledged
	case i.Severity == slo.SeverityPage:
		return Paging
	}
	return Ticket
}

func heldBack(alerts []alerting.Alert) bool {
	active := false
	for _, a := range alerts {
		if a.Active() && len(a.MutedBy) == 0 {
			return false
		}
		active = active || a.Active()
	}
	return active
}

// Count says how many incidents are on each pile.
func Count(incidents []alerting.Incident) map[Pile]int {
	out := make(map[Pile]int)
	for _, i := range incidents {
		out[PileOf(i)]++
	}
	return out
}

// Case is an open incident with what is known of its alerts now.
type Case struct {
	Incident alerting.Incident
	Facts    []alerting.Fact // one for each alert that is known of
}

// Lead is the fact that says most of how bad it is: what fires before what recovers,
// the higher severity, the sooner end of the budget. False means that there is none.
func (c Case) Lead() (lead alerting.Fact, ok bool) {
	if len(c.Facts) == 0 {
		return lead, false
	}
	return slices.MinFunc(c.Facts, func(a, b alerting.Fact) int {
		return cmp.Or(cmp.Compare(standing(a), standing(b)), cmp.Compare(b.Severity, a.Severity), sooner(Left(a), Left(b)), a.ID.Compare(b.ID))
	}), true
}

func standing(f alerting.Fact) int {
	at := slices.Index([]alerting.Phase{alerting.PhaseFiring, alerting.PhaseRecovering, alerting.PhasePending}, f.Phase)
	if at < 0 {
		return 3
	}
	return at
}

// Left is when the budget of a fact is gone: nil when that is not known, or when it
// lasts, and the zero instant when it is spent already.
func Left(f alerting.Fact) *time.Time {
	if f.BudgetRemaining != nil && *f.BudgetRemaining <= 0 {
		return &time.Time{}
	}
	return f.ExhaustsAt
}

// Compare orders cases for who looks at them: pages before tickets, what nobody took
// before the rest, and of equals what burns longest: an order that stays while one reads.
func Compare(a, b Case) int {
	return cmp.Or(
		cmp.Compare(b.Incident.Severity, a.Incident.Severity),
		cmp.Compare(max(PileOf(a.Incident), Ticket), max(PileOf(b.Incident), Ticket)), // paging or ticket: nobody took it
		a.Incident.OpenedAt.Compare(b.Incident.OpenedAt),
		cmp.Compare(a.Incident.ID, b.Incident.ID),
	)
}

// sooner puts what is not known last.
func sooner(a, b *time.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return a.Compare(*b)
}
