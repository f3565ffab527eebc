package evaluator_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
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
		runFor(t, e, 10*time.Minute)
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

// The breaker: a backend that is down costs one question a round and no other
// backend anything, and closes by itself.
func TestRun_a_backend_that_is_down_is_asked_one_question_a_round(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reg := prometheus.NewRegistry()
		broken, sound := newScript("charge"), newScript("charge")
		broken.fail = down
		var rounds atomic.Int64
		e := start(t, sound, func(c *evaluator.Config) {
			c.Backends = []evaluator.Backend{{Name: "sound", Querier: sound}, {Name: "broken", Querier: broken}}
			c.Now, c.Registerer = time.Now, reg
			c.Sink = func(context.Context, time.Time, []slo.SLO, []slo.Assessment) error { rounds.Add(1); return nil }
		})
		there := objective("charge")
		there.Backend, there.ID.Name = "broken", "elsewhere"
		e.SetSLOs(slo.Set{SLOs: []slo.SLO{objective("charge"), there}})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- e.Run(ctx, nil) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		broken.take()
		before := rounds.Load()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if asked := int64(len(broken.take())); asked != rounds.Load()-before || asked < 19 {
			t.Errorf("%d questions in %d rounds", asked, rounds.Load()-before)
		}
		if up := upOf(t, reg); up["broken"] != 0 || up["sound"] != 1 {
			t.Errorf("slofuse_backend_up %v", up)
		}
		if a := e.Assess(objective("charge"), e.LastSlot(time.Now())); a.Window.Coverage != 1 || a.Window.Reading() {
			t.Errorf("the history of the sound backend: %+v", a.Window)
		}
		broken.mu.Lock()
		broken.fail = func(string) error { return nil }
		broken.mu.Unlock()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if up := upOf(t, reg); up["broken"] != 1 {
			t.Errorf("back again: slofuse_backend_up %v", up)
		}
		if a := e.Assess(there, e.LastSlot(time.Now())); a.Window.Coverage != 1 || a.Window.Reading() {
			t.Errorf("the history of the one that is back: %s %+v", a.Reason, a.Window)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// upOf reads slofuse_backend_up, by backend.
func upOf(t *testing.T, reg *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	up := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == "slofuse_backend_up" {
				up[m.GetLabel()[0].GetValue()] = m.GetGauge().GetValue()
			}
		}
	}
	return up
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

func TestTick_looks_for_late_samples_at_every_backend(t *testing.T) {
	failing, sound := newScript("charge"), newScript("refund")
	e := start(t, failing, func(c *evaluator.Config) {
		c.Backends = append(c.Backends, evaluator.Backend{Name: "sound", Querier: sound})
	})
	refund := objective("refund")
	refund.Backend = "sound"
	e.SetSLOs(slo.Set{SLOs: append(objectives("charge"), refund)})
	catchUp(t, e, ready)
	inFiveMinutes := func(asked []ask) (n int) {
		for _, a := range asked {
			if a.Step == 5*time.Minute {
				n++
			}
		}
		return n
	}
	failing.take()
	sound.take()
	failing.fail = func(query string) error {
		if strings.Contains(query, "[300s]") {
			return tooSlow()
		}
		return nil
	}
	if err := e.Tick(t.Context(), ready); err == nil {
		t.Error("nobody says that one was too slow")
	}
	if inFiveMinutes(sound.take()) == 0 {
		t.Error("the other was not asked")
	}
	failing.take()
	if err := e.Tick(t.Context(), ready.Add(30*time.Second)); err != nil || inFiveMinutes(failing.take()) > 0 {
		t.Errorf("in the next round it was asked again: %v", err)
	}
}
