package triage_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/slo"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const page, ticket = slo.SeverityPage, slo.SeverityTicket

func alert(phase alerting.Phase, mutings int) alerting.Alert {
	return alerting.Alert{Phase: phase, MutedBy: make([]alerting.Muting, mutings)}
}

func TestPileOf(t *testing.T) {
	firing, muted := alert(alerting.PhaseFiring, 0), alert(alerting.PhaseFiring, 1)
	for why, c := range map[string]struct {
		incident alerting.Incident
		want     triage.Pile
	}{
		"a page":                        {alerting.Incident{State: alerting.IncidentOpen, Severity: page, Alerts: []alerting.Alert{firing}}, triage.Paging},
		"a page that escalated":         {alerting.Incident{State: alerting.IncidentEscalated, Severity: page}, triage.Paging},
		"a ticket":                      {alerting.Incident{State: alerting.IncidentOpen, Severity: ticket}, triage.Ticket},
		"taken":                         {alerting.Incident{State: alerting.IncidentAcked, Severity: page, Alerts: []alerting.Alert{firing}}, triage.Acknowledged},
		"all of it muted":               {alerting.Incident{State: alerting.IncidentOpen, Severity: page, Alerts: []alerting.Alert{muted}}, triage.HeldBack},
		"muted, and taken":              {alerting.Incident{State: alerting.IncidentAcked, Severity: page, Alerts: []alerting.Alert{muted}}, triage.HeldBack},
		"some of it muted":              {alerting.Incident{State: alerting.IncidentOpen, Severity: page, Alerts: []alerting.Alert{muted, firing}}, triage.Paging},
		"muted, and the rest is over":   {alerting.Incident{State: alerting.IncidentOpen, Severity: page, Alerts: []alerting.Alert{muted, alert(alerting.PhaseOK, 0)}}, triage.HeldBack},
		"what is muted is over":         {alerting.Incident{State: alerting.IncidentOpen, Severity: ticket, Alerts: []alerting.Alert{alert(alerting.PhaseOK, 1)}}, triage.Ticket},
		"another function is the cause": {alerting.Incident{State: alerting.IncidentOpen, Severity: page, Cause: "x", Alerts: []alerting.Alert{muted}}, triage.Folded},
	} {
		if got := triage.PileOf(c.incident); got != c.want {
			t.Errorf("%s: pile %d, want %d", why, got, c.want)
		}
	}
}

func fact(name string, phase alerting.Phase, severity slo.Severity, remaining float64, left time.Duration) alerting.Fact {
	f := alerting.Fact{ID: slo.ID{Service: "s", Function: "f", Name: name}, Phase: phase, Severity: severity, BudgetRemaining: &remaining}
	if left > 0 {
		f.ExhaustsAt = new(noon.Add(left))
	}
	return f
}

func TestTheWorstFactLeads(t *testing.T) {
	recovering := fact("recovering", alerting.PhaseRecovering, page, 0.5, 0)
	tickets := fact("ticket", alerting.PhaseFiring, ticket, 0.5, time.Minute)
	slow := fact("slow", alerting.PhaseFiring, page, 0.5, time.Hour)
	fast := fact("fast", alerting.PhaseFiring, page, 0.5, time.Minute)
	spent := fact("spent", alerting.PhaseFiring, page, -0.1, 0)
	unknown := fact("unknown", alerting.PhaseFiring, page, 0.5, 0)
	over := fact("over", alerting.PhaseOK, page, 0.5, 0)
	order := []alerting.Fact{spent, fast, slow, unknown, tickets, recovering, over}
	for n := range order {
		rest := slices.Clone(order[n:])
		slices.Reverse(rest)
		if lead, ok := (triage.Case{Facts: rest}).Lead(); !ok || lead.ID != order[n].ID {
			t.Errorf("of %d, %s leads and not %s", len(rest), lead.ID.Name, order[n].ID.Name)
		}
	}
	if _, ok := (triage.Case{}).Lead(); ok {
		t.Error("one of none leads")
	}
}

// of is a case of an id, in the order in which it should stand.
func of(id string, severity slo.Severity, state alerting.IncidentState, left time.Duration, ago time.Duration) triage.Case {
	return triage.Case{
		Incident: alerting.Incident{ID: id, Severity: severity, State: state, OpenedAt: noon.Add(-ago)},
		Facts:    []alerting.Fact{fact("a", alerting.PhaseFiring, severity, 0.5, left)},
	}
}

func TestTheOrderToLookAtThem(t *testing.T) {
	open, acked := alerting.IncidentOpen, alerting.IncidentAcked
	spent := of("page, spent", page, open, 0, 0)
	spent.Facts = append(spent.Facts, fact("b", alerting.PhaseFiring, page, 0, 0))
	muted := of("page, held back", page, open, time.Second, 0)
	muted.Incident.Alerts = []alerting.Alert{alert(alerting.PhaseFiring, 1)}
	want := []triage.Case{
		of("page, lasts long", page, open, time.Hour, time.Hour), of("page, long", page, open, 0, time.Hour),
		of("page, new 1", page, open, 0, time.Minute), of("page, new 2", page, open, 0, time.Minute),
		of("page, soon spent", page, alerting.IncidentEscalated, time.Minute, 0), spent,
		of("page, acked", page, acked, time.Second, 0), muted,
		of("ticket", ticket, open, time.Second, 0), of("ticket, acked", ticket, acked, time.Second, 0),
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		got := slices.Clone(want)
		random.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		slices.SortFunc(got, triage.Compare)
		if diff := cmp.Diff(ids(want), ids(got)); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	}
}

func ids(cases []triage.Case) string {
	var out []string
	for _, c := range cases {
		out = append(out, c.Incident.ID)
	}
	return strings.Join(out, "\n")
}

func TestEveryIncidentIsOnOnePile(t *testing.T) {
	list := []alerting.Incident{{Severity: page}, {Severity: page}, {Severity: ticket}, {State: alerting.IncidentAcked}, {Cause: "x"}}
	want := map[triage.Pile]int{triage.Paging: 2, triage.Ticket: 1, triage.Acknowledged: 1, triage.Folded: 1}
	if diff := cmp.Diff(want, triage.Count(list)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
