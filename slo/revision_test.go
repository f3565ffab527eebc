package slo_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func errorsOf(bad string) slo.SLI {
	return slo.SLI{Fingerprint: []string{"code"}, Ratio: &slo.Ratio{
		Total: []slo.Selector{{Metric: "calls"}},
		Bad:   []slo.Selector{{Metric: "calls", Matchers: []slo.Matcher{{Label: "code", Op: slo.MatchRegexp, Value: bad}}}},
	}}
}

func slowerThan(threshold time.Duration) slo.SLI {
	return slo.SLI{Latency: &slo.Latency{Histogram: slo.Selector{Metric: "duration_seconds"}, Threshold: threshold, Unit: time.Second}}
}

func thirtyDays() slo.Window { return slo.Window{Name: "30d", Length: 30 * 24 * time.Hour} }

func TestChangeFrom_says_what_is_promised_or_counted_differently(t *testing.T) {
	base := slo.Revision{Objective: slo.MustObjective("99.9%"), Window: thirtyDays(), SLI: errorsOf("5..")}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	month := slo.Window{Name: "month", Calendar: slo.Month, Location: berlin}
	with := func(change func(*slo.Revision)) slo.Revision {
		r := base
		change(&r)
		return r
	}
	latency := with(func(r *slo.Revision) { r.SLI = slowerThan(time.Second) })
	queue := func(value float64) slo.Revision {
		return with(func(r *slo.Revision) {
			r.SLI = slo.SLI{Threshold: &slo.Threshold{Query: "max(queue)", Op: slo.Less, Value: value}}
		})
	}
	for _, tc := range []struct {
		what     string
		old, now slo.Revision
		want     string
	}{
		{"nothing", base, base, ""},
		{"a window that is written differently", base, with(func(r *slo.Revision) { r.Window.Name = "720h" }), ""},
		{"the order of fingerprint labels", with(func(r *slo.Revision) { r.SLI.Fingerprint = []string{"a", "b"} }), with(func(r *slo.Revision) { r.SLI.Fingerprint = []string{"b", "a"} }), ""},
		{"the objective", base, with(func(r *slo.Revision) { r.Objective = slo.MustObjective("99.5%") }), "objective 99.9% → 99.5%"},
		{"the window", base, with(func(r *slo.Revision) { r.Window = slo.Window{Name: "7d", Length: 7 * 24 * time.Hour} }), "window 30d → 7d"},
		{"a window more to report", base, with(func(r *slo.Revision) { r.Reports = []slo.Window{month} }), "reported windows none → month Europe/Berlin"},
		{"one of two windows to report", with(func(r *slo.Revision) { r.Reports = []slo.Window{month, base.Window} }), base, "reported windows month Europe/Berlin and 30d → none"},
		{"the backend", base, with(func(r *slo.Revision) { r.Backend = "eu" }), "backend default → eu"},
		{"the bad selector", base, with(func(r *slo.Revision) { r.SLI = errorsOf("5..|429") }), `bad selector calls{code=~"5.."} → calls{code=~"5..|429"}`},
		{"what tells errors apart", base, with(func(r *slo.Revision) { r.SLI.Fingerprint = nil }), "fingerprint labels code → none"},
		{"the threshold of a latency", latency, with(func(r *slo.Revision) { r.SLI = slowerThan(2 * time.Second) }), "threshold 1s → 2s"},
		{"the kind", base, latency, "kind ratio of calls → latency of duration_seconds"},
		{"the bound of a queue", queue(100), queue(50), "threshold < 100 → < 50"},
		{"two things", base, with(func(r *slo.Revision) { r.Objective, r.SLI = slo.MustObjective("99%"), errorsOf("500") }), `objective 99.9% → 99%, bad selector calls{code=~"5.."} → calls{code=~"500"}`},
	} {
		if got := tc.now.ChangeFrom(tc.old); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.what, got, tc.want)
		}
	}
}

func TestSameEvents_is_said_of_a_latency_whose_threshold_alone_changed(t *testing.T) {
	other := slowerThan(time.Second)
	other.Latency.Histogram.Metric = "wait_seconds"
	for _, tc := range []struct {
		what string
		a, b slo.Revision
		want bool
	}{
		{"another threshold", slo.Revision{SLI: slowerThan(time.Second)}, slo.Revision{SLI: slowerThan(2 * time.Second)}, true},
		{"another histogram", slo.Revision{SLI: slowerThan(time.Second)}, slo.Revision{SLI: other}, false},
		{"another backend", slo.Revision{SLI: slowerThan(time.Second)}, slo.Revision{SLI: slowerThan(time.Second), Backend: "eu"}, false},
		{"no histogram", slo.Revision{SLI: errorsOf("5..")}, slo.Revision{SLI: errorsOf("5..")}, false},
	} {
		if got := tc.a.SameEvents(tc.b); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.what, got, tc.want)
		}
	}
}

func TestAt_is_what_was_promised_then(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	history := []slo.Revision{
		{Number: 1, From: day(1), Objective: slo.MustObjective("99%"), Window: thirtyDays(), SLI: errorsOf("5..")},
		{Number: 2, From: day(10), Objective: slo.MustObjective("99.9%"), Window: thirtyDays(), SLI: errorsOf("5..|429")},
	}
	s := slo.SLO{Revision: 2, History: history, Objective: history[1].Objective, Window: thirtyDays(), SLI: history[1].SLI, Owner: "team"}
	for _, tc := range []struct {
		at   time.Time
		want int
	}{{day(1).Add(-time.Hour), 1}, {day(1), 1}, {day(10).Add(-time.Second), 1}, {day(10), 2}, {day(20), 2}} {
		then := s.At(tc.at)
		want := history[tc.want-1]
		if then.Revision != tc.want || then.Objective != want.Objective || then.SLI.Key("") != want.SLI.Key("") || then.Owner != "team" {
			t.Errorf("at %s: revision %d with %s, want %d", tc.at, then.Revision, then.Objective, tc.want)
		}
	}
	if alone := (slo.SLO{Objective: history[0].Objective}); alone.At(day(5)).Objective != history[0].Objective {
		t.Error("an SLO without a history is not itself")
	}
}
