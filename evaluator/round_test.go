package evaluator_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// spans lists the spans in which growth was asked for, oldest first, in minutes
// before hour0.
func spans(asked []ask) []string {
	var out []string
	for _, a := range asked {
		if strings.Contains(a.query, ">= 0 or") {
			from, to := hour0.Sub(a.Start.Add(-a.Step)), hour0.Sub(a.End)
			out = append(out, fmt.Sprintf("%s to %s by %s", slo.FormatDuration(from), slo.FormatDuration(to), slo.FormatDuration(a.Step)))
		}
	}
	return out
}

func TestTick_reads_the_last_slots_again_and_compares_three_hours_once_an_hour(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	tick(t, e, hour0.Add(-time.Minute), hour0.Add(30*time.Second))
	want := []string{"2m30s to 30s by 30s", "3h15m to 5m by 5m", "2m to 0s by 30s", "1m30s to -30s by 30s"}
	if diff := cmp.Diff(want, spans(fake.take())); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
}

func TestTick_late_samples_replace_what_was_read(t *testing.T) {
	late := func(after time.Duration) (counted slo.Counts) {
		fake := newScript("charge")
		arrived := false
		fake.rate = func(f, c string, at time.Time) (float64, bool) {
			v, _ := steadily(f, c, at)
			if c == "500" && !arrived && at.After(hour0.Add(time.Minute)) && !at.After(hour0.Add(2*time.Minute)) {
				return 0, true
			}
			return v, true
		}
		e := start(t, fake, nil)
		tick(t, e, hour0, hour0.Add(2*time.Minute))
		arrived = true
		tick(t, e, hour0.Add(2*time.Minute), hour0.Add(2*time.Minute+after))
		a := e.Assess(e.SLOs()[0], hour0.Add(5*time.Minute))
		sum, _ := a.Burn(5 * time.Minute)
		return sum.Counts
	}
	// Four slots are read in every round: two minutes.
	if got := late(time.Minute); got.Bad*10 != got.Total {
		t.Errorf("a minute late: %+v", got)
	}
	if got := late(time.Hour); got.Bad*10 != got.Total {
		t.Errorf("found by the hourly reading: %+v", got)
	}
}

