package api

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// topErrors is how many error classes are listed before the rest is summed up.
const topErrors = 10

// FromSLO joins the definition of an SLO, what is known about it, and where its
// alert stands. An alert without a phase is reported as unknown: nothing decides
// alerts there. Incident is the id of its open incident, or empty.
func FromSLO(s slo.SLO, a slo.Assessment, alert alerting.Alert, incident string) SLO {
	out := SLO{
		ID: s.ID.String(), Service: s.ID.Service, Function: s.ID.Function, SLO: s.ID.Name,
		Owner: s.Owner, Labels: object(s.Labels), Split: s.Split, Objective: s.Objective.Ratio(), Revision: max(s.Revision, 1),
		Window: fromWindow(s.Window, a.Window, a.Scale), Windows: fromReports(s, a), AsOf: instant(a.AsOf),
		Data: fromData(a),
		SLI:  known(a.Window.SuccessRatio()),
		Unit: a.Scale.Noun(), Notes: append([]string{}, slices.Concat(s.SLI.Caveats(), a.Caveats)...),
		Good: a.Scale.Events(a.Window.Good()), Bad: a.Scale.Events(a.Window.Bad), Total: a.Scale.Events(a.Window.Total),
		ErrorBudget: fromBudget(a), BurnRates: fromBurns(a), Latency: LatencyOf(a.Latency),
		CallsPerSecond: finitePtr(a.CallsPerSecond), Errors: fromErrors(s, a), Excluded: fromExcluded(a), Alert: FromAlert(alert),
	}
	if incident != "" {
		out.Incident = &incident
	}
	return out
}

func fromWindow(w slo.Window, sum slo.WindowSum, scale slo.Scale) Window {
	out := Window{Name: w.Name, From: instant(sum.From), To: instant(sum.To), Reading: sum.Reading()}
	if w.Rolling() {
		return out
	}
	out.Timezone, out.PeriodEnd = w.Zone().String(), instant(sum.PeriodEnd)
	if sum.ForecastFrom > 0 {
		expected := finite(scale.Events(sum.Expected))
		out.Expected, out.ForecastFrom = &expected, slo.FormatDuration(sum.ForecastFrom)
	}
	return out
}

// fromReports tells of the further windows, as far as they were summed up.
func fromReports(s slo.SLO, a slo.Assessment) []WindowResult {
	out := make([]WindowResult, min(len(s.Reports), len(a.Reports)))
	for i := range out {
		sum := a.Reports[i]
		budget := a.BudgetOf(sum)
		out[i] = WindowResult{
			Window: fromWindow(s.Reports[i], sum, a.Scale), SLI: known(sum.SuccessRatio()), RemainingRatio: known(a.Remaining(sum)),
			Bad: a.Scale.Events(sum.Bad), Total: a.Scale.Events(sum.Total), Coverage: finite(sum.Coverage),
			Allowed: finite(budget.Allowed), AllowedSoFar: allowedSoFar(a, sum),
			Excluded: excludedOrNil(a.Scale, sum.Excluded),
		}
	}
	return out
}

// allowedSoFar is nil for a rolling window, whose allowance is always so far.
func allowedSoFar(a slo.Assessment, sum slo.WindowSum) *float64 {
	if sum.Calendar == "" {
		return nil
	}
	allowed := finite(a.BudgetSoFar(sum).Allowed)
	return &allowed
}

// FromAlert tells where an alert stands.
func FromAlert(a alerting.Alert) AlertState {
	return AlertState{
		State: cmp.Or(string(a.Phase), "unknown"), Severity: a.Severity.String(), Tier: a.Tier,
		Since: instant(a.Since), Reason: a.Reason, MutedBy: append([]alerting.Muting{}, a.MutedBy...),
	}
}

// FromPoints is the history between two instants.
func FromPoints(from, to time.Time, step time.Duration, points []slo.Point) Series {
	out := Series{From: from.UTC(), To: to.UTC(), Step: slo.FormatDuration(step), Points: make([]Point, len(points)), Annotations: []Annotation{}}
	for i, p := range points {
		out.Points[i] = Point{
			T: p.Time.UTC(), Good: p.Scale.Events(p.Good()), Bad: p.Scale.Events(p.Bad), Total: p.Scale.Events(p.Total),
			Coverage: finite(p.Coverage), RemainingRatio: finitePtr(p.Remaining), Excluded: excludedOrNil(p.Scale, p.Excluded),
		}
		if q := p.Latency; q != nil {
			out.Points[i].P50, out.Points[i].P95, out.Points[i].P99 = finitePtr(q.P50), finitePtr(q.P95), finitePtr(q.P99)
		}
	}
	return out
}

func fromData(a slo.Assessment) Data {
	if a.State == "" {
		return Data{State: string(slo.StateStale), Reason: "not evaluated yet"}
	}
	return Data{State: string(a.State), Coverage: finite(a.Window.Coverage), Reason: a.Reason}
}

func fromBudget(a slo.Assessment) ErrorBudget {
	budget := a.Budget()
	pace, _, _ := a.Pace()
	out := ErrorBudget{
		Allowed: finite(budget.Allowed), Spent: finite(budget.Spent), RemainingRatio: known(a.Remaining(a.Window)),
		AllowedSoFar: allowedSoFar(a, a.Window), Pace: slo.FormatDuration(pace),
	}
	if at, ok := a.ExhaustsAt(); ok {
		out.ExhaustsAt = instant(at.Truncate(time.Second)) // a projection claims no fractions
	}
	return out
}

func fromBurns(a slo.Assessment) []BurnRate {
	out := make([]BurnRate, len(a.Burns))
	for i, sum := range a.Burns {
		out[i] = BurnRate{
			Window: slo.FormatDuration(sum.Length), BurnRate: known(a.BurnRateOf(sum)),
			Bad: a.Scale.Events(sum.Bad), Total: a.Scale.Events(sum.Total), Coverage: finite(sum.Coverage), Reading: sum.Reading(),
			Excluded: excludedOrNil(a.Scale, sum.Excluded),
		}
	}
	return out
}

// LatencyOf is nil of nothing.
func LatencyOf(q *slo.Quantiles) *Latency {
	if q == nil {
		return nil
	}
	out := &Latency{
		Window: slo.FormatDuration(q.Window),
		P50:    finitePtr(q.P50), P95: finitePtr(q.P95), P99: finitePtr(q.P99), Above: finitePtr(q.Above),
	}
	if average, ok := q.Took.Average(); ok {
		out.Average, out.AverageFrom, out.AverageTo = finitePtr(&average.Estimate), finitePtr(&average.Low), finitePtr(&average.High)
	}
	return out
}

func fromErrors(s slo.SLO, a slo.Assessment) Errors {
	classes := slices.Clone(a.Errors)
	slices.SortStableFunc(classes, func(a, b slo.ClassCount) int { return cmp.Compare(b.Bad, a.Bad) })
	classes = classes[:min(len(classes), topErrors)]
	out := Errors{Window: s.Window.Name, Top: make([]ErrorClass, len(classes)), Other: a.Window.Bad}
	for i, c := range classes {
		out.Top[i] = ErrorClass{Fingerprint: object(c.Labels), Bad: c.Bad}
		out.Other -= c.Bad
	}
	out.Other = max(out.Other, 0)
	return out
}

// known turns a number that may be unknown into one that may be null.
func known(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return finitePtr(&v)
}

// finitePtr is nil for what JSON cannot say. The pointer is a copy.
func finitePtr(v *float64) *float64 {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	copied := *v
	return &copied
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// instant is nil for the zero time.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// object is never nil, so it is {} and not null.
func object(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return maps.Clone(m)
}
