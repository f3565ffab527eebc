package promtest_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// read lists the samples of all series with a name, by their labels.
func read(t *testing.T, store *promtest.Samples, now time.Time, metric string) map[string][]promtest.Sample {
	t.Helper()
	q, err := store.At(func() time.Time { return now }).Querier(math.MinInt64, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]promtest.Sample{}
	set := q.Select(context.Background(), true, nil, labels.MustNewMatcher(labels.MatchEqual, labels.MetricName, metric))
	for set.Next() {
		ls := set.At().Labels()
		for it := set.At().Iterator(nil); it.Next() != 0; {
			at, v := it.At()
			out[ls.String()] = append(out[ls.String()], promtest.Sample{Time: at, Value: v})
		}
	}
	return out
}

func target() promtest.Target {
	return promtest.Target{
		Job: "j", Instance: "a", Seed: 7, From: at(0), To: at(3600),
		Functions: []promtest.Function{{Name: "f", Rate: 4, Errors: func(time.Time) float64 { return 0.5 }}},
	}
}

func record(ts ...promtest.Target) *promtest.Samples {
	store := &promtest.Samples{}
	for _, t := range ts {
		t.Record(store)
	}
	return store
}

func TestTarget_records_the_same_samples_each_time(t *testing.T) {
	one := read(t, record(target()), at(7200), promtest.CallsMetric)
	two := read(t, record(target()), at(7200), promtest.CallsMetric)
	if diff := cmp.Diff(one, two); diff != "" {
		t.Errorf("two recordings differ:\n%s", diff)
	}
	if len(one) != 3 {
		t.Errorf("%d series, want 200, 500 and 503", len(one))
	}
	for name, samples := range one {
		for i, s := range samples[1:] {
			if s.Value < samples[i].Value || s.Time-samples[i].Time != 15_000 {
				t.Fatalf("%s: %v after %v is no step of a counter", name, s, samples[i])
			}
		}
	}
}

func TestTarget_suffers_what_it_is_told(t *testing.T) {
	type figures struct{ Series, Stale, Resets, Missing int } // of calls; scrapes without any value
	tests := map[string]struct {
		change func(*promtest.Target)
		want   figures
	}{
		"nothing": {func(*promtest.Target) {}, figures{Series: 3}},
		"a restart": {func(t *promtest.Target) {
			t.Restarts = []promtest.Restart{{At: at(1800)}}
		}, figures{Series: 3, Stale: 1, Resets: 3}},
		"a restart with a minute down": {func(t *promtest.Target) {
			t.Restarts = []promtest.Restart{{At: at(1800), Down: time.Minute}}
		}, figures{Series: 3, Stale: 3, Resets: 3, Missing: 4}},
		"failed scrapes": {func(t *promtest.Target) {
			t.Gaps = []promtest.Gap{{From: at(900), To: at(1080)}}
		}, figures{Series: 3, Stale: 3, Missing: 12}},
		"no scrapes": {func(t *promtest.Target) {
			t.Gaps = []promtest.Gap{{From: at(900), To: at(1080), Silent: true}}
		}, figures{Series: 3, Missing: 12}},
		"a relabel": {func(t *promtest.Target) {
			t.Relabels = []promtest.Relabel{{At: at(900), Extra: map[string]string{"pod": "p"}}}
		}, figures{Series: 6, Stale: 3}},
		"an unmarked relabel": {func(t *promtest.Target) {
			t.Relabels = []promtest.Relabel{{At: at(900), Extra: map[string]string{"pod": "p"}, Unmarked: true}}
		}, figures{Series: 6}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			change := target()
			test.change(&change)
			all := read(t, record(change), at(7200), promtest.CallsMetric)
			got := figures{Series: len(all)}
			instants := map[int64]bool{}
			for _, samples := range all {
				before := 0.0
				for _, s := range samples {
					if s.Stale() {
						got.Stale++
						continue
					}
					if s.Value < before {
						got.Resets++
					}
					before = s.Value
					instants[s.Time] = true
				}
			}
			got.Missing = 240 - len(instants)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("figures (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTarget_hides_late_samples_until_they_arrive(t *testing.T) {
	late := target()
	late.Late = []promtest.Late{{From: at(0), To: at(3600), By: 2 * time.Minute, Each: 5}}
	store := record(late)
	count := func(now int) (n int) {
		for _, s := range read(t, store, at(now), "up") {
			n += len(s)
		}
		return n
	}
	if got, want := count(1800+120), 120+8; got > want || got < want-2 {
		t.Errorf("%d scrapes visible, want about %d", got, want)
	}
	if got := count(7200); got != 240 {
		t.Errorf("%d scrapes visible in the end, want 240", got)
	}
}

// What a steady function did in an hour is known without looking at a sample.
func TestOracle_agrees_with_the_rate_of_a_target(t *testing.T) {
	sli := slo.SLI{Ratio: &slo.Ratio{
		Total: []slo.Selector{{Metric: promtest.CallsMetric}},
		Bad:   []slo.Selector{{Metric: promtest.CallsMetric, Matchers: []slo.Matcher{{Label: "code", Op: slo.MatchRegexp, Value: "5.."}}}},
	}}
	got := promtest.Oracle{Samples: record(target()), Step: time.Minute}.Account(at(7200), at(7200), sli).Sum(at(0), at(3600))
	if math.Abs(float64(got.Total)/(4*3600)-1) > 0.05 || math.Abs(float64(got.Bad)/(0.5*3600)-1) > 0.05 {
		t.Errorf("%+v in an hour, want about %d calls and %d errors", got, 4*3600, 1800)
	}
}
