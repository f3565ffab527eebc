package prom_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
)

var charges = []slo.Selector{{Metric: "calls_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: `a"b`}}}, {Metric: "seconds_bucket"}}

func TestExemplarsAreAskedForOnceAndReadWhole(t *testing.T) {
	url, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.FormValue("query"); got != `calls_total{function="a\"b"} or seconds_bucket` || r.FormValue("start") == "" || r.FormValue("end") == "" {
			t.Errorf("query %q from %q to %q", got, r.FormValue("start"), r.FormValue("end"))
		}
		_, _ = w.Write([]byte(`{"status":"success","data":[
			{"seriesLabels":{"__name__":"calls_total","code":"503"},"exemplars":[{"labels":{"trace_id":"abc"},"value":"1","timestamp":1772366399.5}]},
			{"seriesLabels":{"__name__":"seconds_bucket","le":"5"},"exemplars":[{"labels":{},"value":"3.25","timestamp":1772366400}]}]}`))
	})
	got, err := client(t, url, nil).Exemplars(t.Context(), charges, lastDay, 1<<20)
	if err != nil || requests.Load() != 1 {
		t.Fatalf("error %v after %d requests", err, requests.Load())
	}
	want := []slo.Exemplar{
		{Time: time.UnixMilli(1772366399500).UTC(), Value: 1, Labels: map[string]string{"trace_id": "abc"}, Series: map[string]string{"__name__": "calls_total", "code": "503"}},
		{Time: time.Unix(1772366400, 0).UTC(), Value: 3.25, Labels: map[string]string{}, Series: map[string]string{"__name__": "seconds_bucket", "le": "5"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestExemplarsThatAreNotToBeHad: a server that fails is not asked again, and an answer
// over the limit of the question is refused although the client would take it.
func TestExemplarsThatAreNotToBeHad(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   prom.Kind
	}{
		"not known":  {http.StatusNotFound, "404 page not found", prom.BadAnswer},
		"down":       {http.StatusServiceUnavailable, "", prom.Unavailable},
		"too much":   {http.StatusOK, `{"status":"success","data":[],"x":"` + strings.Repeat("x", 2000) + `"}`, prom.TooMuch},
		"not JSON":   {http.StatusOK, `<html>`, prom.BadAnswer},
		"other type": {http.StatusOK, `{"status":"success","data":{"resultType":"vector"}}`, prom.BadAnswer},
	} {
		url, requests := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		})
		list, err := client(t, url, nil).Exemplars(t.Context(), charges, lastDay, 1000)
		if err == nil || prom.KindOf(err) != c.kind || len(list) > 0 || requests.Load() != 1 {
			t.Errorf("%s: %v of kind %s after %d requests, with %d exemplars", name, err, prom.KindOf(err), requests.Load(), len(list))
		}
	}
}
