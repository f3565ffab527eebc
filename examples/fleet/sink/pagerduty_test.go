package sink_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/examples/fleet/sink"
)

// TestThePageShowsWhatBecameOfPagerDutysAlerts sends an alert's whole life. What an
// event becomes is tested with the fake itself.
func TestThePageShowsWhatBecameOfPagerDutysAlerts(t *testing.T) {
	_, srv := server(t, 10)
	send := func(action, summary string) int {
		body := `{"routing_key":"` + strings.Repeat("k", 32) + `","event_action":"` + action + `","dedup_key":"d1","payload":{"summary":"` + summary + `","source":"checkout","severity":"critical"}}`
		answer, _ := post(t, srv.URL+sink.PagerDutyPath, "application/json", body, nil)
		return answer.StatusCode
	}
	for _, step := range []struct {
		action, summary string
		want            []string
	}{
		{"trigger", "charge-card <burns>", []string{"<b>triggered</b>", "<span>rings</span>", "charge-card &lt;burns&gt;", "critical", "d1"}},
		{"acknowledge", "", []string{"<b>acknowledged</b>", "rings nobody", "· acknowledge"}},
		{"resolve", "", []string{"<b>resolved</b>", "· resolve"}},
		{"trigger", "again", []string{"<b>resolved</b>", "<b>triggered</b>", "again"}},
	} {
		if status := send(step.action, step.summary); status != http.StatusAccepted {
			t.Fatalf("%s is answered %d", step.action, status)
		}
		html := fetch(t, srv.URL+"/?show=pagerduty")
		for _, want := range step.want {
			if !strings.Contains(html, want) {
				t.Errorf("after %s the page does not show %s", step.action, want)
			}
		}
	}
	if status := send("close", "s"); status != http.StatusBadRequest {
		t.Errorf("an unknown action is answered %d", status)
	}
	if html := fetch(t, srv.URL+"/?show=slack"); strings.Contains(html, "charge-card") {
		t.Error("it is among Slack's")
	}
}