func TestTick_hands_all_assessments_of_a_slot_over_together(t *testing.T) {
	type handed struct {
		now         time.Time
		slos        []slo.SLO
		assessments []slo.Assessment
	}
	var got []handed
	failure := error(nil)
	fake := newScript("charge", "refund")
	e := start(t, fake, func(c *evaluator.Config) {
		c.Sink = func(_ context.Context, now time.Time, slos []slo.SLO, assessments []slo.Assessment) error {
			got = append(got, handed{now, slos, assessments})
			return failure
		}
	})
	now := hour0.Add(42 * time.Second)
	if err := e.Tick(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || !got[0].now.Equal(now) || len(got[0].slos) != 2 || len(got[0].assessments) != 2 {
		t.Fatalf("handed over %+v", got)
	}
	for i, a := range got[0].assessments {
		if a.ID != got[0].slos[i].ID || !a.AsOf.Equal(hour0) {
			t.Errorf("assessment %d is of %s as of %v", i, a.ID, a.AsOf)
		}
	}
	fake.fail = down
	failure = errors.New("the outbox is full")
	if err := e.Tick(t.Context(), now); !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
	if len(got) != 2 {
		t.Error("the sink was not told of a round without an answer")
	}
}

func TestCatchUp_reads_recent_first_and_coarser_with_age(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	var progress []evaluator.Progress
	if err := e.CatchUp(t.Context(), ready, func(p evaluator.Progress) { progress = append(progress, p) }); err != nil {
		t.Fatal(err)
	}
	asked := spans(fake.take())
	if len(asked) == 0 || !strings.HasSuffix(asked[0], "to 0s by 30s") || !strings.HasSuffix(asked[len(asked)-1], "by 1h") {
		t.Errorf("asked for %v", asked)
	}
	if !slices.ContainsFunc(asked, func(s string) bool { return strings.HasSuffix(s, "by 5m") }) {
		t.Errorf("asked for %v", asked)
	}
	for i, p := range progress {
		if p.Done != i || p.Total != len(progress)-1 || p.Backend != "main" {
			t.Errorf("progress %d of %d: %+v", i, len(progress)-1, p)
		}
	}
	if err := e.CatchUp(t.Context(), ready, nil); err != nil || len(fake.take()) != 0 {
		t.Errorf("nothing is missing, and the backend is asked (%v)", err)
	}
}

func TestCatchUp_goes_on_where_it_stopped(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	allowed := 5
	fake.fail = func(string) error {
		if allowed--; allowed < 0 {
			return down("")
		}
		return nil
	}
	if err := e.CatchUp(t.Context(), ready, nil); err == nil {
		t.Fatal("no error")
	}
	first := spans(fake.take())
	fake.fail = func(string) error { return nil }
	catchUp(t, e, ready)
	second := spans(fake.take())
	whole := newScript("charge")
	catchUp(t, start(t, whole, nil), ready)
	want := spans(whole.take())
	read := len(first)
	if n := len(want) - len(second); n < 1 || n > read {
		t.Errorf("%d pages at once, %d before the failure, %d after", len(want), read, len(second))
	}
	if diff := cmp.Diff(want[len(want)-len(second):], second); diff != "" {
		t.Errorf("after the failure it asks for (-want +got):\n%s", diff)
	}
	if a := e.Assess(e.SLOs()[0], hour0); a.Window.Total != 7*86_400*10 || a.Window.Coverage != 1 {
		t.Errorf("window %+v", a.Window)
	}
}

func TestSetSLOs_catches_up_what_is_new_only(t *testing.T) {
	fake := newScript("charge", "refund")
	e := start(t, fake, nil)
	e.SetSLOs(slo.Set{SLOs: objectives("charge")})
	catchUp(t, e, ready)
	fake.take()
	e.SetSLOs(slo.Set{SLOs: objectives("refund", "charge")})
	if got := e.SLOs(); len(got) != 2 || got[0].ID.Function != "charge" {
		t.Errorf("objectives %v", got)
	}
	catchUp(t, e, ready)
	for _, a := range fake.take() {
		if strings.Contains(a.query, "charge") {
			t.Errorf("asked again: %s", a.query)
		}
	}
	a := e.Assess(objective("refund"), hour0)
	if a.State != slo.StateOK || a.Window.Coverage != 1 || a.Window.Total != 7*86_400*10 {
		t.Errorf("%s (%s), %+v", a.State, a.Reason, a.Window)
	}
}

func TestCatchUp_halves_pages_that_are_too_much(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	longest := 3 * time.Hour
	fake.mu.Lock()
	fake.fail = func(string) error {
		if a := fake.asked[len(fake.asked)-1]; a.Step == 30*time.Second && a.End.Sub(a.Start) > longest {
			return refusal("too many samples")
		}
		return nil
	}
	fake.mu.Unlock()
	catchUp(t, e, ready)
	if a := e.Assess(e.SLOs()[0], hour0); a.State != slo.StateOK || burnOf(t, a, 6*time.Hour).Coverage != 1 || burnOf(t, a, 6*time.Hour).Total != 216_000 {
		t.Errorf("%s (%s), %+v", a.State, a.Reason, burnOf(t, a, 6*time.Hour))
	}
}

func TestBackends_are_independent(t *testing.T) {
	broken, sound := newScript("charge"), newScript("charge")
	broken.fail = down
	sound.rate = func(_, code string, _ time.Time) (float64, bool) { return 1, code == "200" }
	e := start(t, sound, func(c *evaluator.Config) {
		c.Backends = []evaluator.Backend{{Name: "broken", Querier: broken}, {Name: "sound", Querier: sound}}
	})
	there := objective("charge")
	there.Backend, there.ID.Name = "sound", "elsewhere"
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{objective("charge"), there}})
	if err := e.CatchUp(t.Context(), ready, nil); err == nil {
		t.Error("the broken backend is not reported")
	}
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	all := e.AssessAll(e.SLOs(), hour0)
	if all[0].State != slo.StateSourceDown || all[1].State != slo.StateOK {
		t.Errorf("%s and %s (%s)", all[0].State, all[1].State, all[1].Reason)
	}
	if got := all[1].Window; got.Bad != 0 || got.Total != 7*86_400 || got.Coverage != 1 {
		t.Errorf("window %+v", got)
	}
	h := e.Health()
	if len(h) != 2 || h[0].Err == nil || h[1].Err != nil {
		t.Errorf("health %+v", h)
	}
}

