package evaluator_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
)

// hanging is a backend that takes every question and answers none.
type hanging struct{}

func (hanging) QueryRange(ctx context.Context, _ string, _ prom.Range) (model.Matrix, error) {
	return nil, hang(ctx)
}

func (hanging) Query(ctx context.Context, _ string, _ time.Time) (model.Vector, error) {
	return nil, hang(ctx)
}

// hang waits as long as the client of a backend does.
func hang(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, prom.DefaultTimeout)
	defer cancel()
	<-ctx.Done()
	return &prom.Error{Kind: prom.Unavailable, Backend: "hanging", Err: ctx.Err()}
}

func TestRun_a_backend_that_hangs_does_not_keep_the_others_waiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var late []time.Duration // after the slot may be read
		sound := newScript("charge")
		e := start(t, sound, func(c *evaluator.Config) {
			c.Backends = []evaluator.Backend{{Name: "sound", Querier: sound}, {Name: "hanging", Querier: hanging{}}}
			c.Now = time.Now
			c.Sink = func(ctx context.Context, _ time.Time, _ []slo.SLO, all []slo.Assessment) error {
				if ctx.Err() == nil { // the round that the end cut off does not count
					late = append(late, time.Since(all[0].AsOf)-evaluator.DefaultDelay)
				}
				return nil
			}
		})
		there := objective("charge")
		there.Backend, there.ID.Name = "hanging", "elsewhere"
		e.SetSLOs(slo.Set{SLOs: []slo.SLO{objective("charge"), there}})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		if err := e.Run(ctx, nil); err != nil {
			t.Error(err)
		}
		if len(late) < 15 {
			t.Errorf("%d rounds in 10 minutes", len(late))
		}
		for i, after := range late[2:] { // until then nobody can know that it hangs
			if after > 10*time.Second {
				t.Errorf("round %d decides on the sound backend %v after its slot", i+2, after)
			}
		}
	})
}

func TestRun_that_is_stopped_blames_no_backend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, newScript(), func(c *evaluator.Config) {
			c.Backends = []evaluator.Backend{{Name: "hanging", Querier: hanging{}}}
			c.Now = time.Now
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- e.Run(ctx, nil) }()
		synctest.Wait() // it has asked
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if h := e.Health(); h[0].Err != nil {
			t.Errorf("stopping looks like an outage: %v", h[0].Err)
		}
	})
}
