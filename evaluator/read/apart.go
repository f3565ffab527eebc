package read

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
)

// readApart reads indicators whose series are scraped at different times. What a
// slot says of them is judged by those around it, so that some before the span are
// read as well, where slots are that narrow.
func (r *Reader) readApart(ctx context.Context, slis []plan.SLI, span ledger.Span, width int64, into Reading) error {
	if len(slis) == 0 {
		return nil
	}
	longer := span
	if pace := int64(plan.Pace / time.Second); width <= pace {
		longer.From -= ledger.Ceil(pace, width)
	}
	got, err := r.readCounters(ctx, slis, longer, width)
	for key, incs := range got.Increments {
		got.Increments[key] = ledger.Cut(incs, span)
	}
	for key, spans := range got.Unknown {
		got.Unknown[key] = spans.Cut(span)
	}
	into.Merge(got)
	return err
}
