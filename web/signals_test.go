package web_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// withSignals is a fleet with two signals of a function whose name needs escaping.
func withSignals() *fleet {
	f := newFleet()
	f.signals = []slo.Signal{
		{Service: "checkout", Function: "GET /cart/{id}", Name: "retries", Query: "sum(retries)", Unit: "retries/s", Description: "tries behind one answer"},
		{Service: "checkout", Function: "other", Name: "other", Query: "other"},
	}
	return f
}

const cart = "/checkout/GET%20%2Fcart%2F%7Bid%7D"

func TestSignalsOfAFunction(t *testing.T) {
	w := get(t, withSignals().server(t), "/api/v1/functions"+cart+"/signals?from=2026-03-01T11:55:00Z&to=2026-03-01T12:00:00Z&step=1m")
	var got api.Signals
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
		t.Fatal(w.Code, err)
	}
	if got.Step != "1m" || len(got.Signals) != 1 || len(got.Signals[0].Points) != 5 {
		t.Fatalf("%+v", got)
	}
	points := got.Signals[0].Points
	if points[0].Value != nil || *points[4].Value != 4 || !points[4].T.Equal(noon) {
		t.Errorf("points %+v", points)
	}
	got.Signals[0].Points = nil
	want := api.Signal{Name: "retries", Unit: "retries/s", Description: "tries behind one answer", Query: "sum(retries)"}
	if diff := cmp.Diff(want, got.Signals[0]); diff != "" {
		t.Error(diff)
	}
}

func TestSignalsAreAskedForByFunctionsThatAreThere(t *testing.T) {
	server := withSignals().server(t)
	for path, status := range map[string]int{
		"/api/v1/functions/flags/evaluate/signals":          http.StatusOK, // it has none
		"/api/v1/functions/checkout/other/signals":          http.StatusOK,
		"/api/v1/functions/checkout/nobody/signals":         http.StatusNotFound,
		"/api/v1/functions/checkout/other/signals?step=x":   http.StatusBadRequest,
		"/api/v1/functions/checkout/other/signals?limit=10": http.StatusBadRequest,
	} {
		if w := get(t, server, path); w.Code != status || strings.Contains(w.Body.String(), "null,\"signals\"") {
			t.Errorf("%s: status %d, want %d: %s", path, w.Code, status, w.Body)
		}
	}
}

func TestThePageOfAnSLOShowsTheSignalsOfItsFunction(t *testing.T) {
	f := withSignals()
	body := get(t, f.server(t), "/slos"+cart+"/availability").Body.String()
	for _, want := range []string{`data-signals="/api/v1/functions` + cart + `/signals"`, `data-signal="retries"`, "<b>19 retries/s</b>", "tries behind one answer"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	f.trouble = errors.New("more than one value")
	if body := get(t, f.server(t), "/slos"+cart+"/availability").Body.String(); !strings.Contains(body, "It is not read at present: more than one value") {
		t.Error("the page does not say that the signal fails")
	}
	if body := get(t, f.server(t), "/slos/flags/evaluate/availability").Body.String(); strings.Contains(body, "<h2>Signals</h2>") {
		t.Error("a function without signals has a section of them")
	}
}
