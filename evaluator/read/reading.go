package read

import (
	"errors"
	"maps"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// Reading is what a backend answered about a span, by the keys of the indicators.
type Reading struct {
	Span       ledger.Span
	Increments map[string][]slo.Increment // by slot end, of all that were answered, with or without samples
	Refused    map[string]error           // why there is no answer
	Invalid    map[string]error           // why the numbers cannot be true
	Free       map[string]bool            // they are free queries, which may answer where there is no data
	Unknown    map[string]ledger.Spans    // slots that were answered, and not believed

	baselines map[string][]baseline // what was not counted in full
	unsteady  map[string]bool       // a counter was reset or born
}

func newReading(span ledger.Span) Reading {
	return Reading{
		Span:       span,
		Increments: map[string][]slo.Increment{},
		Refused:    map[string]error{},
		Invalid:    map[string]error{},
		Free:       map[string]bool{},
		Unknown:    map[string]ledger.Spans{},
		baselines:  map[string][]baseline{},
		unsteady:   map[string]bool{},
	}
}

// Merge adds a reading of other indicators over the same span.
func (r Reading) Merge(other Reading) {
	maps.Copy(r.Increments, other.Increments)
	maps.Copy(r.Refused, other.Refused)
	maps.Copy(r.Invalid, other.Invalid)
	maps.Copy(r.Free, other.Free)
	maps.Copy(r.Unknown, other.Unknown)
	maps.Copy(r.unsteady, other.unsteady)
	maps.Copy(r.baselines, other.baselines)
}

// splice puts a narrower reading of a part in the place of that part.
func (r Reading) splice(part Reading, width int64) {
	for key, incs := range part.Increments {
		newest := r.newest(key)
		r.Increments[key] = ledger.Splice(r.Increments[key], part.Span, ledger.Widen(incs, width))
		r.spliceUnknown(key, part)
		if newest > part.Span.To {
			continue
		}
		if r.Invalid[key] = part.Invalid[key]; r.Invalid[key] == nil {
			delete(r.Invalid, key)
		}
	}
	for key, notes := range part.baselines {
		r.baselines[key] = append(r.baselines[key], notes...)
	}
	for key, err := range part.Refused {
		r.Refused[key] = err
		delete(r.Increments, key)
	}
}

func (r Reading) disbelieve(key string, span ledger.Span) {
	r.Unknown[key] = r.Unknown[key].Add(span)
}

func (r Reading) spliceUnknown(key string, part Reading) {
	unknown := r.Unknown[key].Without(part.Span)
	for _, span := range part.Unknown[key] {
		unknown = unknown.Add(span)
	}
	if r.Unknown[key] = unknown; len(unknown) == 0 {
		delete(r.Unknown, key)
	}
}

// newest is the end of the newest slot in which an indicator had samples: the one
// that says whether its numbers can be true.
func (r Reading) newest(key string) int64 {
	if slot, impossible := errors.AsType[plan.SlotError](r.Invalid[key]); impossible {
		return slot.End
	}
	if incs := r.Increments[key]; len(incs) > 0 {
		return incs[len(incs)-1].End
	}
	return 0
}
