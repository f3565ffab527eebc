package webhook_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/alerting/notify/webhook"
)

func crowd(n int) (many []alerting.Notification) {
	for i := range n {
		one := notifytest.Page()
		one.EventID, one.Incident.ID, one.Incident.Function = fmt.Sprint("evt", i), fmt.Sprint("inc", i), fmt.Sprint("function-", i)
		one.Facts = slices.Clone(one.Facts)
		one.Facts[0].ID.Function = one.Incident.Function
		many = append(many, one)
	}
	return many
}

func TestADigestHasEveryIncidentWithItsEventID(t *testing.T) {
	var body webhook.Digest
	var ids []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(text, &body); err != nil || len(text) > 300_000 {
			t.Errorf("%d bytes: %v", len(text), err)
		}
		ids = append(ids, r.Header.Get("Webhook-Id"))
	}))
	defer server.Close()
	n := newNotifier(t, webhook.Config{URL: notify.SecretText(server.URL)})
	many := crowd(n.Digests().Most)
	refs, err := n.NotifyMany(t.Context(), many)
	if err != nil || len(refs) != len(many) {
		t.Fatalf("NotifyMany() = %d references, %v", len(refs), err)
	}
	for i, told := range body.Incidents {
		if told.EventID != many[i].EventID || told.ID != many[i].Incident.ID || told.Status != "firing" || told.Severity != "page" {
			t.Fatalf("incident %d is %+v", i, told)
		}
	}
	if len(body.Incidents) != 100 || len(body.Alerts) != 100 || body.Version != "4" || body.Status != "firing" || body.Incident != nil || body.SLO != nil {
		t.Errorf("%d incidents, %d alerts in version %s", len(body.Incidents), len(body.Alerts), body.Version)
	}
	if body.Title != "PAGE · 100 incidents burn" || body.CommonLabels["service"] != "checkout" || body.CommonLabels["function"] != "" {
		t.Errorf("%s with the labels %v", body.Title, body.CommonLabels)
	}
	slices.Reverse(many)
	if _, err := n.NotifyMany(t.Context(), many); err != nil || ids[0] != ids[1] {
		t.Errorf("the same notifications went as %v, %v", ids, err)
	}
	if _, err := n.NotifyMany(t.Context(), many[1:]); err != nil || ids[2] == ids[1] {
		t.Errorf("others went as %v, %v", ids, err)
	}
}
