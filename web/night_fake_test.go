package web_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

// night is what somebody finds who is woken, or who looks in the morning.
type night struct {
	name  string
	path  string
	fleet *fleet
}

// nights are the states of the start page that a demo hardly shows.
func nights() []night {
	return []night{
		{"week", "/", weekOfNights()},
		{"week-of-one-team", "/?owner=team-media", weekOfNights()},
		{"cause", "/", causeAndDependents()},
		{"dependents", "/?owner=team-shop", causeAndDependents()},
		{"held", "/", heldBack()},
		{"undelivered", "/", undelivered()},
		{"storm", "/", storm(200)},
		{"trouble", "/", inTrouble(newFleet())},
		{"calm", "/", calm()},
		{"loose", "/", loose()},
		{"nothing-known", "/", nothingKnown()},
		{"first-day", "/", &fleet{status: site.Status{NotReady: "the first slots are being read"}}},
	}
}

// weekOfNights has two weeks behind it: some owners are called often, some once, and
// one incident has burned since before the week.
func weekOfNights() *fleet {
	f := newFleet()
	owners := []string{"team-checkout", "team-media", "team-growth", "team-identity", "team-platform", "team-search", "team-billing", "team-data", "team-with-a-name-that-does-not-end-" + strings.Repeat("x", 40), "team-mobile", ""}
	for n := range 90 {
		opened := noon.Add(-time.Duration(n*n%337)*time.Hour - 20*time.Minute)
		i := alerting.Incident{
			ID: fmt.Sprint("past-", n), State: alerting.IncidentResolved, Severity: slo.SeverityTicket, Service: "s" + fmt.Sprint(n%7), Function: "f" + fmt.Sprint(n%13),
			Owner: owners[n%31%len(owners)], OpenedAt: opened, ResolvedAt: opened.Add(time.Duration(7+n*13%200) * time.Minute),
		}
		if i.ResolvedAt.After(noon) {
			i.ResolvedAt = noon.Add(-time.Minute)
		}
		if n%3 == 0 {
			i.Severity = slo.SeverityPage
		}
		if n%4 > 0 {
			i.AckedAt, i.AckedBy = opened.Add(time.Duration(1+n%29)*time.Minute), "lin"
		}
		f.incidents = append(f.incidents, i)
	}
	f.incidents = append(f.incidents, alerting.Incident{
		ID: "long", State: alerting.IncidentAcked, Severity: slo.SeverityTicket, Service: "media", Function: "thumbnail", Owner: "team-media", OpenedAt: noon.Add(-9 * 24 * time.Hour),
		AckedBy: "grace", AckedAt: noon.Add(-8 * 24 * time.Hour), AckUntil: noon.Add(3 * time.Hour), AckComment: "waits for the new workers",
		Alerts: []alerting.Alert{{ID: slo.ID{Service: "media", Function: "thumbnail", Name: "availability"}, Phase: alerting.PhaseFiring, Severity: slo.SeverityTicket, Tier: "drain", Since: noon.Add(-9 * 24 * time.Hour)}},
	})
	f.change(slo.ID{Service: "media", Function: "thumbnail", Name: "availability"}, "objective 99.5% → 99%, window 28d → 30d, selector {job=\"media\"} → {job=~\"media|thumbs\"}")
	f.deploys = []suppress.Deploy{
		{ID: "d-1", Service: "checkout", Functions: []string{"charge-card"}, Version: "v1.4.2", StartsAt: noon.Add(-18 * time.Minute), EndsAt: noon.Add(-10 * time.Minute), Status: "succeeded", By: "ci"},
		{ID: "d-2", Service: "media", Version: "2026.02.28-build.4711+sha.0123456789abcdef0123456789abcdef", StartsAt: noon.Add(-7 * time.Hour), EndsAt: noon.Add(-6 * time.Hour), Status: "failed", By: "ci"},
	}
	return f
}

// change gives an SLO another promise two hours ago.
func (f *fleet) change(id slo.ID, text string) {
	for n := range f.slos {
		if f.slos[n].ID == id {
			f.slos[n].History = []slo.Revision{{Number: 1, From: noon.Add(-40 * 24 * time.Hour)}, {Number: 2, From: noon.Add(-2 * time.Hour), Change: text}}
		}
	}
}

// causeAndDependents is one function that takes eight others along.
func causeAndDependents() *fleet {
	f := newFleet()
	cause := f.incidents[0]
	cause.Affected, cause.Flapping, cause.Cascade = nil, time.Time{}, "9 functions of one chain burn: a cascade"
	cause.Deploy = &alerting.Deploy{ID: "d1", Version: "v1.4.2", StartsAt: noon.Add(-18 * time.Minute), By: "ci", Status: "succeeded", URL: "https://ci.example.com/runs/8123"}
	for n := range 8 {
		m := member{
			service: "shop", function: fmt.Sprintf("page-%d", n), name: "availability", owner: "team-shop", objective: "99.5%", total: 900000, bad: 3000, burn: 16 + float64(n),
			phase: alerting.PhaseFiring, severity: slo.SeverityPage, reason: "burn rate 16 over 1h",
		}
		f.describe(m)
		id := fmt.Sprint("dep-", n)
		cause.Affected = append(cause.Affected, alerting.Affected{Incident: id, Service: m.service, Function: m.function, Owner: m.owner, Severity: m.severity, Since: noon.Add(-8 * time.Minute)})
		f.incidents = append(f.incidents, alerting.Incident{
			ID: id, State: alerting.IncidentOpen, Severity: m.severity, Service: m.service, Function: m.function, Owner: m.owner, Cause: "inc-1",
			OpenedAt: noon.Add(-8 * time.Minute), Alerts: f.alerts[len(f.alerts)-1:],
		})
	}
	f.incidents[0] = cause
	return f
}

