package evaluator

import (
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/read"
)

// reader asks a backend. What it must know of the past is what the ledger holds and
// what the last round found.
func (e *Evaluator) reader(src *source) *read.Reader {
	return &read.Reader{
		Querier: src.Querier, Step: e.step, ReplicaLabels: src.ReplicaLabels,
		Busiest: e.busiest, HadGood: e.hadGood, Invalid: src.distrusted,
	}
}

// busiest is the most events that an account holds in a slot of the step, of the
// day before the slot with an end.
func (e *Evaluator) busiest(key string, end int64) float64 {
	return float64(e.cfg.Ledger.Busiest(key, ledger.Span{From: end - 24*3600, To: end - e.step}, e.step))
}

// hadGood reports whether an account holds good events in a span.
func (e *Evaluator) hadGood(key string, from, to int64) bool {
	return e.cfg.Ledger.Sum(key, "", time.Unix(from, 0), time.Unix(to, 0)).Good() > 0
}
