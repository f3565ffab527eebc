package evaluator

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
)

// probeTimeout is how long a backend that was down has to answer a small
// question before a round goes on without it.
const probeTimeout = 5 * time.Second

// wake is the circuit breaker: the backends that are asked until it is called again
// are all but those that were down and still are. One that is down is asked one
// small question a round, and everything again once it answers. A backend that
// accepts questions and never answers would otherwise keep the decisions on every
// other one waiting, round after round.
func (e *Evaluator) wake(ctx context.Context, now time.Time) {
	var asking sync.WaitGroup
	for _, src := range e.everySource() {
		asking.Go(func() { src.sleep(src.down() && !e.probe(ctx, src, now)) })
	}
	asking.Wait()
}

// awake lists the backends worth asking.
func (e *Evaluator) awake() []*source {
	return slices.DeleteFunc(e.everySource(), (*source).sleeps)
}

// probe asks a backend for its own presence in the newest slot.
func (e *Evaluator) probe(ctx context.Context, src *source, now time.Time) bool {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	end := e.LastSlot(now).Unix()
	_, err := e.reader(src).Presence(ctx, ledger.Span{From: end - e.step, To: end}, e.step)
	if err != nil {
		src.failed(now, err)
	}
	return err == nil
}

// closed lists the backends that answered when they were asked last: the others
// are probed by the rounds.
func (e *Evaluator) closed() []*source {
	return slices.DeleteFunc(e.everySource(), (*source).down)
}

// everySource lists the backends in the order of the configuration.
func (e *Evaluator) everySource() []*source {
	all := make([]*source, len(e.cfg.Backends))
	for i, b := range e.cfg.Backends {
		all[i] = e.sources[b.Name]
	}
	return all
}
