package slo

import (
	"strings"
	"time"
)

// Verdict answers whether a pipeline may go on.
type Verdict string

// The three verdicts. Inconclusive is not a pass: it means we cannot know.
const (
	VerdictPass         Verdict = "pass"
	VerdictFail         Verdict = "fail"
	VerdictInconclusive Verdict = "inconclusive"
)

// MinCoverage is the share of a window that must be known before anything is
// concluded from it.
const MinCoverage = 0.5

// ShortWindowShare is the part of a long window that its short window covers:
// a twelfth, as in the Site Reliability Workbook, chapter 5.
const ShortWindowShare = 12

// Gate is what a pipeline asks of an SLO. The SLO's own [Freeze] is asked as well.
type Gate struct {
	MaxBurnRate        float64       // over Window and over a twelfth of it; 0 asks nothing
	Window             time.Duration // must be among the assessment's burn windows, with its twelfth
	MinBudgetRemaining float64       // ratio; 0 asks nothing
	// OpenIncidents is the severity from which an incident that is open on the SLO's
	// function closes the gate; none asks nothing.
	OpenIncidents Severity
	// NeedsTraffic makes a window without calls inconclusive instead of passed:
	// a rollout that nobody called proves nothing.
	NeedsTraffic bool
	// Since is when a rollout began that the gate looks on at: an incident that was open
	// before does not close it, nor does a freeze. Window begins there too. Zero: nothing began.
	Since time.Time
	// Fix says that the change mends something: neither a freeze nor an open incident
	// stops it. What burns does, and so does a budget below MinBudgetRemaining.
	Fix bool
}

// OpenIncident is what goes on with the function of an SLO.
type OpenIncident struct {
	ID       string
	Severity Severity
	OpenedAt time.Time
	// Cause is the function whose incident this is, as service/function, where it
	// takes the function of the SLO along; empty for an incident of its own.
	Cause string
}

// GateCondition is one thing that can close a gate.
type GateCondition string

// What closes a gate.
const (
	GateBurnRate  GateCondition = "burn_rate"
	GateMinBudget GateCondition = "min_budget"
	GateFreeze    GateCondition = "freeze"
	GateIncidents GateCondition = "open_incidents"
)

// Check is the verdict on one SLO.
type Check struct {
	ID                   ID
	Verdict              Verdict
	Reason               string
	ClosedBy             []GateCondition // what failed; empty unless the verdict is fail
	BurnRate             *float64        // over the gate's window; nil when unknown
	BudgetRemainingRatio *float64        // nil when unknown, or known for less than half of the window
	Freeze               Freeze          // of the SLO's policy
	Frozen               *bool           // nil when the policy freezes nothing, or it is not known
	Incident             *OpenIncident   // nil when none is open, or nobody knows of incidents
}

// Windows are the burn windows the gate reads, short before long.
func (g Gate) Windows() []time.Duration {
	return []time.Duration{g.short(), g.Window}
}

// NeedsBudget reports whether the verdict on an SLO takes more than the gate's
// window: the window of its budget.
func (g Gate) NeedsBudget(s SLO) bool {
	return g.MinBudgetRemaining > 0 || g.asksFreeze(s)
}

// minShortWindow is the shortest window a burn is confirmed over: shorter ones
// may hold no sample at all.
const minShortWindow = 30 * time.Second

func (g Gate) short() time.Duration {
	return min(g.Window, max(g.Window/ShortWindowShare, minShortWindow))
}

// Check judges one SLO by its assessment, its guard (fewer bad events than a ticket
// needs close no gate), its freeze and the incident that is open on its function,
// nil for none. To ask for more never turns a failure into a pass; a fix may.
func (g Gate) Check(s SLO, a Assessment, open *OpenIncident) Check {
	c := Check{ID: a.ID, Freeze: s.Freeze, Incident: open}
	if rate, ok := a.BurnRate(g.Window); ok {
		c.BurnRate = &rate
	}
	if remaining, ok := a.Remaining(a.Window); ok && a.Window.Decides() {
		c.BudgetRemainingRatio = &remaining
	}
	findings := g.judge(s, a, &c)
	c.Verdict = worst(findings, func(f finding) Verdict { return f.verdict })
	c.Reason = reasonOf(c.Verdict, findings)
	for _, f := range findings {
		if f.verdict == VerdictFail {
			c.ClosedBy = append(c.ClosedBy, f.of)
		}
	}
	if excluded := g.excluded(s, a); excluded.Any() && c.Verdict != VerdictInconclusive {
		c.Reason += "; " + excluded.Phrase()
	}
	return c
}

// finding is what one condition says of an SLO.
type finding struct {
	of      GateCondition
	verdict Verdict
	reason  string // of the verdict
	note    string // worth saying whatever the verdict is
}

func (g Gate) judge(s SLO, a Assessment, c *Check) []finding {
	incident := g.judgeIncident(a, c.Incident)
	if !a.State.Measured() {
		return []finding{{verdict: VerdictInconclusive, reason: "data is " + string(a.State) + ": " + a.Reason}, incident}
	}
	return []finding{g.judgeBurn(a, s.Guard, *c), g.judgeBudget(a), g.judgeFreeze(s, a, c), incident}
}

// worst is the verdict on many: one failure fails them, one unknown leaves them open.
func worst[T any](all []T, verdictOf func(T) Verdict) Verdict {
	verdict := VerdictPass
	for _, one := range all {
		switch verdictOf(one) {
		case VerdictFail:
			return VerdictFail
		case VerdictInconclusive:
			verdict = VerdictInconclusive
		}
	}
	return verdict
}

// reasonOf gives the reasons of a verdict, and what is worth saying beside them.
func reasonOf(verdict Verdict, findings []finding) string {
	var said []string
	for _, f := range findings {
		if f.verdict == verdict && f.reason != "" {
			said = append(said, f.reason)
		}
	}
	for _, f := range findings {
		if f.note != "" {
			said = append(said, f.note)
		}
	}
	return strings.Join(said, "; ")
}

// Conclude sums up the checks of a gate: one failure fails it, one unknown
// leaves it open, and a gate that checked nothing has not passed.
func Conclude(checks []Check) Verdict {
	if len(checks) == 0 {
		return VerdictInconclusive
	}
	return worst(checks, func(c Check) Verdict { return c.Verdict })
}
