package evaluator

import (
	"errors"
	"maps"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// reading is what a span answered.
type reading struct {
	span       ledger.Span
	increments map[string][]slo.Increment // every key that was answered, with or without samples
	refused    map[string]error
	invalid    map[string]error
	baselines  map[string][]baseline // what was not counted in full
	unsteady   map[string]bool       // keys of which a counter was reset or born
	free       map[string]bool       // keys of free queries, which may answer where there is no data
}

func newReading(span ledger.Span) reading {
	return reading{span: span, increments: map[string][]slo.Increment{}, refused: map[string]error{}, invalid: map[string]error{}, unsteady: map[string]bool{}, free: map[string]bool{}, baselines: map[string][]baseline{}}
}

func (r reading) merge(other reading) {
	maps.Copy(r.increments, other.increments)
	maps.Copy(r.refused, other.refused)
	maps.Copy(r.invalid, other.invalid)
	maps.Copy(r.free, other.free)
	maps.Copy(r.unsteady, other.unsteady)
	maps.Copy(r.baselines, other.baselines)
}

// splice puts a narrower reading of a part in the place of that part.
func (r reading) splice(part reading, width int64) {
	for key, incs := range part.increments {
		newest := r.newest(key)
		r.increments[key] = ledger.Splice(r.increments[key], part.span, ledger.Widen(incs, width))
		if newest > part.span.To {
			continue
		}
		if r.invalid[key] = part.invalid[key]; r.invalid[key] == nil {
			delete(r.invalid, key)
		}
	}
	for key, notes := range part.baselines {
		r.baselines[key] = append(r.baselines[key], notes...)
	}
	for key, err := range part.refused {
		r.refused[key] = err
		delete(r.increments, key)
	}
}

// newest is the end of the newest slot in which an indicator had samples: the one
// that says whether its numbers can be true.
func (r reading) newest(key string) int64 {
	if slot, impossible := errors.AsType[plan.SlotError](r.invalid[key]); impossible {
		return slot.End
	}
	if incs := r.increments[key]; len(incs) > 0 {
		return incs[len(incs)-1].End
	}
	return 0
}
