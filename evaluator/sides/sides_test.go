package sides_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/sides"
	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/examples/fleet/promapi"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/canary"
)

// now is an afternoon on which the fleet is busy, and slot the last one read then.
var (
	now  = time.Date(2026, 3, 18, 14, 7, 23, 0, time.UTC)
	slot = time.Date(2026, 3, 18, 14, 6, 30, 0, time.UTC)
)

// charge is the function that has a canary here.
func charge(matchers ...slo.Matcher) slo.Selector {
	all := []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: "charge-card"}}
	return slo.Selector{Metric: "function_calls_total", Matchers: append(all, matchers...)}
}

func version(v string) []slo.Matcher {
	return []slo.Matcher{{Label: "version", Op: slo.MatchEqual, Value: v}}
}

// objectives are availability and latency of the function, narrowed to two versions.
func objectives(t *testing.T, canaryVersion string) []canary.Pair {
	t.Helper()
	failed := charge(slo.Matcher{Label: "code", Op: slo.MatchRegexp, Value: "5.."})
	histogram := charge()
	histogram.Metric = "function_call_duration_seconds"
	var pairs []canary.Pair
	for name, sli := range map[string]slo.SLI{
		"a": {Ratio: &slo.Ratio{Total: []slo.Selector{charge()}, Bad: []slo.Selector{failed}}, Fingerprint: []string{"code"}},
		"b": {Latency: &slo.Latency{Histogram: histogram, Threshold: time.Second, Unit: time.Second}},
	} {
		o := slo.SLO{ID: slo.ID{Service: "checkout", Function: "charge-card", Name: name}, Objective: slo.MustObjective("99.9%"), Window: slo.Window{Length: 30 * 24 * time.Hour}, SLI: sli}
		c, b, err := canary.Split{Canary: version(canaryVersion), Baseline: version("v1")}.Narrow(o)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, canary.Pair{Canary: c, Baseline: b})
	}
	if pairs[0].Canary.SLI.Latency != nil {
		pairs[0], pairs[1] = pairs[1], pairs[0]
	}
	return pairs
}

func read(t *testing.T, c fleet.Canary, canaryVersion string, window time.Duration) (*fleet.Fleet, []canary.Reading, error) {
	t.Helper()
	c.Service, c.Function, c.Share = "checkout", "charge-card", 0.1
	clock := func() time.Time { return now }
	f, err := fleet.New(fleet.Options{Seed: 1, Now: clock, Canaries: []fleet.Canary{c}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(promapi.New(promapi.Config{Queryable: f, Now: clock}))
	t.Cleanup(server.Close)
	readings, err := sides.Read(t.Context(), config(t, server.URL), sides.Question{Pairs: objectives(t, canaryVersion), Window: window, Moment: now}, nil)
	return f, readings, err
}

func config(t *testing.T, url string) evaluator.Config {
	t.Helper()
	client, err := prom.New(prom.Config{Name: "main", URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return evaluator.Config{Backends: []evaluator.Backend{{Name: "main", Querier: client}}, Now: func() time.Time { return now }}
}

func observed(t *testing.T, f *fleet.Fleet, version string, from, to time.Time) fleet.Counts {
	t.Helper()
	c, err := f.ObservedOf("checkout", "charge-card", version, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The first calls and the first errors of a canary fall into the slot in which it is
// born: they count in full, and the baseline counts the same time.
func TestSidesCountWhatTheScrapesShow(t *testing.T) {
	for name, c := range map[string]struct {
		age, window time.Duration
	}{
		"born in the window":            {12 * time.Minute, time.Hour},
		"born a moment ago":             {2 * time.Minute, time.Hour},
		"older than the window":         {50 * time.Minute, 20 * time.Minute},
		"a day old and looked at whole": {20 * time.Hour, 6 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			f, readings, err := read(t, fleet.Canary{Errors: 0.02, Slow: 0.05, From: now.Add(-c.age)}, "v2", c.window)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range readings {
				if born := now.Add(-c.age); !r.To.Equal(slot) || r.From.Before(slot.Add(-c.window)) || c.age < c.window && r.From.Before(born.Add(-time.Minute)) {
					t.Errorf("read from %s to %s", r.From, r.To)
				}
				for version, got := range map[string]canary.Side{"v1": r.Baseline, "v2": r.Canary} {
					truth := observed(t, f, version, r.From, r.To)
					want := slo.Counts{Total: truth.Total, Bad: truth.ServerErrors()}
					if i == 1 {
						want.Bad = truth.Over(1)
					}
					if got.Unknown != "" || got.Counts != want || want.Bad == 0 && version == "v2" {
						t.Errorf("objective %d of %s: %+v, %q; the scrapes show %+v", i, version, got.Counts, got.Unknown, want)
					}
				}
			}
		})
	}
}

func TestBucketsHoldEveryCall(t *testing.T) {
	_, readings, err := read(t, fleet.Canary{Slow: 0.05, From: now.Add(-12 * time.Minute)}, "v2", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []canary.Side{readings[1].Canary, readings[1].Baseline} {
		total, over := int64(0), int64(0)
		for _, b := range side.Buckets {
			total += b.Count
			if b.LowerBound >= 1 {
				over += b.Count
			}
		}
		if total != side.Total || over != side.Bad || total == 0 {
			t.Errorf("%d calls in buckets, %d of them slow; counted are %+v", total, over, side.Counts)
		}
	}
	if readings[0].Canary.Buckets != nil {
		t.Error("calls that nobody timed have buckets")
	}
}

func TestAVersionThatIsNotThereIsUnknown(t *testing.T) {
	_, readings, err := read(t, fleet.Canary{From: now.Add(-12 * time.Minute)}, "v3", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range readings {
		if !strings.Contains(r.Canary.Unknown, `no series matches`) || r.Baseline.Unknown != "" || r.Baseline.Total == 0 {
			t.Errorf("canary %q, baseline %q with %+v", r.Canary.Unknown, r.Baseline.Unknown, r.Baseline.Counts)
		}
	}
}

func TestABackendThatDoesNotAnswerLeavesAllUnknown(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	readings, err := sides.Read(ctx, config(t, "http://127.0.0.1:1"), sides.Question{Pairs: objectives(t, "v2"), Window: time.Hour, Moment: now}, nil)
	if err == nil || len(readings) != 2 {
		t.Fatalf("%d readings, error %v", len(readings), err)
	}
	for _, r := range readings {
		if r.Canary.Unknown == "" || r.Baseline.Unknown == "" {
			t.Errorf("%+v", r)
		}
	}
}
