package evaluator

import (
	"context"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// book records a reading together with when the backend had data: when it had
// any up, or any indicator.
func (e *Evaluator) book(ctx context.Context, src *source, p page, r read.Reading, up []slo.Increment) error {
	up = withIndicators(up, r)
	span := r.Span
	if from := e.forgotten(src, span, up); from > span.From {
		src.log.Warn("the backend has lost data that it had before: what was booked stays", "up_to", time.Unix(from, 0))
		src.forget(r, from, p.now)
		span.From = from
		if span.From >= span.To {
			return nil
		}
	}
	increments := map[string][]slo.Increment{src.key: ledger.Cut(up, span)}
	for key, incs := range r.Increments {
		increments[key] = ledger.Cut(incs, span)
	}
	return e.record(ctx, ledger.Page{Span: span, Increments: increments, Unknown: r.Unknown, Annotations: r.Annotations(span, p.width)})
}

func (e *Evaluator) record(ctx context.Context, p ledger.Page) error {
	if err := e.cfg.Ledger.Record(ctx, p); err != nil {
		return fmt.Errorf("%w: %w", errNotBooked, err)
	}
	return nil
}

// withIndicators adds the slots in which some indicator had data to those in
// which the backend had data of its own.
func withIndicators(up []slo.Increment, r read.Reading) []slo.Increment {
	have := map[int64]bool{}
	for _, inc := range up {
		have[inc.End] = true
	}
	for key, incs := range r.Increments {
		if r.Free[key] {
			continue // a query like vector(1) answers without any data
		}
		for _, inc := range incs {
			if !have[inc.End] {
				have[inc.End] = true
				up = append(up, slo.Increment{End: inc.End, Width: inc.Width})
			}
		}
	}
	sortByEnd(up)
	return up
}

// forgotten finds out whether the backend was emptied or replaced: it had data
// in a slot and has none now. What it says about that slot, about those before
// it and about the next, of which it may have lost a part, is worth less than
// what was booked. It returns the end of that part of the span. Slots that were
// booked in another width count as those they lie in.
func (e *Evaluator) forgotten(src *source, span ledger.Span, up []slo.Increment) int64 {
	width := e.step
	for _, inc := range up {
		width = max(width, inc.Width)
	}
	have := map[int64]bool{}
	for _, inc := range up {
		have[ledger.Ceil(inc.End, width)] = true
	}
	from := span.From
	for _, end := range e.cfg.Ledger.Ends(src.key, span) {
		if slot := ledger.Ceil(end, width); !have[slot] {
			from = slot + width
		}
	}
	return from
}
