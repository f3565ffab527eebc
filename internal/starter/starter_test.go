package starter_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/schema"
	"github.com/slofuse/slofuse/internal/schema/schematest"
	"github.com/slofuse/slofuse/internal/starter"
	"github.com/slofuse/slofuse/internal/yamlfmt"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file, and holds it to what every file that is
// written must be: sound, in the form of slofuse fmt, and what an editor takes.
func golden(t *testing.T, name, text string) slo.Set {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s (run with -update if that is meant):\n%s", name, diff)
	}
	formatted, err := yamlfmt.Format(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, string(formatted)); diff != "" {
		t.Errorf("slofuse fmt would change it:\n%s", diff)
	}
	if err := schematest.New(t, schema.SLO())(t, []byte(text)); err != nil {
		t.Errorf("an editor says: %v", err)
	}
	parsed, problems := spec.Parse([]spec.File{{Name: name, Data: []byte(text)}}, spec.Options{})
	if err := problems.Err(); err != nil {
		t.Errorf("slofuse check says: %v", err)
	}
	return parsed
}

// facts are those of a shop: a known instrumentation beside counters of its own.
func facts() starter.Facts {
	known := starter.Instruments([]string{"http_server_request_duration_seconds_count", "http_server_request_duration_seconds_bucket"})[0]
	jobs := starter.Instrument{
		Function: "queue", Fingerprint: []string{"result"},
		Calls: slo.Ratio{
			Total: []slo.Selector{{Metric: "jobs_total"}},
			Bad:   []slo.Selector{{Metric: "jobs_total", Matchers: []slo.Matcher{{Label: "result", Op: slo.MatchEqual, Value: "failed"}}}},
		},
		Duration: slo.Latency{Histogram: slo.Selector{Metric: "job_duration_seconds"}, Unit: time.Second},
	}
	shop := []slo.Matcher{{Label: "job", Op: slo.MatchEqual, Value: "shop: eu"}}
	bounds := []starter.Bound{{Upper: 100 * time.Millisecond, Share: 0.5}, {Upper: 250 * time.Millisecond, Share: 0.9951}, {Upper: time.Second, Share: 1}}
	return starter.Facts{
		Service: "shop: eu", Owner: "team-shop", Schema: "https://slo.example.com/schema/slo.json",
		At: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Lookback: 7 * 24 * time.Hour,
		Found: []starter.Found{
			{Instrument: known, Matchers: shop, Functions: []starter.Function{
				{Name: "/cart/{id}", Calls: 1_234_567, Failed: 370, Bounds: bounds},
				{Name: `GET "/" # 'all'`, Calls: 100_000, Failed: 700, Bounds: []starter.Bound{{Upper: time.Minute, Share: 0.934}}},
				{Name: "yes", Calls: 100_000},
				{Name: "a\ttab", Calls: 100_000},
				{Name: "/rare", Calls: 3, Failed: 1},
			}},
			{Instrument: jobs, Matchers: shop, Functions: []starter.Function{
				{Name: "mails", Calls: 5_000, Failed: 600, Bounds: bounds},
				{Name: "broken", Calls: 5_000, Failed: 4_000},
				{Name: "/cart/{id}", Calls: 5_000},
			}},
		},
	}
}

func TestWriteMakesAFileOfFacts(t *testing.T) {
	text, promised := starter.Write(facts())
	set := golden(t, "shop.golden.yaml", text)
	names := map[string]bool{}
	for _, s := range set.SLOs {
		names[s.ID.Function] = true
	}
	for _, function := range []string{"/cart/{id}", `GET "/" # 'all'`, "yes", "mails"} {
		if !names[function] {
			t.Errorf("no SLO is about %q", function)
		}
	}
	if promised != len(set.SLOs) {
		t.Errorf("%d SLOs are promised, and the file has %d", promised, len(set.SLOs))
	}
}

func TestWriteWithNothingToPromise(t *testing.T) {
	none := facts()
	none.Found = nil
	if _, promised := starter.Write(none); promised != 0 {
		t.Errorf("%d SLOs out of nothing", promised)
	}
}

func TestTemplateIsSound(t *testing.T) {
	set := golden(t, "template.golden.yaml", starter.Template("checkout", "team-checkout", ""))
	if len(set.SLOs) != 2 {
		t.Errorf("it has %d SLOs", len(set.SLOs))
	}
}

func TestObjectiveIsRoundedDownAndLeavesRoom(t *testing.T) {
	for _, tc := range []struct {
		share, calls float64
		want         int
	}{
		{1, 1e9, 999},
		{0.9995, 1e9, 999},
		{0.999, 1e9, 999},
		{0.99899, 1e9, 995},
		{0.9949, 1e9, 990},
		{0.901, 1e9, 900},
		{0.5, 1e9, 500},
		{0.49, 1e9, 0},
		{1, 20_000, 999}, // 20 failures are allowed
		{1, 19_999, 995},
		{1, 2_000, 990},
		{1, 200, 900},
		{1, 40, 500},
		{1, 39, 0},
	} {
		if got, ok := starter.Objective(tc.share, tc.calls); got != tc.want || ok != (tc.want > 0) {
			t.Errorf("Objective(%g, %g) = %d, %v, want %d", tc.share, tc.calls, got, ok, tc.want)
		}
	}
}

func TestThresholdIsTheBoundThatNearlyAllCallsKeep(t *testing.T) {
	b := func(upper time.Duration, share float64) starter.Bound {
		return starter.Bound{Upper: upper, Share: share}
	}
	for name, tc := range map[string]struct {
		bounds []starter.Bound
		want   time.Duration
	}{
		"the first at 99 %":              {[]starter.Bound{b(time.Second, 0.98), b(2*time.Second, 0.99), b(5*time.Second, 1)}, 2 * time.Second},
		"the last where none is":         {[]starter.Bound{b(time.Second, 0.5), b(2*time.Second, 0.9)}, 2 * time.Second},
		"none":                           {nil, 0},
		"one that can be written":        {[]starter.Bound{b(1234567*time.Microsecond, 0.995), b(2*time.Second, 1)}, 2 * time.Second},
		"no bound below nothing":         {[]starter.Bound{b(-time.Second, 1), b(time.Second, 1)}, time.Second},
		"no bound beyond what is a wait": {[]starter.Bound{b(time.Hour, 0.5), b(48*time.Hour, 1)}, time.Hour},
	} {
		got, ok := starter.Threshold(tc.bounds)
		if got.Upper != tc.want || ok != (tc.want > 0) {
			t.Errorf("%s: %v, %v, want %v", name, got.Upper, ok, tc.want)
		}
	}
}
