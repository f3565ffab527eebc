package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestThePageThatExplainsAnSLO(t *testing.T) {
	server := newFleet().server(t)
	page := get(t, server, "/slos/checkout/charge-card/availability/explain")
	text := page.Body.String()
	for _, want := range []string{
		"Pages: fast (14.4 over 1h and 5m): burn rate 20.1 over 1h", "burn rate over 5m", "≥\u00a014.4", "(12,351.7 − 10,605) / 12,351.7",
		"sum_over_time(function_calls_total{function=&#34;charge-card&#34;}[30d:5m])", "By hand it may differ.", "4,000 events are spread over 20m",
		"grants a page",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if page.Code != http.StatusOK || strings.Contains(text, "NaN") {
		t.Errorf("status %d\n%s", page.Code, text)
	}
	then := get(t, server, "/slos/checkout/charge-card/availability/explain?at=2026-02-28T12:00:00Z").Body.String()
	if !strings.Contains(then, "without memory") || !strings.Contains(then, "Of the past no alert is remembered") {
		t.Error("the past is explained as if its alert were known")
	}
	if w := get(t, server, "/slos/checkout/charge-card/gone/explain"); w.Code != http.StatusNotFound {
		t.Errorf("status %d", w.Code)
	}
	if slo := get(t, server, "/slos/checkout/GET%20%2Fcart%2F%7Bid%7D/availability").Body.String(); !strings.Contains(slo, `href="/slos/checkout/GET%20%2Fcart%2F%7Bid%7D/availability/explain"`) {
		t.Error("the page of the SLO has no link to its explanation")
	}
}
