package evaluator

import (
	"context"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// recount opens the accounts of latencies whose threshold alone was changed, from
// the buckets that were booked for the one before: nothing has to be asked for
// that. What the buckets do not tell is left to be caught up. Each account is
// recounted once, also when a round was faster and has read the newest slots; one
// that could not be written is tried again.
func (e *Evaluator) recount(ctx context.Context) {
	for _, s := range e.SLOs() {
		key, from, ok := e.recountable(s)
		if !ok {
			continue
		}
		if _, done := e.recounted.LoadOrStore(key, true); done {
			continue
		}
		err := e.cfg.Ledger.Derive(ctx, key, from, plan.Recount(*s.SLI.Latency))
		if err != nil {
			e.recounted.Delete(key)
		}
		if err != nil && ctx.Err() == nil {
			e.cfg.Logger.Warn("the history is read anew, it cannot be recounted", "slo", s.ID, "err", err)
		}
	}
}

// recountable says from which account that of an objective follows, if that one
// reaches back further.
func (e *Evaluator) recountable(s slo.SLO) (key, from string, ok bool) {
	n := len(s.History)
	if n < 2 || !s.History[n-1].SameEvents(s.History[n-2]) {
		return "", "", false
	}
	key, from = e.key(s), e.key(s.At(s.History[n-2].From))
	return key, from, key != from && e.readFrom(key) > e.readFrom(from)
}

// readFrom is since when an account was read, in Unix seconds; the end of all time
// of one that never was.
func (e *Evaluator) readFrom(key string) int64 { return e.cfg.Ledger.Missing(key, allTime)[0].To }