// heldBack has one incident of which nobody hears, and one of which half is told.
func heldBack() *fleet {
	f := newFleet()
	silence := alerting.Muting{Kind: alerting.MutingSilence, ID: "0197f3c2-77aa-7c11-9d2e-3b1d0a4f5e66", By: "lin", Reason: "the provider works on it, see their status page", Until: noon.Add(50 * time.Minute)}
	deploy := alerting.Muting{Kind: alerting.MutingDeploy, ID: "d-7", By: "ci", Until: noon.Add(12 * time.Minute)}
	upkeep := alerting.Muting{Kind: alerting.MutingMaintenance, ID: "m-1", By: "grace", Reason: "the disks are exchanged", Until: noon.Add(3 * time.Hour)}
	f.incidents[0].Alerts[0].MutedBy = []alerting.Muting{silence, deploy}
	f.incidents[0].Deliveries = nil
	both := []alerting.Alert{f.alerts[1], f.alerts[2]}
	both[1].MutedBy = []alerting.Muting{upkeep}
	both[1].Phase = alerting.PhaseFiring
	f.incidents = append(f.incidents, alerting.Incident{
		ID: "half", State: alerting.IncidentOpen, Severity: slo.SeverityTicket, Service: "checkout", Function: "GET /cart/{id}", Owner: "team-checkout", OpenedAt: noon.Add(-3 * time.Hour), Alerts: both,
	})
	return f
}

// undelivered has messages that nobody got, and errors as long as servers write them.
func undelivered() *fleet {
	f := newFleet()
	long := "Post \"https://hooks.example.com/services/on-call/" + strings.Repeat("a", 60) + "\": dial tcp: lookup hooks.example.com on 10.0.0.2:53: no such host"
	f.incidents[0].Deliveries = nil
	for n, state := range []string{alerting.DeliveryOwed, alerting.DeliveryOwed, alerting.DeliveryUndeliverable, alerting.DeliverySent, alerting.DeliveryOwed} {
		d := alerting.Delivery{
			Receiver: "on-call", Destination: fmt.Sprintf("on-call/webhook/%d", n), EventID: fmt.Sprint("e", n), State: state, Attempts: 9, DecidedAt: noon.Add(-12 * time.Minute),
			NextAttempt: noon.Add(40 * time.Second), LastError: long,
		}
		if state == alerting.DeliverySent {
			d.SentAt, d.LastError = noon.Add(-11*time.Minute), ""
		}
		f.incidents[0].Deliveries = append(f.incidents[0].Deliveries, d)
	}
	return f
}

// inTrouble is a process that itself does badly, in every way at once.
func inTrouble(f *fleet) *fleet {
	f.status = site.Status{
		Backends: []site.Backend{
			{Name: "main", Reason: "Get \"http://prometheus.monitoring.svc:9090/api/v1/query\": connection refused", Since: noon.Add(-26 * time.Minute)},
			{Name: "edge", Up: true},
		},
		Behind: 4*time.Minute + 30*time.Second, CatchUp: &site.CatchUp{Done: 1200, Total: 5760}, Storage: "no space left on device",
		Families: []string{"shop/route: 40 of 1,040 members are not evaluated: the limit is 1,000"},
		Reload:   site.Reload{At: noon.Add(-time.Hour), Err: errors.New("slos/checkout.yaml:14:5: objective 101% is no share").Error()},
	}
	return f
}

func calm() *fleet {
	f := weekOfNights()
	f.incidents, f.alerts = f.incidents[1:len(f.incidents)-1], nil
	return f
}

func nothingKnown() *fleet {
	f := newFleet()
	f.incidents, f.alerts = nil, nil
	for id, a := range f.assessments {
		a.State = slo.StateSourceDown
		f.assessments[id] = a
	}
	f.status.Backends[0] = site.Backend{Name: "main", Reason: "connection refused", Since: noon.Add(-time.Hour)}
	return f
}

// loose has what still counts of an incident that somebody ended by hand, and what burns
// anew of another while nobody is told.
func loose() *fleet {
	f := newFleet()
	f.alerts = f.alerts[:2]
	for n := range f.alerts {
		f.alerts[n].FiringSince = noon.Add(-30 * time.Minute)
	}
	f.alerts[1].Tier = "slow"
	f.incidents = []alerting.Incident{
		{ID: "card-1", State: alerting.IncidentResolved, Severity: slo.SeverityPage, Service: "checkout", Function: f.alerts[0].ID.Function, Owner: "team-checkout", OpenedAt: noon.Add(-time.Hour), ResolvedAt: noon.Add(-9 * time.Minute), ResolvedBy: "ada"},
		{ID: "cart-1", State: alerting.IncidentResolved, Severity: slo.SeverityTicket, Service: "checkout", Function: f.alerts[1].ID.Function, Owner: "team-checkout", OpenedAt: noon.Add(-time.Hour), ResolvedAt: noon.Add(-8 * time.Minute), ResolvedBy: "ada"},
	}
	return f
}
