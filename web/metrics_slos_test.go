package web_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

// TestMetricsOfSLOs_hold_what_the_API_says: numbers where they are known, and no
// series where they are not.
func TestMetricsOfSLOs_hold_what_the_API_says(t *testing.T) {
	f := newFleet()
	body := get(t, f.server(t), "/metrics/slos").Body.String()
	for _, want := range []string{
		`slofuse_slo_objective_ratio{function="charge-card",service="checkout",slo="availability"} 0.999`,
		`slofuse_slo_data_state{function="charge-card",service="checkout",slo="availability",state="ok"} 1`,
		`slofuse_slo_error_budget_remaining_ratio{function="charge-card",service="checkout",slo="availability"} `,
		`slofuse_slo_events{function="charge-card",service="checkout",slo="availability",window="1h"} `,
		`slofuse_slo_bad_events{function="charge-card",service="checkout",slo="availability",window="1h"} `,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("there is no %s in\n%s", want, body)
		}
	}
	for id, a := range f.assessments {
		a.State, a.Reason = slo.StateSourceDown, "connection refused"
		f.assessments[id] = a
	}
	body = get(t, f.server(t), "/metrics/slos").Body.String()
	if strings.Contains(body, "remaining_ratio{") || strings.Contains(body, "slo_events{") {
		t.Errorf("numbers are shown that nobody knows:\n%s", body)
	}
	if !strings.Contains(body, `state="source_down"} 1`) {
		t.Errorf("nothing says why:\n%s", body)
	}
	f.assessments = nil
	if body = get(t, f.server(t), "/metrics/slos").Body.String(); !strings.Contains(body, `state="stale"} 1`) {
		t.Errorf("before the first round:\n%s", body)
	}
	f.err = errors.New("the ledger is closed")
	if w := get(t, f.server(t), "/metrics/slos"); w.Code != 500 {
		t.Errorf("an error: status %d %s", w.Code, w.Body)
	}
}
