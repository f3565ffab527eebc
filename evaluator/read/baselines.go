package read

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// baseline is a new series that was not counted in full.
type baseline struct {
	end      int64 // of its slot
	instance string
	value    float64 // of its counter
	counted  float64 // of that, in the slot
	returned bool    // it was known before a long gap
	bucket   bool    // of a histogram, and not the one of all calls
}

// noteBirth remembers what was taken back from a birth.
func (q *pass) noteBirth(keys []string, b plan.Birth, takeBack float64, returned bool) {
	le, isBucket := b.Labels["le"]
	note := baseline{
		end: b.End, instance: b.Labels["instance"], value: b.Value, counted: b.Value - takeBack, returned: returned,
		bucket: isBucket && le != "+Inf",
	}
	for _, key := range keys {
		q.baselines[key] = append(q.baselines[key], note)
	}
}

// Annotations says what the reading did not count in full, by indicator: one annotation
// for each slot of a width, so that their number is bounded by that of the slots.
func (r Reading) Annotations(within ledger.Span, width int64) map[string][]slo.Annotation {
	out := map[string][]slo.Annotation{}
	for key, notes := range r.baselines {
		if _, answered := r.Increments[key]; !answered {
			continue
		}
		slots := map[int64][]baseline{}
		for _, n := range notes {
			if end := ledger.Ceil(n.end, width); end > within.From && end <= within.To {
				slots[end] = append(slots[end], n)
			}
		}
		for _, end := range slices.Sorted(maps.Keys(slots)) {
			out[key] = append(out[key], slo.Annotation{End: end, Width: width, Kind: slo.Baseline, Text: describeBirths(slots[end])})
		}
	}
	return out
}

// describeBirths says what happened to the new series of one slot.
func describeBirths(births []baseline) string {
	var texts []string
	returned := func(b baseline) bool { return b.returned }
	known := slices.DeleteFunc(slices.Clone(births), func(b baseline) bool { return !returned(b) })
	strange := slices.DeleteFunc(slices.Clone(births), returned)
	if len(strange) > 0 {
		values, _ := totals(strange)
		texts = append(texts, fmt.Sprintf("%s appeared with %s already counted: taken as a baseline, not as calls of this slot", seriesOf(strange), slo.FormatCount(values)))
	}
	if len(known) > 0 {
		_, counted := totals(known)
		texts = append(texts, fmt.Sprintf("%s came back after a gap of more than %s: the %s counted meanwhile are booked in this slot", seriesOf(known), slo.FormatDuration(Lookback), slo.FormatCount(counted)))
	}
	return strings.Join(texts, "; ")
}

// totals adds up counters. The buckets of a histogram count the same calls.
func totals(births []baseline) (values, counted int64) {
	for _, b := range births {
		if !b.bucket {
			values += int64(b.value)
			counted += int64(b.counted)
		}
	}
	return values, counted
}

// namedInstances is how many instances an annotation names.
const namedInstances = 3

// seriesOf says how many series of which instances there are.
func seriesOf(births []baseline) string {
	instances := map[string]bool{}
	for _, b := range births {
		if b.instance != "" {
			instances[b.instance] = true
		}
	}
	text := "1 series"
	if len(births) > 1 {
		text = fmt.Sprintf("%d series", len(births))
	}
	names := slices.Sorted(maps.Keys(instances))
	switch {
	case len(names) == 0:
		return text
	case len(names) > namedInstances:
		return fmt.Sprintf("%s of %d instances (%s, …)", text, len(names), strings.Join(names[:namedInstances], ", "))
	}
	return text + " of " + strings.Join(names, ", ")
}