func TestPoints_are_the_history_in_steps(t *testing.T) {
	fake := newScript("charge")
	fake.rate = func(f, c string, at time.Time) (float64, bool) {
		v, _ := steadily(f, c, at)
		return v, at.After(hour0.Add(-2 * time.Hour))
	}
	e := start(t, fake, nil)
	catchUp(t, e, ready)
	points := e.Points(e.SLOs()[0], hour0.Add(-4*time.Hour), hour0, time.Hour)
	if len(points) != 4 {
		t.Fatalf("%d points", len(points))
	}
	for i, p := range points {
		want := []int64{0, 0, 36_000, 36_000}[i]
		if p.Total != want || p.Coverage != 1 || !p.Time.Equal(hour0.Add(time.Duration(i-3)*time.Hour)) {
			t.Errorf("point %d: %+v", i, p)
		}
		if (p.Remaining != nil) != (want > 0) {
			t.Errorf("point %d: remaining %v", i, p.Remaining)
		}
	}
	if got := *points[3].Remaining; got > -98.99 || got < -99.01 {
		t.Errorf("a hundred times the budget is spent, %v remains", got)
	}
}

func TestPoints_are_judged_by_the_revision_of_their_time(t *testing.T) {
	fake := newScript("charge", "refund")
	fake.rate = func(f, c string, _ time.Time) (float64, bool) {
		return map[string]float64{"charge 200": 9, "charge 500": 1, "refund 200": 2, "refund 500": 0}[f+" "+c], true
	}
	e := start(t, fake, nil)
	catchUp(t, e, ready)
	s, other := objective("charge"), objective("refund")
	s.History = []slo.Revision{
		{Number: 1, From: hour0.Add(-24 * time.Hour), Objective: slo.MustObjective("80%"), Window: s.Window, SLI: s.SLI},
		{Number: 2, From: hour0.Add(-2 * time.Hour), Objective: s.Objective, Window: s.Window, SLI: other.SLI},
	}
	s.SLI, s.Revision = other.SLI, 2
	points := e.Points(s, hour0.Add(-4*time.Hour), hour0, time.Hour)
	remaining := []float64{0.5, 1, 1, 1} // a tenth of the calls failed where a fifth may
	for i, p := range points {
		want := []int64{36_000, 7_200, 7_200, 7_200}[i] // a point that ends with a revision's start is of that revision
		if p.Total != want || p.Remaining == nil || *p.Remaining != remaining[i] {
			t.Errorf("point %d: %+v", i, p)
		}
	}
}

// Calls of then do not become millionths of slots when a free query replaces the
// counters.
func TestPoints_count_what_the_revision_of_their_time_counted(t *testing.T) {
	e := start(t, newScript("charge"), nil)
	catchUp(t, e, ready)
	s := objective("charge")
	now := slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "errors / calls"}}
	s.History = []slo.Revision{
		{Number: 1, From: hour0.Add(-24 * time.Hour), Objective: s.Objective, Window: s.Window, SLI: s.SLI},
		{Number: 2, From: hour0, Objective: s.Objective, Window: s.Window, SLI: now},
	}
	s.SLI, s.Revision = now, 2
	points := e.Points(s, hour0.Add(-2*time.Hour), hour0.Add(time.Hour), time.Hour)
	for i, p := range points {
		calls, slots := slo.Scale{Unit: 1}, slo.Scale{Unit: slo.ShareUnit, Slots: true, Timed: true}
		if want := []slo.Scale{calls, slots, slots}[i]; p.Scale != want {
			t.Errorf("point %d counts %+v, want %+v", i, p.Scale, want)
		}
	}
	if events := points[0].Scale.Events(points[0].Total); events != 36_000 {
		t.Errorf("%v calls in an hour, want 36,000", events)
	}
}

func TestMetrics_count_objectives_by_state(t *testing.T) {
	reg := prometheus.NewRegistry()
	fake := newScript("charge", "refund")
	fake.rate = func(f, c string, at time.Time) (float64, bool) { v, _ := steadily(f, c, at); return v, f == "charge" }
	e := start(t, fake, func(c *evaluator.Config) { c.Registerer = reg })
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	want := `
# HELP slofuse_last_slot_timestamp_seconds End of the slot that was assessed last.
# TYPE slofuse_last_slot_timestamp_seconds gauge
slofuse_last_slot_timestamp_seconds 1.7000028e+09
# HELP slofuse_objectives Objectives that are evaluated.
# TYPE slofuse_objectives gauge
slofuse_objectives 2
# HELP slofuse_objectives_by_state Objectives by data state.
# TYPE slofuse_objectives_by_state gauge
slofuse_objectives_by_state{state="idle"} 0
slofuse_objectives_by_state{state="invalid"} 0
slofuse_objectives_by_state{state="new"} 1
slofuse_objectives_by_state{state="no_data"} 1
slofuse_objectives_by_state{state="ok"} 0
slofuse_objectives_by_state{state="source_down"} 0
slofuse_objectives_by_state{state="stale"} 0
`
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "slofuse_last_slot_timestamp_seconds", "slofuse_objectives", "slofuse_objectives_by_state"); err != nil {
		t.Error(err)
	}
}

