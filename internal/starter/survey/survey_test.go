package survey_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/internal/starter"
	"github.com/slofuse/slofuse/internal/starter/survey"
	"github.com/slofuse/slofuse/internal/testbin"
	"github.com/slofuse/slofuse/slo"
)

// noon is when the tests ask; everything was scraped for two hours before it.
var noon = time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)

// counter scrapes a counter that grows by so much an hour.
func counter(into *promtest.Samples, perHour float64, pairs ...string) {
	for at := noon.Add(-2 * time.Hour); !at.After(noon); at = at.Add(time.Minute) {
		into.Append(labels.FromStrings(pairs...), at, perHour*at.Sub(noon.Add(-3*time.Hour)).Hours(), at)
	}
}

// world is what some teams scrape: a known instrumentation, counters of their own
// with words for how a call ended, and what counts no calls.
func world() *promtest.Samples {
	s := &promtest.Samples{}
	const known = "http_server_request_duration_seconds"
	for code, n := range map[string]float64{"200": 59_940, "500": 60} {
		counter(s, n, "__name__", known+"_count", "job", "shop", "http_route", "/cart/{id}", "http_response_status_code", code)
	}
	for le, n := range map[string]float64{"0.1": 30_000, "0.25": 59_700, "1": 59_999, "+Inf": 60_000} {
		counter(s, n, "__name__", known+"_bucket", "job", "shop", "http_route", "/cart/{id}", "le", le)
	}
	for result, n := range map[string]float64{"ok": 990, "failed": 10} {
		counter(s, n, "__name__", "worker_jobs_total", "service", "mails", "queue", "send", "result", result)
	}
	counter(s, 500, "__name__", "imports_total", "service", "mails", "task", "nightly", "outcome", "success")
	counter(s, 1, "__name__", "imports_total", "service", "mails", "task", "yearly", "outcome", "success")
	counter(s, 7, "__name__", "go_gc_total", "job", "shop", "function", "gc", "code", "200")
	counter(s, 7, "__name__", "bytes_total", "job", "shop", "function", "upload")
	return s
}

