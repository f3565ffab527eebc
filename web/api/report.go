package api

import (
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
)

// Report is how the error budgets of an owner, or of what else was chosen, fared over
// a period.
type Report struct {
	Owner      string            `json:"owner"` // empty: all
	Period     ReportPeriod      `json:"period"`
	MadeAt     time.Time         `json:"made_at"`
	Summary    ReportSummary     `json:"summary"`
	Objectives []ReportObjective `json:"objectives"` // those whose promise fared worst first
	Incidents  []ReportIncident  `json:"incidents"`  // newest first
	// IncidentsComplete is false when more incidents are over than are looked at.
	IncidentsComplete bool     `json:"incidents_complete"`
	Method            []string `json:"method"`
}

// ReportPeriod is what a report is over.
type ReportPeriod struct {
	Name    string    `json:"name"` // that it can be asked for by; empty of one from an instant to another
	Phrase  string    `json:"phrase"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Zone    string    `json:"zone"`    // where its days begin
	Running bool      `json:"running"` // more of it is to come
	Reason  string    `json:"reason"`  // why it is this one; empty when it was asked for
}

// ReportSummary sums up all objectives of a report.
type ReportSummary struct {
	Kept         int      `json:"kept"` // at risk or not
	AtRisk       int      `json:"at_risk"`
	Missed       int      `json:"missed"`
	Unknown      int      `json:"unknown"`
	KeptRatio    *float64 `json:"kept_ratio"` // of those that could be decided
	Calls        float64  `json:"calls"`      // of every function once
	SuccessRatio *float64 `json:"success_ratio"`
	SecondsLost  float64  `json:"seconds_lost"`
	Incidents    int      `json:"incidents"`
	IncidentsFor float64  `json:"incidents_seconds"`    // each counted
	IncidentsAny float64  `json:"any_incident_seconds"` // at least one was open
}

// ReportObjective is one SLO in a report.
type ReportObjective struct {
	ID        string  `json:"id"`
	Service   string  `json:"service"`
	Function  string  `json:"function"`
	SLO       string  `json:"slo"`
	Owner     string  `json:"owner"`
	Objective float64 `json:"objective"` // as promised at the end of the period
	Promise   string  `json:"promise"`   // the objective as people write it
	Revision  int     `json:"revision"`
	Window    string  `json:"window"` // that it alerts on
	Unit      string  `json:"unit"`   // what is counted: calls or slots
	Standing  string  `json:"standing"`
	Reason    string  `json:"reason"` // why the standing is unknown
	// SLI, SpentRatio and RemainingRatio are over the period; null when unknown.
	SLI            *float64 `json:"sli"`
	Good           float64  `json:"good"`
	Bad            float64  `json:"bad"`
	Total          float64  `json:"total"`
	Allowed        float64  `json:"allowed"`
	SpentRatio     *float64 `json:"spent_ratio"`
	RemainingRatio *float64 `json:"remaining_ratio"`
	// LeftAtStart and LeftAtEnd are of the budget of the window it alerts on.
	LeftAtStart     *float64        `json:"left_at_start"`
	LeftAtEnd       *float64        `json:"left_at_end"`
	Coverage        float64         `json:"coverage"`
	GapSeconds      float64         `json:"gap_seconds"` // that nobody knows of
	ExcludedSeconds float64         `json:"excluded_seconds"`
	ExcludedFor     []string        `json:"excluded_for"` // reasons, each once
	SecondsLost     *float64        `json:"seconds_lost"`
	Latency         *Latency        `json:"latency"` // over the period; null of one that counts no latency
	Earlier         []ReportEarlier `json:"earlier"` // the latest first
	Action          string          `json:"action"`  // that its policy asks for; empty when none is due
}

// ReportEarlier is an objective in a period before.
type ReportEarlier struct {
	Phrase     string    `json:"phrase"`
	From       time.Time `json:"from"`
	To         time.Time `json:"to"`
	Standing   string    `json:"standing"`
	SLI        *float64  `json:"sli"`
	SpentRatio *float64  `json:"spent_ratio"`
}

// ReportIncident is an incident that was open in a period.
type ReportIncident struct {
	ID         string     `json:"id"`
	Service    string     `json:"service"`
	Function   string     `json:"function"`
	Severity   string     `json:"severity"`
	OpenedAt   time.Time  `json:"opened_at"`
	ResolvedAt *time.Time `json:"resolved_at"` // null while it is open
	Seconds    float64    `json:"seconds"`     // in the period
	// CostRatio is the largest share of a period's budget that failed while it was open,
	// and CostOf whose; null when it is not known or not worked out.
	CostRatio *float64 `json:"cost_ratio"`
	CostOf    string   `json:"cost_of"`
}

// FromRecord is an objective over a period, without what only others know.
func FromRecord(r summary.Record) ReportObjective {
	standing, why := r.Standing()
	o, scale := r.SLO, r.SLO.SLI.Scale()
	out := ReportObjective{
		ID: o.ID.String(), Service: o.ID.Service, Function: o.ID.Function, SLO: o.ID.Name, Owner: o.Owner,
		Objective: o.Objective.Ratio(), Promise: o.Objective.String(), Revision: max(o.Revision, 1), Window: o.Window.Name, Unit: scale.Noun(),
		Standing: string(standing), Reason: why, SLI: known(r.SuccessRatio()),
		Good: scale.Events(r.Sum.Good()), Bad: scale.Events(r.Sum.Bad), Total: scale.Events(r.Sum.Total), Allowed: finite(r.Budget().Allowed),
		SpentRatio: known(r.Spent()), RemainingRatio: known(r.Remaining()),
		Coverage: finite(r.Sum.Coverage), ExcludedSeconds: r.Sum.Excluded.Time.Seconds(), ExcludedFor: []string{}, Earlier: []ReportEarlier{},
	}
	out.GapSeconds = max(0, (r.Sum.To.Sub(r.Sum.From) - r.Sum.Excluded.Time - r.Known()).Seconds())
	if lost, ok := r.Lost(); ok {
		out.SecondsLost = new(lost.Seconds())
	}
	return out
}

// FromEarlier is an objective over a period before.
func FromEarlier(past summary.Past, r summary.Record) ReportEarlier {
	standing, _ := r.Standing()
	return ReportEarlier{
		Phrase: past.Phrase, From: past.From.UTC(), To: past.To.UTC(), Standing: string(standing),
		SLI: known(r.SuccessRatio()), SpentRatio: known(r.Spent()),
	}
}

// FromPeriod is a period whose days begin in a location, and why it is this one.
func FromPeriod(p summary.Period, in *time.Location, why string) ReportPeriod {
	return ReportPeriod{Name: p.Name, Phrase: p.Phrase, From: p.From.UTC(), To: p.To.UTC(), Zone: in.String(), Running: p.Running, Reason: why}
}

// FromTally sums up the objectives of a report and the calls of every function.
func FromTally(t summary.Tally, calls summary.Success, incidents summary.Incidents) ReportSummary {
	return ReportSummary{
		Kept: t.Kept(), AtRisk: t.AtRisk, Missed: t.Missed, Unknown: t.Unknown, KeptRatio: known(t.Share()),
		Calls: finite(calls.Total), SuccessRatio: known(calls.Ratio()), SecondsLost: calls.Lost.Seconds(),
		Incidents: incidents.Count, IncidentsFor: incidents.Sum.Seconds(), IncidentsAny: incidents.AnyFor.Seconds(),
	}
}

// ActionDue says what the policy of an SLO asks for, with the rest of its budget at
// the end of the period; empty when it asks for nothing.
func ActionDue(o slo.SLO, standing summary.Standing, left *float64) string {
	switch {
	case o.Freeze.On && left != nil && *left <= o.Freeze.Remaining:
		return "freeze: only fixes are released until more than " + o.Freeze.String() + " of the budget is left"
	case !o.Freeze.On && (standing == summary.Missed || left != nil && *left < 0):
		return "the budget is spent, and the policy freezes nothing: agree on what is mended first"
	}
	return ""
}
