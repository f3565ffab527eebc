package evaluator_test

import (
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func signal(name, query string) slo.Signal {
	return slo.Signal{Service: "app", Function: "f", Name: name, Query: query}
}

// lastValue is the last point of a signal that is known.
func lastValue(points []slo.SignalPoint) (at time.Time, value float64) {
	value = math.NaN()
	for _, p := range points {
		if p.Value != nil {
			at, value = p.Time, *p.Value
		}
	}
	return at, value
}

// Three days back are there after some rounds, a day a round, and every point is
// what the query said then.
func TestSignals_have_their_history_after_a_few_rounds(t *testing.T) {
	t.Parallel()
	e, _, server := beginKinds(t, kindsSamples(), kindsNow)
	wanted := []slo.Signal{signal("backlog", `queue{queue="one"}`), signal("share", "sum(ratio)"), signal("below zero", "-sum(ratio)")}
	e.SetSLOs(slo.Set{Signals: wanted})
	now := kindsNow.Add(-5 * time.Minute)
	for range 5 {
		now = now.Add(30 * time.Second)
		server.Set(now)
		e.ReadSignals(t.Context(), now)
	}
	requests := server.Requests()
	e.ReadSignals(t.Context(), now)
	if n := server.Requests() - requests; n != 1 {
		t.Errorf("%d requests for three signals whose history is there", n)
	}
	truth := []func(time.Time) float64{backlog, ratio, func(at time.Time) float64 { return -ratio(at) }}
	from, to := kindsNow.Add(-72*time.Hour), e.LastSlot(now).Truncate(5*time.Minute)
	for i, s := range wanted {
		known := 0
		for _, p := range e.SignalPoints(s, from, to.Add(-10*time.Minute), 5*time.Minute) {
			if (p.Value != nil) == gone(p.Time) {
				t.Errorf("%s at %s: known %t", s.Name, clock(p.Time), p.Value != nil)
			}
			if p.Value == nil {
				continue
			}
			if known++; *p.Value != truth[i](p.Time) {
				t.Errorf("%s at %s is %v, want %v", s.Name, clock(p.Time), *p.Value, truth[i](p.Time))
			}
		}
		if known < 700 {
			t.Errorf("%s: %d points are known", s.Name, known)
		}
		if err := e.SignalTrouble(s); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

// A signal that cannot be read is named, does not take its neighbours with it,
// and is asked again.
func TestSignals_that_fail_are_named_and_hold_up_nobody(t *testing.T) {
	t.Parallel()
	now := kindsStart.Add(8*time.Hour + 10*time.Minute)
	e, _, server := beginKinds(t, kindsSamples(), now)
	sound, several, refused := signal("share", "sum(ratio)"), signal("several", "queue"), signal("refused", "ratio * on () queue")
	endless, undefined := signal("endless", "sum(ratio) / 0"), signal("undefined", "0 * sum(ratio) / 0")
	e.SetSLOs(slo.Set{Signals: []slo.Signal{several, refused, sound, endless, undefined}})
	for range 3 {
		now = now.Add(30 * time.Second)
		server.Set(now)
		e.ReadSignals(t.Context(), now)
	}
	for s, want := range map[slo.Signal]string{several: "more than one value", refused: "duplicate series", endless: "its value is +Inf"} {
		if err := e.SignalTrouble(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", s.Name, err, want)
		}
	}
	if err := e.SignalTrouble(undefined); err != nil {
		t.Errorf("nothing divided by nothing is no value, and said to be %v", err)
	}
	at, value := lastValue(e.SignalPoints(sound, now.Add(-5*time.Minute), now, 30*time.Second))
	if !at.Equal(e.LastSlot(now)) || value != 0.0004 {
		t.Errorf("the sound one is %v at %s", value, clock(at))
	}
	e.SetSLOs(slo.Set{Signals: []slo.Signal{signal("elsewhere", "x")}})
	elsewhere := signal("elsewhere", "x")
	elsewhere.Backend = "nowhere"
	if err := e.SignalTrouble(elsewhere); err == nil {
		t.Error("a backend that is not configured is no trouble")
	}
}

// A backend that is down is not asked, and one that comes back is.
func TestSignals_wait_for_their_backend(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	e.SetSLOs(slo.Set{SLOs: objectives("charge"), Signals: []slo.Signal{signal("a", "some_gauge")}})
	fake.fail = down
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	fake.take()
	e.ReadSignals(t.Context(), ready)
	if asked := fake.take(); len(asked) != 0 {
		t.Errorf("asked %v", asked)
	}
	fake.fail = func(string) error { return nil }
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	fake.take()
	e.ReadSignals(t.Context(), ready)
	if asked := fake.take(); len(asked) == 0 || !strings.Contains(asked[0].query, "some_gauge") {
		t.Errorf("asked %v", asked)
	}
}

// What takes longer than a round has to spare is set aside and asked alone from
// then on; the others are read in the next round.
func TestSignals_that_take_too_long_are_set_aside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newScript("charge")
		e := start(t, fake, nil)
		slow, quick := signal("slow", "slow_gauge"), signal("quick", "quick_gauge{x=\""+strings.Repeat("x", 8_000)+"\"}") // too long for company
		e.SetSLOs(slo.Set{Signals: []slo.Signal{slow, quick}})
		fake.takes = func(query string) time.Duration {
			if strings.Contains(query, "slow_gauge") {
				return time.Hour
			}
			return 0
		}
		began := time.Now()
		e.ReadSignals(t.Context(), ready)
		if e.SignalTrouble(slow) == nil || e.SignalTrouble(quick) != nil {
			t.Errorf("slow: %v, quick: %v", e.SignalTrouble(slow), e.SignalTrouble(quick))
		}
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("it took %v", took)
		}
		fake.take()
		e.ReadSignals(t.Context(), ready)
		if asked := fake.take(); len(asked) < 2 || !strings.Contains(asked[0].query, "quick_gauge") {
			t.Errorf("asked %d questions, want the quick one first", len(asked))
		}
	})
}
