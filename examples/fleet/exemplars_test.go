package fleet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/examples/fleet"
)

func exemplarsOf(t *testing.T, f *fleet.Fleet, start, end time.Time, pairs ...string) []exemplar.QueryResult {
	t.Helper()
	q, err := f.ExemplarQuerier(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var matchers []*labels.Matcher
	for i := 0; i < len(pairs); i += 2 {
		matchers = append(matchers, labels.MustNewMatcher(labels.MatchEqual, pairs[i], pairs[i+1]))
	}
	found, err := q.Select(start.UnixMilli(), end.UnixMilli(), matchers, matchers)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestExemplarsAreOfWhatWasCounted: while acme-pay answers 503 there are exemplars of
// that, before there are hardly any, and each has a trace of its own.
func TestExemplarsAreOfWhatWasCounted(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 1, Burning: 20 * time.Minute})
	failed := []string{"__name__", "function_calls_total", "function", "charge-card", "code", "503", "gateway", "acme-pay"}
	count := func(start, end time.Time) (n int) {
		traces := map[string]bool{}
		for _, series := range exemplarsOf(t, f, start, end, failed...) {
			for _, e := range series.Exemplars {
				traces[e.Labels.Get("trace_id")] = true
				if n++; e.Value != 1 || e.Ts < start.UnixMilli() || e.Ts > end.UnixMilli() || len(e.Labels.Get("trace_id")) != 32 {
					t.Errorf("%s: %+v", series.SeriesLabels, e)
				}
			}
		}
		if len(traces) != n {
			t.Errorf("%d exemplars with %d traces", n, len(traces))
		}
		return n
	}
	before, during := count(now.Add(-40*time.Minute), now.Add(-20*time.Minute)), count(now.Add(-20*time.Minute), now)
	if during < 10 || before > during/3 {
		t.Errorf("%d exemplars of failed calls before the failure and %d since", before, during)
	}
	if old := count(now.Add(-5*time.Hour), now.Add(-3*time.Hour)); old != 0 {
		t.Errorf("%d exemplars are remembered for hours", old)
	}
	if ahead := count(now.Add(time.Hour), now.Add(2*time.Hour)); ahead != 0 {
		t.Errorf("%d exemplars are of the future", ahead)
	}
}

// TestExemplarsOfBucketsLieInThem asks a classic histogram and a native one.
func TestExemplarsOfBucketsLieInThem(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 1})
	for le, bounds := range map[string][2]float64{"0.25": {0.1, 0.25}, "0.5": {0.25, 0.5}, "+Inf": {10, 20}} {
		for _, series := range exemplarsOf(t, f, now.Add(-time.Hour), now, "__name__", "function_call_duration_seconds_bucket", "function", "charge-card", "le", le) {
			for _, e := range series.Exemplars {
				if e.Value <= bounds[0] || e.Value > bounds[1] {
					t.Errorf("%v is in the bucket up to %s", e.Value, le)
				}
			}
		}
	}
	native := exemplarsOf(t, f, now.Add(-time.Hour), now, "__name__", "function_call_duration_seconds", "function", "query")
	values := map[bool]int{}
	for _, series := range native {
		for _, e := range series.Exemplars {
			values[e.Value > 0.25]++
		}
	}
	if values[true] == 0 || values[false] < values[true] {
		t.Errorf("of the native histogram %d are slow and %d are not", values[true], values[false])
	}
	for _, none := range []string{"function_call_duration_seconds_sum", "function_retries_total", "up"} {
		if found := exemplarsOf(t, f, now.Add(-time.Hour), now, "__name__", none); len(found) > 0 {
			t.Errorf("%s has exemplars", none)
		}
	}
}

// TestExemplarsStayWhatTheyWere is asked twice, an hour apart.
func TestExemplarsStayWhatTheyWere(t *testing.T) {
	at := now
	f := newFleet(t, fleet.Options{Seed: 1, Now: func() time.Time { return at }})
	ask := func() string {
		var all strings.Builder
		for _, series := range exemplarsOf(t, f, now.Add(-30*time.Minute), now, "__name__", "function_calls_total", "function", "login") {
			for _, e := range series.Exemplars {
				all.WriteString(series.SeriesLabels.String() + e.Labels.String() + "\n")
			}
		}
		return all.String()
	}
	first := ask()
	at = at.Add(time.Hour)
	if again := ask(); again != first || first == "" {
		t.Errorf("%d bytes, then %d", len(first), len(again))
	}
}
