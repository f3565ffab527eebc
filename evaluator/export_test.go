package evaluator

import (
	"context"
	"errors"
	"time"
)

// Tick is all that [Evaluator.Run] does at an instant for who missed nothing: it
// looks for members, reads and decides, and looks for samples that came late.
func (e *Evaluator) Tick(ctx context.Context, now time.Time) error {
	e.discover(ctx, now, e.everySource())
	return errors.Join(e.Round(ctx, now), e.Audit(ctx, now))
}
