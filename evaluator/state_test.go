package evaluator_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
)

// ready is hour0 and the delay later: when the slot that ends at hour0 is read.
var ready = hour0.Add(30 * time.Second)

func refusal(text string) error {
	return &prom.Error{Kind: prom.BadQuery, Backend: "main", Status: 422, Err: errors.New(text)}
}

func down(string) error {
	return &prom.Error{Kind: prom.Unavailable, Backend: "main", Err: errors.New("connection refused")}
}

func TestAssess_counts_and_rates(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	catchUp(t, e, ready)
	a := e.Assess(e.SLOs()[0], hour0)
	if a.State != slo.StateOK || !a.AsOf.Equal(hour0) {
		t.Fatalf("%s (%s) as of %v", a.State, a.Reason, a.AsOf)
	}
	for length, total := range map[time.Duration]int64{5 * time.Minute: 3_000, time.Hour: 36_000, 6 * time.Hour: 216_000} {
		got := burnOf(t, a, length)
		if got.Total != total || got.Bad != total/10 || got.Coverage != 1 || !got.To.Equal(hour0) || !got.From.Equal(hour0.Add(-length)) {
			t.Errorf("%v: %+v", length, got)
		}
	}
	if a.Window.Total != 7*86_400*10 || a.Window.Coverage != 1 || a.Window.Length != 7*24*time.Hour {
		t.Errorf("window %+v", a.Window)
	}
	if a.CallsPerSecond == nil || *a.CallsPerSecond != 10 {
		t.Errorf("calls per second %v", a.CallsPerSecond)
	}
	want := []slo.ClassCount{{Labels: map[string]string{"code": "500"}, Bad: 7 * 86_400}}
	if diff := cmp.Diff(want, a.Errors); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if extra := e.Assess(e.SLOs()[0], hour0, 2*time.Hour); burnOf(t, extra, 2*time.Hour).Total != 72_000 {
		t.Error("an extra window is not summed")
	}
}

func TestAssess_rate_over_what_is_known(t *testing.T) {
	fake := newScript("charge")
	fake.rate = func(f, c string, at time.Time) (float64, bool) {
		v, _ := steadily(f, c, at)
		return v, !at.After(hour0.Add(-3 * time.Minute))
	}
	e := start(t, fake, nil)
	catchUp(t, e, ready)
	a := e.Assess(e.SLOs()[0], hour0)
	if got := burnOf(t, a, 5*time.Minute); got.Coverage >= 0.5 || got.Coverage <= 0 {
		t.Fatalf("the data is not gone for most of the window: %+v", got)
	}
	if a.CallsPerSecond == nil || *a.CallsPerSecond != 10 {
		t.Errorf("%v calls a second, want 10", a.CallsPerSecond)
	}
}

func TestAssess_latency(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	s := objective("charge")
	s.SLI = slo.SLI{Latency: &slo.Latency{
		Histogram: slo.Selector{Metric: "call_duration_milliseconds", Matchers: s.SLI.Ratio.Total[0].Matchers},
		Threshold: 500 * time.Microsecond, Unit: time.Millisecond,
	}}
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
	catchUp(t, e, ready)
	a := e.Assess(s, hour0)
	if got := burnOf(t, a, time.Hour).Counts; got != (slo.Counts{Total: 36_000, Bad: 3_600}) {
		t.Errorf("counted %+v", got)
	}
	median, above := 0.0000625, 0.0005 // five eighths of the way through the first bucket; beyond 0.5 ms
	// Of ten calls eight took up to 0.1 ms, one up to 0.5 and one longer.
	took := slo.Took{Events: 36_000, Low: 3_600*0.0001 + 3_600*0.0005, Estimate: 28_800*0.00005 + 3_600*0.0003 + 3_600*0.0005, High: math.Inf(1)}
	want := &slo.Quantiles{Window: time.Hour, P50: &median, Above: &above, Took: took}
	if diff := cmp.Diff(want, a.Latency, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
		t.Errorf("quantiles (-want +got):\n%s", diff)
	}
	if len(a.Errors) != 0 {
		t.Errorf("buckets are shown as errors: %v", a.Errors)
	}
}

