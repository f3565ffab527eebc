package api

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Verdict answers whether a pipeline may go on.
type Verdict struct {
	Verdict string     `json:"verdict"` // pass, fail or inconclusive
	AsOf    *time.Time `json:"as_of"`   // the oldest assessment it stands on; null without any
	Fix     bool       `json:"fix"`     // neither a freeze nor an open incident was asked about
	// Override is who let it pass all the same; null when nobody did. The checks keep
	// their own verdicts.
	Override *Overridden `json:"override"`
	Checks   []Check     `json:"checks"`
}

// GateRequest is what may be posted to a gate.
type GateRequest struct {
	Override *Override `json:"override,omitempty"`
}

// Override asks to pass a gate whatever it says.
type Override struct {
	By     string `json:"by,omitempty"`
	Reason string `json:"reason"`
}

// Overridden is a gate that was passed whatever it said.
type Overridden struct {
	By      string `json:"by"`
	Reason  string `json:"reason"`
	Verdict string `json:"verdict"` // what it was without: fail or inconclusive
}

// Overridable reports whether there is something to override: SLOs were judged, and
// not all of them pass. A gate that selects nothing is a mistake, and stays one.
func (v Verdict) Overridable() bool {
	return len(v.Checks) > 0 && v.Verdict != string(slo.VerdictPass)
}

// Closing are the ids of the checks that did not pass.
func (v Verdict) Closing() []string {
	var ids []string
	for _, c := range v.Checks {
		if c.Verdict != string(slo.VerdictPass) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// Check is the verdict on one SLO.
type Check struct {
	ID                   string        `json:"id"`
	Verdict              string        `json:"verdict"`
	Reason               string        `json:"reason"`
	ClosedBy             []string      `json:"closed_by"` // burn_rate, min_budget, freeze, open_incidents; empty unless it fails
	BurnRate             *float64      `json:"burn_rate"`
	BudgetRemainingRatio *float64      `json:"budget_remaining_ratio"`
	Freeze               *Freeze       `json:"freeze"`   // null: the policy freezes nothing
	Incident             *OpenIncident `json:"incident"` // null: none is open, or nobody knows of incidents
}

// Freeze is when the policy of an SLO stops releases.
type Freeze struct {
	At     float64 `json:"at"`     // share of the error budget
	Frozen *bool   `json:"frozen"` // null when it is not known
}

// OpenIncident is what goes on with the function of an SLO.
type OpenIncident struct {
	ID       string    `json:"id"`
	Severity string    `json:"severity"`
	OpenedAt time.Time `json:"opened_at"`
	Cause    *string   `json:"cause"` // service/function whose incident it is, when not its own
}

// FromChecks concludes a gate from its checks.
func FromChecks(asOf time.Time, checks []slo.Check) Verdict {
	out := Verdict{Verdict: string(slo.Conclude(checks)), AsOf: instant(asOf), Checks: make([]Check, len(checks))}
	for i, c := range checks {
		out.Checks[i] = fromCheck(c)
	}
	return out
}

func fromCheck(c slo.Check) Check {
	out := Check{
		ID: c.ID.String(), Verdict: string(c.Verdict), Reason: c.Reason, ClosedBy: make([]string, len(c.ClosedBy)),
		BurnRate: finitePtr(c.BurnRate), BudgetRemainingRatio: finitePtr(c.BudgetRemainingRatio),
	}
	for i, condition := range c.ClosedBy {
		out.ClosedBy[i] = string(condition)
	}
	if c.Freeze.On {
		out.Freeze = &Freeze{At: c.Freeze.Remaining, Frozen: c.Frozen}
	}
	if i := c.Incident; i != nil {
		out.Incident = &OpenIncident{ID: i.ID, Severity: i.Severity.String(), OpenedAt: i.OpenedAt.UTC(), Cause: text(i.Cause)}
	}
	return out
}

// Judge puts a gate to SLOs with their assessments, in the same order: the one
// way to a verdict, whether a server or a command asks. An SLO that was not
// evaluated yet is inconclusive. Incidents are those that are open now; nil where
// nobody knows of any.
func Judge(gate slo.Gate, slos []slo.SLO, assessments []slo.Assessment, incidents []alerting.Incident) Verdict {
	checks := make([]slo.Check, len(slos))
	open := openIncidents(incidents)
	var asOf time.Time
	for i, a := range assessments {
		if a.State == "" {
			a.State, a.Reason = slo.StateStale, "not evaluated yet"
		}
		a.ID, a.Objective = slos[i].ID, slos[i].Objective
		checks[i] = gate.Check(slos[i], a, open[slos[i].ID.FunctionKey()])
		if asOf.IsZero() || a.AsOf.Before(asOf) {
			asOf = a.AsOf
		}
	}
	out := FromChecks(asOf, checks)
	out.Fix = gate.Fix
	return out
}

// openIncidents are the incidents by the key of their function. One that folded
// into another counts as that one: with its severity, since when it goes on, and
// its id.
func openIncidents(incidents []alerting.Incident) map[string]*slo.OpenIncident {
	byID := make(map[string]alerting.Incident, len(incidents))
	for _, i := range incidents {
		byID[i.ID] = i
	}
	open := make(map[string]*slo.OpenIncident)
	for _, i := range incidents {
		if !i.Open() {
			continue
		}
		of := &slo.OpenIncident{ID: i.ID, Severity: i.Severity, OpenedAt: i.OpenedAt}
		if cause, known := byID[i.Cause]; known && cause.Open() {
			*of = slo.OpenIncident{ID: cause.ID, Severity: max(i.Severity, cause.Severity), OpenedAt: cause.OpenedAt, Cause: functionOf(cause)}
		}
		open[functionOf(i)] = of
	}
	return open
}

func functionOf(i alerting.Incident) string {
	return slo.ID{Service: i.Service, Function: i.Function}.FunctionKey()
}
