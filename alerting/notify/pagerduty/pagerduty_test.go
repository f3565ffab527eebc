package pagerduty_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/alerting/notify/pagerduty"
	"github.com/slofuse/slofuse/alerting/notify/pagerduty/pagerdutytest"
	"github.com/slofuse/slofuse/slo"
)

const routingKey = "canary-routing-key-of-32-bytes-x"

func newNotifier(t *testing.T, cfg pagerduty.Config) *pagerduty.Notifier {
	t.Helper()
	if cfg.RoutingKey == nil {
		cfg.RoutingKey = notify.SecretText(routingKey)
	}
	n, err := pagerduty.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestContract(t *testing.T) {
	notifytest.Suite{
		New: func(t *testing.T, url string, client *http.Client) notify.Notifier {
			return newNotifier(t, pagerduty.Config{URL: url, Client: client})
		},
		Accept:  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) },
		TooMany: 2 * time.Minute,
		Secrets: []string{routingKey},
	}.Run(t)
}

// inProcess hands requests to a handler without a network, so that time may stand
// still.
type inProcess struct{ http.Handler }

func (h inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// told sends notifications of one incident in turn, each with the reference of
// the one before, and returns what PagerDuty made of them.
func told(t *testing.T, cfg pagerduty.Config, notifications ...alerting.Notification) (*pagerdutytest.Fake, []pagerdutytest.Alert) {
	t.Helper()
	fake := pagerdutytest.New(time.Now)
	cfg.Client = &http.Client{Transport: inProcess{fake}}
	p := newNotifier(t, cfg)
	ref := ""
	for _, n := range notifications {
		n.Ref = ref
		var err error
		if ref, err = p.Notify(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	return fake, fake.Process()
}

func acked(n alerting.Notification) alerting.Notification {
	n.Kind, n.Loud = alerting.EventAcked, false
	n.Incident.State, n.Incident.AckedBy = alerting.IncidentAcked, "ana"
	return n
}

func quiet(n alerting.Notification) alerting.Notification {
	n.Kind, n.Loud = alerting.EventAlert, false
	return n
}

func notice(n alerting.Notification) alerting.Notification {
	n.Incident.Severity = slo.SeverityNone
	return n
}

func TestAnIncidentIsOneAlertAndEveryStateArrives(t *testing.T) {
	page, ticket, resolved := notifytest.Page(), notifytest.Ticket(), notifytest.Resolved()
	ackedAndMore := acked(page)
	ackedAndMore.Kind = alerting.EventAlert
	for name, tc := range map[string]struct {
		cfg  pagerduty.Config
		told []alerting.Notification
		want []string // status, severity, and how often it rang
	}{
		"a page":                         {told: []alerting.Notification{page}, want: []string{"triggered critical 1"}},
		"its end":                        {told: []alerting.Notification{page, resolved}, want: []string{"resolved critical 1"}},
		"a ticket":                       {told: []alerting.Notification{ticket}, want: []string{"triggered warning 1"}},
		"a ticket as configured":         {cfg: pagerduty.Config{TicketSeverity: "info"}, told: []alerting.Notification{ticket}, want: []string{"triggered info 1"}},
		"no tickets":                     {cfg: pagerduty.Config{TicketSeverity: "none"}, told: []alerting.Notification{ticket}},
		"no tickets, and then a page":    {cfg: pagerduty.Config{TicketSeverity: "none"}, told: []alerting.Notification{ticket, notifytest.Rise()}, want: []string{"triggered critical 1"}},
		"a rise":                         {told: []alerting.Notification{ticket, notifytest.Rise()}, want: []string{"triggered critical 2"}},
		"a notice":                       {told: []alerting.Notification{notice(ticket)}, want: []string{"triggered info 1"}},
		"an acknowledgement":             {told: []alerting.Notification{page, acked(page)}, want: []string{"acknowledged critical 1"}},
		"an acknowledgement in between":  {told: []alerting.Notification{acked(page)}, want: []string{"acknowledged critical 1"}},
		"news of what is acknowledged":   {told: []alerting.Notification{page, acked(page), ackedAndMore}, want: []string{"acknowledged critical 1"}},
		"a quiet change after it":        {told: []alerting.Notification{page, acked(page), quiet(page)}, want: []string{"acknowledged critical 1"}},
		"a cleared one rings anew":       {told: []alerting.Notification{page, acked(page), page}, want: []string{"resolved critical 1", "triggered critical 1"}},
		"burning again opens a new one":  {told: []alerting.Notification{page, resolved, page}, want: []string{"resolved critical 1", "triggered critical 1"}},
		"the end of what was not told":   {told: []alerting.Notification{resolved}},
		"acknowledged again after alone": {told: []alerting.Notification{page, acked(page), page, acked(page), resolved}, want: []string{"resolved critical 1", "resolved critical 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, alerts := told(t, tc.cfg, tc.told...)
				var got []string
				for _, a := range alerts {
					got = append(got, fmt.Sprint(a.Status, " ", a.Severity, " ", a.Rang))
					if a.DedupKey != page.Incident.Key {
						t.Errorf("the key is %s", a.DedupKey)
					}
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestAStormStaysBelowTheRateOfARoutingKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const incidents = 300
		all := make([]alerting.Notification, incidents)
		for i := range all {
			all[i] = notifytest.Page()
			all[i].Incident.Key = fmt.Sprint("key", i)
		}
		begin := time.Now()
		fake, alerts := told(t, pagerduty.Config{Limit: notify.NewLimiter(pagerduty.Pace(), time.Now)}, all...)
		if fake.Refused != 0 || len(alerts) != incidents {
			t.Errorf("%d calls were refused, %d alerts are open", fake.Refused, len(alerts))
		}
		if took := time.Since(begin); took > 170*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestAnEventSaysWhatAResponderNeeds(t *testing.T) {
	n := notifytest.Page()
	n.Incident.Deploy = &alerting.Deploy{Version: "v42", Status: "succeeded", By: "ci", StartsAt: n.DecidedAt}
	n.Incident.Affected = []alerting.Affected{{Service: "web", Function: "buy"}}
	previews := newNotifier(t, pagerduty.Config{}).Preview(n)
	encoded, err := json.MarshalIndent(previews, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"event_action": "trigger"`, `"routing_key": "\u003csecret\u003e"`, `"source": "checkout/charge-card"`, `"component": "charge-card"`,
		"PAGE · checkout/charge-card: 3.5% of calls failed in the last 5 minutes; availability 99.9% over 30d burning 20× (1h) / 35× (5m)", "code=503 × 205", "42% left",
		"https://runbooks.example.com/charge-card", "https://slo.example.com/incidents/inc_42", "v42 succeeded by ci", "web/buy", `"severity": "critical"`,
	} {
		if !strings.Contains(string(encoded), want) {
			t.Errorf("it does not say %s", want)
		}
	}
	if strings.Contains(string(encoded), routingKey) {
		t.Error("the preview holds the routing key")
	}
}

func TestHostileAndLongTextsStayWithinTheLimits(t *testing.T) {
	for _, text := range []string{strings.Repeat("ä", 20_000), "\x00\u202e<script>", strings.Repeat("x", 100_000)} {
		synctest.Test(t, func(t *testing.T) {
			n := notifytest.Hostile(text)
			n.Incident.Key = text
			for range 200 {
				n.Facts = append(n.Facts, n.Facts[0])
			}
			fake, alerts := told(t, pagerduty.Config{}, n)
			if fake.Refused != 0 || len(alerts) != 1 || utf8.RuneCountInString(alerts[0].Summary) > 1024 {
				t.Errorf("%d refused, alerts %d", fake.Refused, len(alerts))
			}
		})
	}
}

func TestARoutingKeyOfAnotherKindWaitsForAnOperator(t *testing.T) {
	p := newNotifier(t, pagerduty.Config{RoutingKey: notify.SecretText("too-short"), Client: &http.Client{Transport: inProcess{http.HandlerFunc(
		func(_ http.ResponseWriter, r *http.Request) { b, _ := io.ReadAll(r.Body); t.Errorf("sent %s", b) })}}})
	_, err := p.Notify(context.Background(), notifytest.Page())
	if failure := notify.Classify(err); failure.Kind != notify.KindBlocked || strings.Contains(failure.Reason, "too-short") {
		t.Errorf("Notify() = %v", err)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for want, cfg := range map[string]pagerduty.Config{
		"a routing key is required": {},
		"the URL is not":            {RoutingKey: notify.SecretText(routingKey), URL: "ftp://example.com"},
		"the severity of tickets":   {RoutingKey: notify.SecretText(routingKey), TicketSeverity: "page"},
	} {
		if _, err := pagerduty.New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New() = %v, want %q", err, want)
		}
	}
}

func TestTheLastDeployIsSaidAsFarAsItIsKnown(t *testing.T) {
	for want, d := range map[string]alerting.Deploy{
		"v42 rolled back by ci at ": {ID: "run-1", Version: "v42", Status: "rolled_back", By: "ci"},
		"v42 by ci at ":             {ID: "run-1", Version: "v42", By: "ci"},
		"run-1 at ":                 {ID: "run-1"},
	} {
		n := notifytest.Page()
		d.StartsAt = n.DecidedAt
		n.Incident.Deploy = &d
		encoded, err := json.Marshal(newNotifier(t, pagerduty.Config{}).Preview(n))
		if want := `"last_deploy":"` + want + n.DecidedAt.UTC().Format(time.RFC3339); err != nil || !strings.Contains(string(encoded), want) {
			t.Errorf("it does not say %s: %s", want, encoded)
		}
	}
}