// Run lives in slots: it reads each once it may be read, through an outage and
// back, and ends with its context, leaving nothing behind.
func TestRun(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	synctest.Test(t, func(t *testing.T) {
		fake := newScript("charge")
		var mu sync.Mutex // guards what the sink notes
		var rounds []time.Time
		var states []slo.DataState
		lived := func() ([]time.Time, []slo.DataState) {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(rounds), slices.Clone(states)
		}
		e := start(t, fake, func(c *evaluator.Config) {
			c.Now = time.Now
			c.Sink = func(_ context.Context, now time.Time, _ []slo.SLO, all []slo.Assessment) error {
				mu.Lock()
				defer mu.Unlock()
				rounds, states = append(rounds, now), append(states, all[0].State)
				return nil
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		begin := time.Now()
		go func() { done <- e.Run(ctx, nil) }()
		if at, in := lived(); len(at) != 1 || in[0] != slo.StateOK {
			t.Fatalf("at once: %d rounds, %v", len(at), in)
		}
		time.Sleep(10 * time.Minute)
		at, _ := lived()
		if len(at) < 20 || len(at) > 22 {
			t.Errorf("%d rounds in 10 minutes", len(at))
		}
		for i, now := range at[1:] {
			if now.Unix()%30 != 0 || now.Sub(at[i]) > 30*time.Second {
				t.Errorf("round %d at %v, after %v", i+1, now, at[i])
			}
		}
		fake.mu.Lock()
		fake.fail = down
		fake.mu.Unlock()
		time.Sleep(time.Hour)
		if _, in := lived(); in[len(in)-1] != slo.StateSourceDown {
			t.Errorf("without an answer it is %s", in[len(in)-1])
		}
		fake.mu.Lock()
		fake.fail = func(string) error { return nil }
		fake.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		a := e.Assess(e.SLOs()[0], e.LastSlot(time.Now()))
		if hour := burnOf(t, a, time.Hour); a.State != slo.StateOK || hour.Coverage != 1 || hour.Total != 36_000 {
			t.Errorf("back after %v: %s (%s), %+v", time.Since(begin), a.State, a.Reason, hour)
		}
		if a.Window.Coverage != 1 {
			t.Errorf("history has %v of the window", a.Window.Coverage)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// A round that fails is counted and does not end the loop.
func TestRun_survives_a_sink_that_fails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reg := prometheus.NewRegistry()
		calls := 0
		e := start(t, newScript("charge"), func(c *evaluator.Config) {
			c.Now, c.Registerer = time.Now, reg
			c.Sink = func(context.Context, time.Time, []slo.SLO, []slo.Assessment) error {
				if calls++; calls == 2 {
					return errors.New("full")
				}
				return nil
			}
		})
		runFor(t, e, 5*time.Minute)
		if calls < 10 {
			t.Errorf("%d rounds", calls)
		}
		want := "# HELP slofuse_rounds_failed_total Rounds whose result could not be booked or handed on.\n# TYPE slofuse_rounds_failed_total counter\nslofuse_rounds_failed_total 1\n"
		if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "slofuse_rounds_failed_total"); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkAssess(b *testing.B) {
	fake := newScript("charge")
	e := start(b, fake, nil)
	catchUp(b, e, ready)
	s := e.SLOs()[0]
	b.ReportAllocs()
	for b.Loop() {
		e.Assess(s, hour0)
	}
}

// A month without an hour of every night.
func BenchmarkAssess_with_nightly_maintenance(b *testing.B) {
	var nightly maintenance
	e := start(b, newScript("charge"), nightly.book)
	s := e.SLOs()[0]
	s.Window = slo.Window{Name: "30d", Length: 30 * 24 * time.Hour}
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
	catchUp(b, e, ready)
	for night := range 30 {
		from := hour0.Add(-time.Duration(night)*24*time.Hour - 3*time.Hour)
		nightly.in(from, from.Add(time.Hour))
	}
	b.ReportAllocs()
	for b.Loop() {
		e.Assess(s, hour0)
	}
}

func BenchmarkRound(b *testing.B) {
	functions := make([]string, 1_000)
	for i := range functions {
		functions[i] = fmt.Sprintf("function%04d", i)
	}
	fake := newScript(functions...)
	e := start(b, fake, func(c *evaluator.Config) { c.Aging = ledger.DefaultAging() })
	now := ready
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(30 * time.Second)
		if err := e.Tick(b.Context(), now); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if n := len(fake.take()); n > 4 {
			b.Fatalf("%d queries in a round", n)
		}
		b.StartTimer()
	}
}
