package fleet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/examples/fleet/promapi"
)

// now is a Wednesday afternoon.
var now = time.Date(2026, 3, 18, 14, 7, 23, 456e6, time.UTC)

func newFleet(tb testing.TB, o fleet.Options) *fleet.Fleet {
	tb.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return now }
	}
	f, err := fleet.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

var engine = promql.NewEngine(promql.EngineOpts{MaxSamples: 50_000_000, Timeout: time.Minute, EnableAtModifier: true})

// exec runs a range query and says how many samples it read.
func exec(tb testing.TB, f *fleet.Fleet, query string, start, end time.Time, step time.Duration) (promql.Matrix, int64) {
	tb.Helper()
	q, err := engine.NewRangeQuery(tb.Context(), f, nil, query, start, end, step)
	if err != nil {
		tb.Fatal(err)
	}
	res := q.Exec(promapi.MarkSteps(tb.Context(), query))
	if res.Err != nil {
		tb.Fatal(res.Err)
	}
	matrix, err := res.Matrix()
	if err != nil {
		tb.Fatal(err)
	}
	return matrix, q.Stats().Samples.TotalSamples
}

// counted runs an instant query whose result has one value per label set.
func counted(tb testing.TB, f *fleet.Fleet, query string, at time.Time) map[string]float64 {
	tb.Helper()
	matrix, _ := exec(tb, f, query, at, at, time.Minute)
	values := map[string]float64{}
	for _, s := range matrix {
		values[s.Metric.String()] = s.Floats[0].F
	}
	return values
}

func truth(tb testing.TB, f *fleet.Fleet, key string, from, to time.Time) fleet.Counts {
	tb.Helper()
	return count(tb, f.Truth, key, from, to)
}

func observed(tb testing.TB, f *fleet.Fleet, key string, from, to time.Time) fleet.Counts {
	tb.Helper()
	return count(tb, f.Observed, key, from, to)
}

func count(tb testing.TB, read func(string, string, time.Time, time.Time) (fleet.Counts, error), key string, from, to time.Time) fleet.Counts {
	tb.Helper()
	service, name, _ := strings.Cut(key, "/")
	c, err := read(service, name, from, to)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestTheFleetIsOneThatPeopleRecognise(t *testing.T) {
	f := newFleet(t, fleet.Options{})
	services := map[string]bool{}
	for _, fn := range f.Functions() {
		services[fn.Service] = true
		if fn.Limit <= 0 || fn.Allowed <= 0 || fn.Allowed >= 1 {
			t.Errorf("%s has no limit or allows no failure: %+v", fn.Key(), fn)
		}
	}
	if len(f.Functions()) < 14 || len(services) < 5 {
		t.Errorf("%d functions in %d services", len(f.Functions()), len(services))
	}
}

func TestOneSeedIsOneFleetAndAnotherSeedAnother(t *testing.T) {
	query := `sum by (function, code) (last_over_time(function_calls_total{service=~"auth|checkout|search"}[1h]))`
	first := counted(t, newFleet(t, fleet.Options{Seed: 7}), query, now)
	if diff := cmp.Diff(first, counted(t, newFleet(t, fleet.Options{Seed: 7}), query, now)); diff != "" {
		t.Errorf("the same seed differs: %s", diff)
	}
	if cmp.Equal(first, counted(t, newFleet(t, fleet.Options{Seed: 8}), query, now)) {
		t.Error("another seed is the same")
	}
}

func TestReadingInPiecesOrAtOnceIsTheSame(t *testing.T) {
	piecewise, atOnce := newFleet(t, fleet.Options{Seed: 7}), newFleet(t, fleet.Options{Seed: 7})
	for day := 30; day > 0; day-- { // grows the course day by day
		truth(t, piecewise, "search/query", now.AddDate(0, 0, -day), now.AddDate(0, 0, 1-day))
	}
	from := now.AddDate(0, 0, -30)
	if diff := cmp.Diff(truth(t, atOnce, "search/query", from, now), truth(t, piecewise, "search/query", from, now)); diff != "" {
		t.Error(diff)
	}
}

func TestTwoFleetsOfOneDayAgreeOnTheirPast(t *testing.T) {
	morning := newFleet(t, fleet.Options{Seed: 7, Now: func() time.Time { return now.Add(-10 * time.Hour) }})
	evening := newFleet(t, fleet.Options{Seed: 7})
	from, to := now.AddDate(0, 0, -30), now.Add(-11*time.Hour)
	for _, fn := range morning.Functions() {
		if diff := cmp.Diff(truth(t, morning, fn.Key(), from, to), truth(t, evening, fn.Key(), from, to)); diff != "" {
			t.Errorf("%s: %s", fn.Key(), diff)
		}
	}
}

func TestNothingNewerThanNowCanBeRead(t *testing.T) {
	f := newFleet(t, fleet.Options{})
	values := counted(t, f, `max(timestamp(last_over_time(up[10h]))) or max_over_time(vector(0)[1s:1s])`, now.Add(9*time.Hour))
	if len(values) == 0 {
		t.Fatal("nothing at all is visible")
	}
	matrix, _ := exec(t, f, `up`, now.Add(6*time.Minute), now.Add(time.Hour), time.Minute)
	if len(matrix) != 0 {
		t.Errorf("%d series are visible six minutes ahead", len(matrix))
	}
}

func TestUnknownFunctionsAreErrors(t *testing.T) {
	f := newFleet(t, fleet.Options{})
	for name, call := range map[string]func() error{
		"truth":    func() error { _, err := f.Truth("auth", "logout", now, now); return err },
		"observed": func() error { _, err := f.Observed("auth", "logout", now, now); return err },
		"start":    func() error { _, err := f.Start(fleet.Fault{Kind: fleet.Outage, Service: "auth"}, now); return err },
		"declared": func() error {
			_, err := fleet.New(fleet.Options{Faults: []fleet.Fault{{Kind: fleet.Outage, Service: "x", From: now}}})
			return err
		},
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), "unknown function") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
