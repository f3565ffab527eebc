package prom_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/prom"
)

var lastDay = prom.Span{From: at.Add(-24 * time.Hour), To: at}

// TestAnIndexIsKnownToBeWhole: a list that a server cut says so, and so does one that
// is as long as was asked for.
func TestAnIndexIsKnownToBeWhole(t *testing.T) {
	for name, c := range map[string]struct {
		body  string
		limit int
		want  []map[string]string
		all   bool
	}{
		"all":         {`{"status":"success","data":[{"__name__":"calls","function":"pay"}]}`, 5, []map[string]string{{"__name__": "calls", "function": "pay"}}, true},
		"none":        {`{"status":"success","data":[]}`, 5, []map[string]string{}, true},
		"warned":      {`{"status":"success","data":[{"__name__":"a"}],"warnings":["results truncated due to limit"]}`, 1, []map[string]string{{"__name__": "a"}}, false},
		"not limited": {`{"status":"success","data":[{"__name__":"a"},{"__name__":"b"}]}`, 1, []map[string]string{{"__name__": "a"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(c.body)) })
			got, all, err := client(t, url, nil).Series(t.Context(), []string{"calls"}, lastDay, c.limit)
			if err != nil || all != c.all {
				t.Fatalf("all %v, error %v", all, err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAnIndexThatIsNotThereFails: once, without another try.
func TestAnIndexThatIsNotThereFails(t *testing.T) {
	url, requests := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	c := client(t, url, func(cfg *prom.Config) { cfg.Attempts = 3 })
	if _, err := c.Types(t.Context()); err == nil || requests.Load() != 1 {
		t.Errorf("error %v after %d requests", err, requests.Load())
	}
	if _, _, err := c.MetricNames(t.Context(), lastDay, 10); err == nil {
		t.Error("no error")
	}
	if _, _, err := c.LabelNames(t.Context(), "calls", lastDay, 10); err == nil {
		t.Error("no error")
	}
}

func TestTypesOfMetricsAreThoseOfAllTargets(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status":"success","data":{"calls":[{"type":"counter","help":"","unit":""},{"type":"gauge","help":"","unit":""}]}}`))
	})
	got, err := client(t, url, nil).Types(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"calls": {"counter", "gauge"}}, got); diff != "" {
		t.Error(diff)
	}
}