// Of ten calls one takes between 100 and 500 microseconds; three quarters of that
// bucket lie above 200.
func TestAssess_says_what_an_estimate_stands_on(t *testing.T) {
	e := start(t, newScript("charge"), nil)
	s := objective("charge")
	l := slo.Latency{
		Histogram: slo.Selector{Metric: "call_duration_milliseconds", Matchers: s.SLI.Ratio.Total[0].Matchers},
		Threshold: 200 * time.Microsecond, Unit: time.Millisecond,
	}
	s.SLI = slo.SLI{Latency: &l}
	estimated := s
	estimated.ID.Name = "estimated"
	estimated.SLI.Latency = new(l)
	estimated.SLI.Latency.Interpolate = true
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s, estimated}})
	catchUp(t, e, ready)
	a := e.Assess(estimated, hour0)
	if diff := cmp.Diff([]string{"Estimated: the threshold 200µs lies between the buckets 100µs and 500µs."}, a.Caveats); diff != "" {
		t.Errorf("caveats (-want +got):\n%s", diff)
	}
	if got := burnOf(t, a, time.Hour); got.Total != 36_000 || math.Abs(float64(got.Bad)-6_300) > 2 {
		t.Errorf("counted %+v, want 6,300 bad", got.Counts)
	}
	if a := e.Assess(s, hour0); a.State != slo.StateInvalid || !strings.Contains(a.Reason, "the nearest are 100µs and 500µs") || a.Caveats != nil {
		t.Errorf("without interpolation: %s, %q, %q", a.State, a.Reason, a.Caveats)
	}
}

func TestPoints_have_the_quantiles_of_each_step(t *testing.T) {
	e := start(t, newScript("charge"), nil)
	s := objective("charge")
	calls := s.SLI.Ratio.Total[0]
	s.SLI = slo.SLI{Latency: &slo.Latency{
		Histogram: slo.Selector{Metric: "call_duration_milliseconds", Matchers: calls.Matchers}, Threshold: 500 * time.Microsecond, Unit: time.Millisecond,
	}}
	s.ID.Name = "latency"
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s, objective("charge")}})
	catchUp(t, e, ready)
	points := e.Points(s, hour0.Add(-time.Hour), hour0.Add(30*time.Minute), 30*time.Minute)
	if len(points) != 3 {
		t.Fatalf("%d points", len(points))
	}
	for i, p := range points[:2] {
		if q := p.Latency; q == nil || q.P50 == nil || math.Abs(*q.P50-0.0000625) > 1e-9 || q.P99 != nil || q.Window != 30*time.Minute {
			t.Errorf("point %d has the quantiles %+v", i, q)
		}
	}
	if points[2].Latency != nil {
		t.Errorf("the future has the quantiles %+v", points[2].Latency)
	}
	for _, p := range e.Points(objective("charge"), hour0.Add(-time.Hour), hour0, 30*time.Minute) {
		if p.Total == 0 || p.Latency != nil {
			t.Errorf("errors have the quantiles %+v", p.Latency)
		}
	}
}

// What an answer says must be a number of events before it becomes one.
func TestTick_never_counts_what_is_no_number(t *testing.T) {
	for what, value := range map[string]float64{"NaN": math.NaN(), "infinite": math.Inf(1), "negative and infinite": math.Inf(-1), "negative": -3, "too large": 1e300} {
		for _, code := range []string{"200", "500"} {
			t.Run(what+" for code "+code, func(t *testing.T) {
				fake := newScript("charge")
				fake.rate = func(f, c string, at time.Time) (float64, bool) {
					if c == code && at.After(hour0.Add(-2*time.Minute)) && at.Before(hour0) {
						return value, true
					}
					return steadily(f, c, at)
				}
				e := start(t, fake, nil)
				tick(t, e, hour0.Add(-10*time.Minute), hour0)
				a := e.Assess(e.SLOs()[0], hour0)
				five := burnOf(t, a, 5*time.Minute)
				// Three of ten slots are not known: what the first after them counted may not be all they had.
				if !five.Valid() || five.Total != 7*300 || five.Bad != 7*30 || math.Abs(five.Coverage-0.7) > 1e-9 {
					t.Errorf("%+v", five)
				}
				if a.State != slo.StateNew {
					t.Errorf("state %s (%s)", a.State, a.Reason)
				}
			})
		}
	}
}

