package rules

import (
	"fmt"
	"strings"
	"time"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// Prefix begins the names of all series that rules record.
const Prefix = "slofuse:slo_"

// The series that rules record. All have the labels service, function and slo;
// events have the window as well.
const (
	events    = Prefix + "events"
	badEvents = Prefix + "bad_events"
	badSlot   = Prefix + "bad_slot" // of SLIs that are looked at: how bad the moment is, 0 to 1
	objective = Prefix + "objective_ratio"
	remaining = Prefix + "error_budget_remaining_ratio"
)

// base is the window that longer ones are added up from.
const base = 5 * time.Minute

// longestDirect is the longest window that is read from the counters themselves.
// Longer ones add up what was recorded over the base: a day of every series
// of a function, twice a minute, is more than any Prometheus should read.
const longestDirect = 6 * time.Hour

// expressions are how the events of an SLI are counted over a window. Total is
// absent where no series is there; bad is zero then.
type expressions func(window time.Duration) (total, bad string)

// counters counts the events of a ratio, or of a histogram, by what its counters
// grow.
func counters(sli slo.SLI) expressions {
	parts := map[string][]slo.Selector{}
	for _, p := range plan.PartsByHand(sli) {
		parts[p.Name] = append(parts[p.Name], p.Selector)
	}
	return func(w time.Duration) (total, bad string) {
		switch {
		case parts["total"] == nil:
			total = growth(append(parts["good"], parts["bad"]...), w)
			return total, orNone(growth(parts["bad"], w), total)
		case parts["bad"] != nil:
			total = growth(parts["total"], w)
			return total, orNone(growth(parts["bad"], w), total)
		}
		total = growth(parts["total"], w)
		return total, fmt.Sprintf("clamp_min(%s - (%s), 0)", total, orNone(growth(parts["good"], w), total))
	}
}

// histogram counts the calls of a latency SLI: by classic buckets, or where none
// are there by a native histogram.
func histogram(sli slo.SLI) expressions {
	classic, l := counters(sli), *sli.Latency
	return func(w time.Duration) (total, bad string) {
		total, bad = missed(classic, sli, w)
		grown := fmt.Sprintf("sum(increase(%s[%s]))", l.Histogram, slo.FormatDuration(w))
		calls := "histogram_count(" + grown + ")"
		slow := fmt.Sprintf("%s * (1 - histogram_fraction(-Inf, %v, %s)) >= 0", calls, l.Bound(), grown)
		return total + "\nor\n" + calls, bad + "\nor\n" + orNone("("+slow+")", calls)
	}
}

// missed are the calls of a classic histogram that were not good. A histogram
// without the bucket of the threshold tells nothing, instead of that all was bad.
func missed(classic expressions, sli slo.SLI, w time.Duration) (total, bad string) {
	total, _ = classic(w)
	var good []slo.Selector
	for _, p := range plan.PartsByHand(sli) {
		if p.Name == "good" {
			good = append(good, p.Selector)
		}
	}
	return total, fmt.Sprintf("clamp_min(%s - %s, 0)", total, growth(good, w))
}

// growth is how much counters grew within a window, added up. It is absent only
// when all of them are: a term of its own keeps series apart that differ only in
// the name of their metric.
func growth(list []slo.Selector, w time.Duration) string {
	if len(list) == 1 {
		return fmt.Sprintf("sum(increase(%s[%s]))", list[0], slo.FormatDuration(w))
	}
	terms := make([]string, len(list))
	for i, s := range list {
		terms[i] = fmt.Sprintf(`label_replace(increase(%s[%s]), "slofuse_term", "%d", "", "")`, s, slo.FormatDuration(w), i)
	}
	return "sum(" + strings.Join(terms, " or ") + ")"
}

// orNone is an expression that is zero where it is absent and the total is there:
// nothing bad has happened yet.
func orNone(expr, total string) string { return fmt.Sprintf("%s or 0 * %s", expr, total) }

// moment is how bad the moment is for an SLI that is looked at: 0 is good, 1 bad.
func moment(sli slo.SLI) string {
	if t := sli.Threshold; t != nil {
		return fmt.Sprintf("max((%s) %s bool %v)", t.Query, t.Op.Opposite(), t.Value)
	}
	return fmt.Sprintf("clamp(max(%s), 0, 1)", sli.ErrorRatio.Query)
}
