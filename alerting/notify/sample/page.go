package sample

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// DecidedAt is when these notifications were decided.
func DecidedAt() time.Time { return time.Date(2026, time.November, 21, 3, 14, 30, 0, time.UTC) }

// Page returns a loud page of checkout/charge-card: two SLOs burn because a
// payment gateway answers 503. It may be changed.
func Page() alerting.Notification {
	decided := DecidedAt()
	began := decided.Add(-4 * time.Minute)
	return alerting.Notification{
		EventID:     "evt_01page",
		Destination: alerting.Destination{Receiver: "on-call", Name: "on-call/test/one"},
		Status:      alerting.StatusFiring,
		Kind:        alerting.EventOpened,
		Reason:      "availability: burn rate 20.0 over 1h and 35.0 over 5m, at or over 14.4; 247 of 12,345 calls bad",
		Loud:        true,
		DecidedAt:   decided,
		ExternalURL: "https://slo.example.com",
		Facts:       []alerting.Fact{availability(began), latency(began)},
		Incident: alerting.Incident{
			ID: "inc_42", Key: "slofuse/checkout/charge-card/42",
			State: alerting.IncidentOpen, Severity: slo.SeverityPage,
			Service: "checkout", Function: "charge-card", Owner: "team-checkout",
			Labels:      map[string]string{"tier": "critical"},
			Fingerprint: map[string]string{"code": "503"},
			OpenedAt:    decided,
			Timeline: []alerting.Event{
				{At: decided, Kind: "opened", Text: "availability burns 20 times too fast"},
			},
		},
	}
}

// Ticket returns the quiet notification of a slow burn.
func Ticket() alerting.Notification {
	n := Page()
	n.EventID, n.Loud, n.Reason = "evt_02ticket", false, "availability: burn rate 1.4 over 3d and 2.0 over 6h, at or over 1; 5,210 of 3,721,000 calls bad"
	n.Incident.Severity = slo.SeverityTicket
	n.Facts = n.Facts[:1]
	n.Facts[0].Severity, n.Facts[0].Tier = slo.SeverityTicket, "drain"
	n.Facts[0].LongWindow, n.Facts[0].ShortWindow = "3d", "6h"
	n.Facts[0].BurnRateLong, n.Facts[0].BurnRateShort, n.Facts[0].Failing = new(1.4), new(2.0), new(0.002)
	n.Facts[0].Bad, n.Facts[0].Total = 5210, 3721000
	return n
}

// Rise returns the notification of the [Ticket] that became a [Page].
func Rise() alerting.Notification {
	n := Page()
	n.EventID, n.Kind = "evt_04rise", alerting.EventSeverity
	n.Reason = "severity rose from ticket to page: " + n.Reason
	return n
}

// Resolved returns the end of the incident of [Page], 42 minutes later.
func Resolved() alerting.Notification {
	n := Page()
	n.EventID, n.Loud, n.Status = "evt_03resolved", false, alerting.StatusResolved
	n.Kind, n.Reason = alerting.EventResolved, "burn rate 0.4 over 5m, below 14.4 for 5m"
	n.DecidedAt = n.DecidedAt.Add(42 * time.Minute)
	n.Incident.State, n.Incident.ResolvedAt = alerting.IncidentResolved, n.DecidedAt
	for i := range n.Facts {
		n.Facts[i].Phase, n.Facts[i].Severity = alerting.PhaseOK, slo.SeverityNone
		n.Facts[i].ExhaustsAt = nil
	}
	n.Facts[0].BurnRateLong, n.Facts[0].BurnRateShort, n.Facts[0].Failing = new(9.0), new(0.4), new(0.0004)
	return n
}

func availability(began time.Time) alerting.Fact {
	return alerting.Fact{
		ID:          slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"},
		Description: "Customers can pay.",
		Objective:   "99.9%", Window: "30d",
		Labels: map[string]string{"tier": "critical"},
		Links: map[string]string{
			"runbook": "https://runbooks.example.com/charge-card",
			"traces":  "https://traces.example.com/search?fn=charge-card",
		},
		Phase: alerting.PhaseFiring, Severity: slo.SeverityPage, Tier: "fast",
		Reason:     "burn rate 20.0 over 1h and 35.0 over 5m, at or over 14.4; 247 of 12,345 calls bad",
		Since:      began,
		LongWindow: "1h", ShortWindow: "5m",
		BurnRateLong: new(20.0), BurnRateShort: new(35.0),
		Failing: new(0.035), FailingWindow: "5m",
		Bad: 247, Total: 12345,
		SuccessRatio:    new(0.99942),
		BudgetRemaining: new(0.42),
		ExhaustsAt:      new(began.Add(6*time.Hour + 24*time.Minute)),
		Errors: []slo.ClassCount{
			{Labels: map[string]string{"code": "503"}, Bad: 205},
			{Labels: map[string]string{"code": "500", "gateway": "acme"}, Bad: 42},
		},
	}
}

func latency(began time.Time) alerting.Fact {
	return alerting.Fact{
		ID:        slo.ID{Service: "checkout", Function: "charge-card", Name: "latency"},
		Objective: "99%", Window: "30d",
		Labels: map[string]string{"tier": "critical"},
		Phase:  alerting.PhaseFiring, Severity: slo.SeverityTicket, Tier: "slow",
		Since:      began.Add(2 * time.Minute),
		LongWindow: "6h", ShortWindow: "30m",
		BurnRateLong: new(6.4), BurnRateShort: new(7.2),
		Failing: new(0.07), FailingWindow: "5m",
		Bad: 4410, Total: 68900,
		SuccessRatio:    new(0.988),
		BudgetRemaining: new(-0.2),
		P99:             new(1.84),
	}
}
