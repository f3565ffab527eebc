package fleet_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/examples/fleet"
)

// form is how an exact reader asks how much counters grew in each slot.
func form(selector, by string, slot, lookBack string) string {
	return fmt.Sprintf(`sum by (%[2]s) ((last_over_time(%[1]s[%[3]s]) - last_over_time(%[1]s[%[4]s] offset %[3]s)) >= 0 or last_over_time(%[1]s[%[3]s]))`,
		selector, by, slot, lookBack)
}

// sums adds up a range query per label set.
func sums(tb testing.TB, f *fleet.Fleet, query string, from, to time.Time, step time.Duration) map[string]int64 {
	tb.Helper()
	total := map[string]int64{}
	for start := from.Add(step); !start.After(to); start = start.Add(2000 * step) {
		end := start.Add(1999 * step)
		if end.After(to) {
			end = to
		}
		matrix, _ := exec(tb, f, query, start, end, step)
		for _, s := range matrix {
			for _, p := range s.Floats {
				total[s.Metric.String()] += int64(p.F)
			}
		}
	}
	return total
}

func TestTheEngineSeesWhatIsObservable(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	to := now.Truncate(time.Minute)
	from := to.Add(-12 * time.Hour)
	for _, fn := range f.Functions() {
		t.Run(fn.Key(), func(t *testing.T) {
			want := observed(t, f, fn.Key(), from, to)
			selector := fmt.Sprintf(`function_calls_total{service=%q,function=%q}`, fn.Service, fn.Name)
			got := sums(t, f, form(selector, "code", "30s", "1h"), from, to, 30*time.Second)
			byCode := map[string]int64{}
			for label, n := range got {
				if n > 0 {
					byCode[strings.Trim(label, `{code="}`)] = n
				}
			}
			if fn.Name == "index-document" { // growth before a crash and the restart in one slot cannot be told apart
				almost(t, want.ByCode, byCode, 0.01)
			} else if diff := cmp.Diff(want.ByCode, byCode); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// almost demands got to be want, or less by at most a share.
func almost(t *testing.T, want, got map[string]int64, share float64) {
	t.Helper()
	for code, n := range want {
		if float64(got[code]) < float64(n)*(1-share) || got[code] > n {
			t.Errorf("code %s: got %d, want %d", code, got[code], n)
		}
	}
}

func TestBucketsCountAndSumAreWhatIsObservable(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	to := now.Truncate(time.Minute)
	from := to.Add(-3 * time.Hour)
	for _, key := range []string{"media/thumbnail", "checkout/charge-card", "flags/evaluate"} {
		want := observed(t, f, key, from, to)
		name := key[strings.Index(key, "/")+1:]
		got := sums(t, f, form(fmt.Sprintf(`function_call_duration_seconds_bucket{function=%q}`, name), "le", "30s", "1h"), from, to, 30*time.Second)
		if len(got) != len(want.Buckets) {
			t.Errorf("%s: %d buckets, want %d: %v", key, len(got), len(want.Buckets), got)
		}
		for _, b := range want.Buckets {
			le := strings.TrimSuffix(fmt.Sprintf("%g", b.UpperBound), ".0")
			if math.IsInf(b.UpperBound, 1) {
				le = "+Inf"
			} else if !strings.Contains(le, ".") {
				le += ".0" // as Prometheus 3 spells it
			}
			if n, found := got[fmt.Sprintf(`{le=%q}`, le)]; !found || n != b.Count {
				t.Errorf("%s le=%s: got %d (%v), want %d", key, le, n, found, b.Count)
			}
		}
		counts := sums(t, f, form(fmt.Sprintf(`function_call_duration_seconds_count{function=%q}`, name), "function", "30s", "1h"), from, to, 30*time.Second)
		for _, n := range counts {
			if n != want.Total {
				t.Errorf("%s: count grew by %d, want %d", key, n, want.Total)
			}
		}
	}
}

func TestOnlyEventsBehindAProcessLastScrapeAreLost(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	from := now.AddDate(0, 0, -30)
	for _, fn := range f.Functions() {
		exact, seen := truth(t, f, fn.Key(), from, now), observed(t, f, fn.Key(), from, now)
		lost := float64(exact.Total-seen.Total) / float64(exact.Total)
		allowed := 0.0005
		if fn.Name == "index-document" {
			allowed = 0.02 // it crashes every half hour, and half a scrape is lost each time
		}
		if lost < -1e-6 || lost > allowed {
			t.Errorf("%s: %d events, %d to be seen (%.4f%% lost)", fn.Key(), exact.Total, seen.Total, lost*100)
		}
	}
}

func TestTruthIsConsistentWithItself(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	for _, fn := range f.Functions() {
		t.Run(fn.Key(), func(t *testing.T) {
			var parts int64
			for hour := range 24 * 8 {
				from := now.Add(-time.Duration(hour+1) * time.Hour)
				c := truth(t, f, fn.Key(), from, from.Add(time.Hour))
				parts += c.Total
				checkCounts(t, c, fn)
			}
			if whole := truth(t, f, fn.Key(), now.AddDate(0, 0, -8), now); whole.Total != parts {
				t.Errorf("8 days are %d, their hours %d", whole.Total, parts)
			}
		})
	}
}

func checkCounts(t *testing.T, c fleet.Counts, fn fleet.Function) {
	t.Helper()
	var codes, gateways int64
	for _, n := range c.ByCode {
		if n < 0 {
			t.Errorf("negative count of a code: %v", c.ByCode)
		}
		codes += n
	}
	for _, byCode := range c.ByGateway {
		for _, n := range byCode {
			gateways += n
		}
	}
	if codes != c.Total || len(fn.Gateways) > 0 && gateways != c.Total {
		t.Errorf("%d calls, %d by code, %d by gateway", c.Total, codes, gateways)
	}
	if !slices.IsSortedFunc(c.Buckets, func(a, b fleet.Bucket) int { return int(a.Count - b.Count) }) {
		t.Errorf("buckets cross: %v", c.Buckets)
	}
	if last := c.Buckets[len(c.Buckets)-1]; last.Count != c.Total || !math.IsInf(last.UpperBound, 1) {
		t.Errorf("the last bucket is %v of %d calls", last, c.Total)
	}
}

func TestSkippingUnreadSamplesChangesNoValue(t *testing.T) {
	all, few := newFleet(t, fleet.Options{Seed: 5}), newFleet(t, fleet.Options{Seed: 5, SkipUnread: true})
	end := now.Add(2 * time.Minute) // also beyond what can be read
	for _, query := range []string{
		form(`function_calls_total{service=~"media|billing"}`, "function, code", "1h", "1h"),
		form(`function_calls_total{service=~"search|reports|auth"}`, "instance, code", "5m", "1h"),
		form(`function_calls_total{function="index-document"}`, "instance, code", "30s", "1h"),
		`last_over_time(function_call_duration_seconds_bucket{function="login",le=~"0\\.5|\\+Inf"}[1h])`,
		`timestamp(last_over_time(up[20s] offset 7s))`,
		`last_over_time(function_calls_total{code="503"}[2m] @ 1773800000)`,
		`sum_over_time(last_over_time(function_calls_total{code="200",service="auth"}[1m] offset 10s)[5m:37s])`,
		`last_over_time(function_calls_total{job="onboarding"}[1h]) unless last_over_time(function_calls_total[1h] offset 1h)`,
		`last_over_time(process_start_time_seconds{job="search"}[5m:1m])`,
		`resets(function_calls_total[65m])`,
		`sum by (function, le) (resets(function_call_duration_seconds_bucket{service=~"media|search"}[2m] offset 7s)) > 0`,
		`resets(function_call_duration_seconds{function="query"}[11m])`,
		`resets(up[1h]) or resets(function_backlog[10m])`,
	} {
		for _, step := range []time.Duration{time.Hour, 17 * time.Minute, 30 * time.Second} {
			start := end.Add(-30 * step)
			want, _ := exec(t, all, query, start, end, step)
			got, _ := exec(t, few, query, start, end, step)
			if diff := cmp.Diff(want.String(), got.String()); diff != "" || len(want) == 0 && step == time.Hour {
				t.Errorf("%s at %s, %d series: %s", query, step, len(want), diff)
			}
		}
	}
}

// The native histogram of a function says of every bucket what is observable.
func TestNativeHistogramsAreWhatIsObservable(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	to := now.Truncate(time.Minute)
	from := to.Add(-3 * time.Hour)
	want := observed(t, f, "search/query", from, to)
	const query = `function_call_duration_seconds{function="query"}`
	grew := fmt.Sprintf(`((last_over_time(%[1]s[30s]) - last_over_time(%[1]s[1h] offset 30s)) and resets(%[1]s[3630s]) == resets(%[1]s[1h] offset 30s) or last_over_time(%[1]s[30s]))`, query)
	for _, b := range want.Buckets {
		if math.IsInf(b.UpperBound, 1) {
			continue
		}
		under := fmt.Sprintf(`sum by (function) (histogram_fraction(0, %g, %[2]s) * histogram_count(%[2]s))`, b.UpperBound, grew)
		got := sums(t, f, fmt.Sprintf("round(%s)", under), from, to, 30*time.Second)
		if n := got[`{function="query"}`]; n != b.Count {
			t.Errorf("%d calls at or under %g s, want %d", n, b.UpperBound, b.Count)
		}
	}
	got := sums(t, f, fmt.Sprintf(`histogram_count(sum by (function) (%s))`, grew), from, to, 30*time.Second)
	if n := got[`{function="query"}`]; n != want.Total || n == 0 {
		t.Errorf("%d calls, want %d", n, want.Total)
	}
	if classic := sums(t, f, `sum by (function) (last_over_time(function_call_duration_seconds_bucket{function="query"}[30s]))`, from, to, 30*time.Second); len(classic) != 0 {
		t.Errorf("there are classic buckets besides: %v", classic)
	}
}