func TestStates(t *testing.T) {
	never := func(_, _ string, _ time.Time) (float64, bool) { return 0, false }
	until := func(last time.Time) rate {
		return func(f, c string, at time.Time) (float64, bool) {
			v, _ := steadily(f, c, at)
			return v, !at.After(last)
		}
	}
	since := func(first time.Time) rate {
		return func(f, c string, at time.Time) (float64, bool) {
			v, _ := steadily(f, c, at)
			return v, !at.Before(first)
		}
	}
	quietSince := func(first time.Time) rate {
		return func(f, c string, at time.Time) (float64, bool) {
			v, _ := steadily(f, c, at)
			if at.After(first) {
				v = 0
			}
			return v, true
		}
	}
	for _, tc := range []struct {
		what   string
		rate   rate
		at     time.Time
		state  slo.DataState
		reason string
	}{
		{"steady traffic", steadily, hour0, slo.StateOK, ""},
		{"nothing matches", never, hour0, slo.StateNoData, `no series matches calls_total{function="charge"}`},
		{"first seen just now", since(hour0.Add(-time.Hour)), hour0, slo.StateNew, "first seen"},
		{"first seen six hours ago", since(hour0.Add(-6 * time.Hour)), hour0, slo.StateOK, ""},
		{"no calls for five minutes", quietSince(hour0.Add(-5 * time.Minute)), hour0, slo.StateIdle, "no calls for 5m"},
		{"a call less than five minutes ago", quietSince(hour0.Add(-4 * time.Minute)), hour0, slo.StateOK, ""},
		{"no sample for five minutes", until(hour0.Add(-5 * time.Minute)), hour0, slo.StateIdle, "no calls"},
		{"no sample for longer", until(hour0.Add(-6 * time.Minute)), hour0, slo.StateNoData, "no sample since 2023-11-14T22:54:00Z"},
		{"nobody has read for a while", steadily, hour0.Add(90 * time.Second), slo.StateStale, "read up to 2023-11-14T23:00:00Z only"},
		{"two slots behind is not late yet", steadily, hour0.Add(60 * time.Second), slo.StateOK, ""},
		{"in the middle of a slot", steadily, hour0.Add(17 * time.Second), slo.StateOK, ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			fake := newScript("charge")
			fake.rate = tc.rate
			e := start(t, fake, nil)
			catchUp(t, e, ready)
			a := e.Assess(e.SLOs()[0], tc.at)
			if a.State != tc.state || !strings.Contains(a.Reason, tc.reason) {
				t.Errorf("%s (%s), want %s (%s)", a.State, a.Reason, tc.state, tc.reason)
			}
			if !a.AsOf.Equal(hour0) {
				t.Errorf("as of %v", a.AsOf)
			}
		})
	}
}

func TestStates_before_anything_was_read(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	if a := e.Assess(e.SLOs()[0], hour0); a.State != slo.StateStale || a.CallsPerSecond != nil {
		t.Errorf("%s (%s), %v calls a second", a.State, a.Reason, a.CallsPerSecond)
	}
	fake.fail = down
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	if a := e.Assess(e.SLOs()[0], hour0); a.State != slo.StateSourceDown || !strings.Contains(a.Reason, "connection refused") {
		t.Errorf("%s (%s)", a.State, a.Reason)
	}
	stranger := objective("charge")
	stranger.Backend = "elsewhere"
	if a := e.Assess(stranger, hour0); a.State != slo.StateInvalid || !strings.Contains(a.Reason, `"elsewhere" is not configured`) {
		t.Errorf("%s (%s)", a.State, a.Reason)
	}
}

