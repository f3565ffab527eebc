package promload_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/promload"
	"github.com/slofuse/slofuse/internal/testbin"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func small() promload.Fleet {
	return promload.Fleet{Functions: 21, Instances: 2, Codes: promload.UsualCodes, Buckets: promload.UsualBuckets, Scrape: 15 * time.Second}
}

func TestFleetHasWhatItPromises(t *testing.T) {
	seen := map[string]int{}
	for _, s := range small().Series() {
		seen[s.Labels.Get("__name__")]++
		if v := s.Value(noon); v < 0 || v != float64(int64(v)) {
			t.Errorf("%s is %v", s.Labels, v)
		}
	}
	want := map[string]int{"up": 4, "process_start_time_seconds": 4, "function_calls_total": 21 * 2 * 3, "function_call_duration_seconds_bucket": 21 * 2 * 12}
	for name, n := range want {
		if seen[name] != n {
			t.Errorf("%d series of %s, want %d", seen[name], name, n)
		}
	}
}

// Counters grow within the life of a process, and the codes add up to the
// widest bucket, which counts the same calls.
func TestFleetCountersAgree(t *testing.T) {
	at := func(when time.Time) (calls, observed float64) {
		for _, s := range small().Series() {
			if s.Labels.Get("function") != "function-00003" {
				continue
			}
			switch {
			case s.Labels.Get("code") != "":
				calls += s.Value(when)
			case s.Labels.Get("le") == "+Inf":
				observed += s.Value(when)
			}
		}
		return calls, observed
	}
	for _, when := range []time.Time{noon, noon.Add(time.Hour), noon.Add(25 * time.Hour)} {
		calls, observed := at(when)
		if calls != observed || calls == 0 {
			t.Errorf("at %s: %v calls by code, %v observed", when, calls, observed)
		}
	}
}

func TestE2EAServerHoldsWhatWasWritten(t *testing.T) {
	server, err := promload.Start(t.Context(), promload.Options{Binary: testbin.Prometheus(t), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}()
	before, err := server.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := small().Write(t.Context(), server, noon.Add(-time.Hour), noon); err != nil {
		t.Fatal(err)
	}
	client, err := prom.New(prom.Config{Name: "main", URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Query(t.Context(), "sum(count_over_time(function_calls_total[1h]))", noon)
	if want := 21.0 * 2 * 3 * 240; err != nil || len(answer) != 1 || float64(answer[0].Value) != want {
		t.Errorf("%v samples, want %v (%v)", answer, want, err)
	}
	after, err := server.Usage(t.Context())
	if spent := after.Sub(before); err != nil || spent.Queries != 1 || spent.Samples != 21*2*3*240 || spent.Bytes == 0 {
		t.Errorf("one query of %d samples is measured as %+v (%v)", 21*2*3*240, spent, err)
	}
}

func TestExporterServesAllButUp(t *testing.T) {
	w := httptest.NewRecorder()
	small().Exporter(func() time.Time { return noon }).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if n := strings.Count(w.Body.String(), "\n"); n != len(small().Series())-4 {
		t.Errorf("%d lines for %d series", n, len(small().Series()))
	}
}

func TestRulesParse(t *testing.T) {
	var file struct {
		Groups []struct {
			Rules []struct{ Record, Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal([]byte(small().RuleFile()), &file); err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			rules++
			if _, err := parser.NewParser(parser.Options{}).ParseExpr(r.Expr); err != nil {
				t.Errorf("%s%s: %v", r.Record, r.Alert, err)
			}
		}
	}
	if want := 21 * (8 + 6 + 2); rules != want {
		t.Errorf("%d rules, want %d", rules, want)
	}
}
