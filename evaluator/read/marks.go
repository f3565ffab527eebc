package read

import (
	"maps"
	"slices"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
)

// Marks are slots of indicators, by slot end and key.
type Marks map[int64]map[string]bool

// Add marks the slot with an end for some indicators.
func (m Marks) Add(end int64, keys []string) {
	if m[end] == nil {
		m[end] = map[string]bool{}
	}
	for _, key := range keys {
		m[end][key] = true
	}
}

// Run is neighbouring slots with the indicators that are marked in any of them.
type Run struct {
	Span ledger.Span
	keys map[string]bool
}

// Runs joins marked slots of a width that follow one another, oldest first.
func (m Marks) Runs(width int64) []Run {
	var out []Run
	for _, end := range slices.Sorted(maps.Keys(m)) {
		if n := len(out); n == 0 || out[n-1].Span.To != end-width {
			out = append(out, Run{Span: ledger.Span{From: end - width}, keys: map[string]bool{}})
		}
		last := &out[len(out)-1]
		last.Span.To = end
		maps.Copy(last.keys, m[end])
	}
	return out
}

// Of picks the indicators of a run.
func (r Run) Of(slis []plan.SLI) []plan.SLI { return keyed(slis, r.keys) }

// keyed picks the indicators with certain keys.
func keyed(slis []plan.SLI, keys map[string]bool) []plan.SLI {
	return slices.DeleteFunc(slices.Clone(slis), func(s plan.SLI) bool { return !keys[s.Key] })
}