func TestTick_backend_goes_down_and_comes_back(t *testing.T) {
	for what, failure := range map[string]func(string) error{
		"it refuses":          down,
		"it answers HTML":     func(string) error { return &prom.Error{Kind: prom.BadAnswer, Err: errors.New("no JSON")} },
		"it answers in part":  func(string) error { return &prom.Error{Kind: prom.Partial, Err: errors.New("a store is down")} },
		"it wants a password": func(string) error { return &prom.Error{Kind: prom.Denied, Err: errors.New("401")} },
		"only presence fails": func(q string) error {
			if strings.Contains(q, "(up[") {
				return down(q)
			}
			return nil
		},
	} {
		t.Run(what, func(t *testing.T) {
			fake := newScript("charge")
			e := start(t, fake, nil)
			catchUp(t, e, ready)
			before := e.Assess(e.SLOs()[0], hour0)
			fake.fail = failure
			tick(t, e, hour0, hour0.Add(time.Minute))
			if a := e.Assess(e.SLOs()[0], hour0.Add(time.Minute)); a.State != slo.StateOK {
				t.Errorf("after two slots: %s (%s)", a.State, a.Reason)
			}
			tick(t, e, hour0.Add(time.Minute), hour0.Add(10*time.Minute))
			a := e.Assess(e.SLOs()[0], hour0.Add(10*time.Minute))
			if a.State != slo.StateSourceDown || !strings.Contains(a.Reason, "no answer since 2023-11-14T23:00:00Z") {
				t.Errorf("%s (%s)", a.State, a.Reason)
			}
			if a.State, a.Reason = before.State, before.Reason; !cmp.Equal(before, a, cmp.AllowUnexported(slo.Objective{})) {
				t.Errorf("the numbers are not those of the last slot read:\n%s", cmp.Diff(before, a, cmp.AllowUnexported(slo.Objective{})))
			}
			if h := e.Health()[0]; h.Err == nil || !h.DownSince.Equal(hour0.Add(time.Minute)) {
				t.Errorf("health %+v", h)
			}
			fake.fail = func(string) error { return nil }
			catchUp(t, e, ready.Add(10*time.Minute))
			tick(t, e, hour0.Add(10*time.Minute), hour0.Add(11*time.Minute))
			a = e.Assess(e.SLOs()[0], hour0.Add(11*time.Minute))
			if got := burnOf(t, a, time.Hour); a.State != slo.StateOK || got.Total != 36_000 || got.Coverage != 1 {
				t.Errorf("back again: %s (%s), %+v", a.State, a.Reason, got)
			}
			if h := e.Health()[0]; h.Err != nil || !h.DownSince.IsZero() || !h.ReadTo.Equal(hour0.Add(11*time.Minute)) {
				t.Errorf("health %+v", h)
			}
		})
	}
}

func TestTick_half_the_series(t *testing.T) {
	fake := newScript("charge", "refund")
	e := start(t, fake, nil)
	catchUp(t, e, ready)
	fake.rate = func(f, c string, at time.Time) (float64, bool) {
		v, _ := steadily(f, c, at)
		return v, f == "charge" || !at.After(hour0)
	}
	tick(t, e, hour0, hour0.Add(10*time.Minute))
	all := e.AssessAll(e.SLOs(), hour0.Add(10*time.Minute))
	if all[0].State != slo.StateOK || all[1].State != slo.StateNoData {
		t.Errorf("%s is %s, %s is %s", all[0].ID, all[0].State, all[1].ID, all[1].State)
	}
	if lost := burnOf(t, all[1], 5*time.Minute); lost.Total != 0 || lost.Coverage != 0 {
		t.Errorf("of what is gone: %+v", lost)
	}
}

// A query that is refused is named, and the others are read in the same round.
func TestTick_one_refused_indicator_takes_nobody_down(t *testing.T) {
	functions := []string{"alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf"}
	for _, culprit := range functions {
		t.Run(culprit, func(t *testing.T) {
			fake := newScript(functions...)
			fake.fail = func(query string) error {
				if strings.Contains(query, culprit) {
					return refusal("too many samples")
				}
				return nil
			}
			e := start(t, fake, nil)
			tick(t, e, hour0.Add(-30*time.Second), hour0)
			first := len(fake.take())
			for _, a := range e.AssessAll(e.SLOs(), hour0) {
				want := slo.StateNew
				if a.ID.Function == culprit {
					want = slo.StateInvalid
				}
				if a.State != want || !a.AsOf.Equal(hour0) {
					t.Errorf("%s is %s (%s) as of %v", a.ID, a.State, a.Reason, a.AsOf)
				}
				if want == slo.StateInvalid && !strings.Contains(a.Reason, "too many samples") {
					t.Errorf("the reason is %s", a.Reason)
				}
			}
			tick(t, e, hour0, hour0.Add(30*time.Second))
			if next := len(fake.take()); next >= first || next > 6 {
				t.Errorf("%d queries to find the culprit, then %d", first, next)
			}
			fake.fail = func(string) error { return nil }
			tick(t, e, hour0.Add(30*time.Second), hour0.Add(time.Minute))
			for _, a := range e.AssessAll(e.SLOs(), hour0.Add(time.Minute)) {
				if a.State != slo.StateNew {
					t.Errorf("mended, and %s is %s (%s)", a.ID, a.State, a.Reason)
				}
			}
		})
	}
}

