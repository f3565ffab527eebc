package report

import (
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// Word is what people call a standing.
func Word(standing string) string {
	switch summary.Standing(standing) {
	case summary.Met:
		return "kept"
	case summary.AtRisk:
		return "at risk"
	case summary.Missed:
		return "broken"
	case summary.Unknown:
	}
	return "unknown"
}

// DashText says what a dash means, below a table that has one.
const DashText = format.Dash + " is not known: less than half of the time is, or nothing was called."

// Share is a share of a budget; nil is unknown.
func Share(v *float64) string {
	if v == nil {
		return format.Dash
	}
	return format.Share(*v, true)
}

// Left is the rest of a budget, as a share of it; nil is unknown.
func Left(v *float64) string {
	if v == nil {
		return format.Dash
	}
	return format.Left(*v, true)
}

// ratio is a success ratio, or why it is not known.
func ratio(v *float64, why string) string {
	switch {
	case v != nil:
		return format.SLI(*v, true)
	case why != "":
		return why
	}
	return format.Dash
}

// Span is a number of seconds as people say it.
func Span(seconds float64) string {
	return format.Span(time.Duration(seconds * float64(time.Second)).Round(time.Second))
}

// Gap is how much of the period nobody knows; "none" is nothing.
func Gap(o api.ReportObjective) string {
	const least = 60 // seconds; the newest slots are always to come
	if o.GapSeconds < least {
		return "none"
	}
	return Span(o.GapSeconds)
}

// Excluded is how much maintenance took out, and why.
func Excluded(o api.ReportObjective) string {
	if o.ExcludedSeconds == 0 {
		return "none"
	}
	out := Span(o.ExcludedSeconds)
	if len(o.ExcludedFor) > 0 {
		out += ": " + strings.Join(o.ExcludedFor, "; ")
	}
	return out
}

// Times is how long calls took on average and at p99; empty where nothing is known.
func Times(l *api.Latency) string {
	if l == nil || l.Average == nil {
		return ""
	}
	slow := format.Latency(l.P99)
	if l.P99 == nil && l.Above != nil {
		slow = "over " + format.Latency(l.Above)
	}
	return format.Average(l.Average, l.AverageTo) + ", p99 " + slow
}

// Cost is the share of a budget that failed during an incident.
func Cost(i api.ReportIncident) string {
	if i.CostRatio == nil {
		return format.Dash
	}
	return format.Part(*i.CostRatio) + " of the budget of " + i.CostOf
}