func client(t *testing.T, url string) *prom.Client {
	t.Helper()
	c, err := prom.New(prom.Config{Name: "test", URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func served(t *testing.T) *prom.Client {
	t.Helper()
	return client(t, promtest.Serve(t, world(), noon).URL)
}

func options(service string, by ...slo.Matcher) survey.Options {
	return survey.Options{Service: service, Select: by, At: noon, Lookback: time.Hour}
}

// brief is what is promised for: functions with their calls and failures, rounded.
type brief struct {
	Instrument, Histogram, Function string
	Failed                          slo.Matcher
	By                              []slo.Matcher
	Calls, Failures                 int
	Bound                           time.Duration
	Share                           int // per mille
}

func briefs(facts starter.Facts) []brief {
	var out []brief
	for _, found := range facts.Found {
		for _, f := range found.Functions {
			b := brief{Instrument: found.Metric(), Histogram: found.Duration.Histogram.Metric, Function: f.Name, By: found.Matchers, Calls: round(f.Calls), Failures: round(f.Failed)}
			if found.Preset == "" {
				b.Failed = found.Calls.Bad[0].Matchers[0]
			}
			if bound, ok := starter.Threshold(f.Bounds); ok {
				b.Bound, b.Share = bound.Upper, round(bound.Share*1000)
			}
			out = append(out, b)
		}
	}
	return out
}

func round(v float64) int { return int(math.Round(v)) }

var (
	shop  = []slo.Matcher{{Label: "job", Op: slo.MatchEqual, Value: "shop"}}
	mails = []slo.Matcher{{Label: "service", Op: slo.MatchEqual, Value: "mails"}}

	wantShop = []brief{{
		Instrument: "http_server_request_duration_seconds_count", Histogram: "http_server_request_duration_seconds", Function: "/cart/{id}",
		By: shop, Calls: 60_000, Failures: 60, Bound: 250 * time.Millisecond, Share: 995,
	}}
	wantMails = []brief{
		{Instrument: "worker_jobs_total", Function: "send", Failed: slo.Matcher{Label: "result", Op: slo.MatchEqual, Value: "failed"}, By: mails, Calls: 1000, Failures: 10},
		{Instrument: "imports_total", Function: "nightly", Failed: slo.Matcher{Label: "outcome", Op: slo.MatchNotEqual, Value: "success"}, By: mails, Calls: 500},
		{Instrument: "imports_total", Function: "yearly", Failed: slo.Matcher{Label: "outcome", Op: slo.MatchNotEqual, Value: "success"}, By: mails, Calls: 1},
	}
)

func TestLookFindsWhatCountsTheCallsOfAService(t *testing.T) {
	for service, want := range map[string][]brief{"shop": wantShop, "mails": wantMails} {
		facts, err := survey.Look(t.Context(), served(t), options(service))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, briefs(facts)); diff != "" || facts.Service != service || facts.Lookback != time.Hour {
			t.Error(service, facts.Service, facts.Lookback, diff)
		}
	}
}

// A real server answers the same questions with the same facts.
func TestE2EInitAsksPrometheus(t *testing.T) {
	c := client(t, promtest.Front(t, promtest.RunPrometheus(t, testbin.Prometheus(t), world()), noon).URL)
	for service, want := range map[string][]brief{"shop": wantShop, "mails": wantMails} {
		facts, err := survey.Look(t.Context(), c, options(service))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, briefs(facts)); diff != "" {
			t.Error(service, diff)
		}
	}
}

func TestLookAsksWhichServiceIsMeant(t *testing.T) {
	for name, service := range map[string]string{"none named": "", "one that there is not": "shopp"} {
		_, err := survey.Look(t.Context(), served(t), options(service))
		choice, ok := errors.AsType[*survey.Choice](err)
		if !ok || !slices.Equal(choice.Services, []string{"mails", "shop"}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLookTakesTheOnlyServiceThatIsSelected(t *testing.T) {
	facts, err := survey.Look(t.Context(), served(t), options("", shop...))
	if err != nil || facts.Service != "shop" || len(facts.Found) != 1 {
		t.Errorf("%+v, %v", facts, err)
	}
	facts, err = survey.Look(t.Context(), served(t), options("checkout", shop...))
	if err != nil || facts.Service != "checkout" || len(facts.Found) != 1 {
		t.Errorf("a name of one's own: %+v, %v", facts, err)
	}
	facts, err = survey.Look(t.Context(), served(t), options("", slo.Matcher{Label: "job", Op: slo.MatchEqual, Value: "nobody"}))
	if err != nil || len(facts.Found) != 0 {
		t.Errorf("nothing selected: %+v, %v", facts, err)
	}
}

func TestLookFailsWhenNobodyAnswers(t *testing.T) {
	server := promtest.Serve(t, world(), noon)
	server.Refuse(true)
	if facts, err := survey.Look(t.Context(), client(t, server.URL), options("shop")); err == nil {
		t.Errorf("found %+v", facts)
	}
}

// crowd answers for a counter of so many series, and keeps what it was asked.
type crowd struct {
	series float64
	asked  []string
}

func (c *crowd) Query(_ context.Context, query string, _ time.Time) (model.Vector, error) {
	c.asked = append(c.asked, query)
	sample := func(value float64, label, text model.LabelValue) model.Vector {
		return model.Vector{{Metric: model.Metric{model.LabelName(label): text}, Value: model.SampleValue(value)}}
	}
	switch {
	case strings.HasPrefix(query, "count(") && strings.Contains(query, "5.."):
		return sample(1, "", ""), nil // few fail
	case strings.HasPrefix(query, "count("):
		return sample(c.series, "", ""), nil
	case strings.Contains(query, "count by (code)"):
		return sample(1, "code", "200"), nil
	case strings.Contains(query, "count by (job)"):
		return sample(1, "job", "shop"), nil
	}
	return sample(10_000, "route", "/"), nil
}

func (c *crowd) MetricNames(context.Context, prom.Span, int) ([]string, bool, error) {
	return []string{"requests_total"}, true, nil
}

func (c *crowd) LabelNames(context.Context, string, prom.Span, int) ([]string, bool, error) {
	return []string{"code", "job", "route"}, true, nil
}

func TestLookAsksAboutLessWhereThereIsMuch(t *testing.T) {
	for series, want := range map[float64]time.Duration{
		100:       7 * 24 * time.Hour, // 40,320 scrapes each
		496:       7 * 24 * time.Hour,
		497:       24 * time.Hour,
		3_473:     6 * time.Hour,
		13_889:    time.Hour,
		83_334:    10 * time.Minute,
		5_000_000: 10 * time.Minute,
	} {
		c := &crowd{series: series}
		facts, err := survey.Look(t.Context(), c, survey.Options{At: noon, Lookback: 7 * 24 * time.Hour})
		if err != nil || facts.Lookback != want || len(facts.Found) != 1 {
			t.Errorf("%.0f series: measured over %s, want %s (%v)", series, facts.Lookback, want, err)
		}
		over := "[" + slo.FormatDuration(want) + "]"
		grown := slices.DeleteFunc(slices.Clone(c.asked), func(q string) bool { return !strings.Contains(q, "increase(") })
		if len(grown) != 2 || !strings.Contains(grown[0], over) || !strings.Contains(grown[1], over) {
			t.Errorf("%.0f series: all calls and those that failed are not of the same time: %q", series, grown)
		}
		if len(c.asked) > 10 {
			t.Errorf("%d questions about one counter", len(c.asked))
		}
	}
}