// A proxy that refuses whatever it is asked is down, and not asked a thousand
// times for the indicator at fault.
func TestTick_backend_that_refuses_everything_is_down(t *testing.T) {
	var functions []string
	for i := range 100 {
		functions = append(functions, fmt.Sprintf("function%03d", i))
	}
	fake := newScript(functions...)
	fake.fail = func(string) error { return refusal("who are you?") }
	e := start(t, fake, nil)
	tick(t, e, hour0.Add(-time.Minute), hour0)
	if err := e.CatchUp(t.Context(), ready, nil); err == nil {
		t.Error("catching up succeeded")
	}
	if n := len(fake.take()); n > 10 { // two rounds, and a page in ever smaller halves
		t.Errorf("%d queries", n)
	}
	for _, a := range e.AssessAll(e.SLOs(), hour0) {
		if a.State != slo.StateSourceDown {
			t.Fatalf("%s is %s (%s)", a.ID, a.State, a.Reason)
		}
	}
}

// An indicator that does not compile is named too, even if another is refused
// in the same round.
func TestTick_names_every_indicator_that_fails(t *testing.T) {
	fake := newScript("alpha", "bravo")
	fake.fail = func(query string) error {
		if strings.Contains(query, "alpha") {
			return refusal("no")
		}
		return nil
	}
	e := start(t, fake, nil)
	broken := objective("charlie")
	broken.SLI.Ratio.Bad[0].Matchers[1].Value = "5(("
	e.SetSLOs(slo.Set{SLOs: append(objectives("alpha", "bravo"), broken)})
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	var states []slo.DataState
	for _, a := range e.AssessAll(e.SLOs(), hour0) {
		states = append(states, a.State)
		if a.State == slo.StateInvalid && !strings.Contains(a.Reason, `calls_total{function="`+a.ID.Function+`"`) {
			t.Errorf("the reason does not name the indicator of %s: %s", a.ID.Function, a.Reason)
		}
	}
	if diff := cmp.Diff([]slo.DataState{slo.StateInvalid, slo.StateNew, slo.StateInvalid}, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func TestTick_numbers_that_cannot_be_true_make_it_invalid(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	s := objective("charge") // good is what the other way round is bad: more good than total
	s.SLI = slo.SLI{Ratio: &slo.Ratio{
		Total: s.SLI.Ratio.Bad, Good: []slo.Selector{{Metric: "calls_total", Matchers: s.SLI.Ratio.Total[0].Matchers}},
	}}
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
	tick(t, e, hour0.Add(-time.Minute), hour0)
	a := e.Assess(s, hour0)
	if a.State != slo.StateInvalid || !strings.Contains(a.Reason, "more good events than events") {
		t.Errorf("%s (%s)", a.State, a.Reason)
	}
	if got := burnOf(t, a, 5*time.Minute); got.Total != 0 || got.Bad != 0 {
		t.Errorf("counted %+v", got)
	}
}

func TestNew_refuses_what_cannot_work(t *testing.T) {
	book, _ := ledger.Open(t.Context(), nil)
	backends := []evaluator.Backend{{Name: "main", Querier: newScript()}}
	for what, cfg := range map[string]evaluator.Config{
		"no backend":                    {Ledger: book},
		"no ledger":                     {Backends: backends},
		"a step that divides no hour":   {Backends: backends, Ledger: book, Step: 7 * time.Second},
		"a step of parts of a second":   {Backends: backends, Ledger: book, Step: 1500 * time.Millisecond},
		"a step of more than an hour":   {Backends: backends, Ledger: book, Step: 2 * time.Hour},
		"a step that goes back in time": {Backends: backends, Ledger: book, Step: -30 * time.Second},
		"a delay that reads the future": {Backends: backends, Ledger: book, Delay: -30 * time.Second},
		"two backends of the same name": {Backends: append(backends, backends...), Ledger: book},
	} {
		if _, err := evaluator.New(cfg); err == nil {
			t.Errorf("%s is accepted", what)
		}
	}
}
