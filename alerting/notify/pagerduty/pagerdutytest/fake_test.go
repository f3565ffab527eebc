package pagerdutytest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/notify/pagerduty/pagerdutytest"
)

var (
	key   = strings.Repeat("k", pagerdutytest.KeyLength)
	other = strings.Repeat("o", pagerdutytest.KeyLength)
)

func body(routingKey, action, dedup, summary, severity string) []byte {
	out, _ := json.Marshal(map[string]any{
		"routing_key": routingKey, "event_action": action, "dedup_key": dedup,
		"payload": map[string]string{"summary": summary, "source": "checkout", "severity": severity},
	})
	return out
}

func fake(now func() time.Time) *pagerdutytest.Fake { return pagerdutytest.New(now) }

func noon() time.Time { return time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC) }

// What one call is answered. Sources: the parameters and their lengths are in
// https://developer.pagerduty.com/docs/events-api-v2/trigger-events/, the answers
// and the 512 KB in https://developer.pagerduty.com/docs/events-api-v2/overview/.
func TestACallIsAnsweredAsDocumented(t *testing.T) {
	for name, tc := range map[string]struct {
		body []byte
		want int
	}{
		"a trigger is accepted":                    {body(key, "trigger", "d", "s", "critical"), http.StatusAccepted},
		"a trigger without a key is accepted":      {body(key, "trigger", "", "s", "info"), http.StatusAccepted},
		"a resolve needs no payload":               {[]byte(`{"routing_key":"` + key + `","event_action":"resolve","dedup_key":"d"}`), http.StatusAccepted},
		"a resolve needs a key":                    {body(key, "resolve", "", "s", "info"), http.StatusBadRequest},
		"a routing key has 32 characters":          {body(key[1:], "trigger", "d", "s", "info"), http.StatusBadRequest},
		"there are three actions":                  {body(key, "close", "d", "s", "info"), http.StatusBadRequest},
		"there are four severities":                {body(key, "trigger", "d", "s", "page"), http.StatusBadRequest},
		"a summary is required":                    {body(key, "trigger", "d", "", "info"), http.StatusBadRequest},
		"a summary may have 1024 characters":       {body(key, "trigger", "d", strings.Repeat("ä", 1024), "info"), http.StatusAccepted},
		"a summary may not have 1025 characters":   {body(key, "trigger", "d", strings.Repeat("s", 1025), "info"), http.StatusBadRequest},
		"a dedup key may have 255 characters":      {body(key, "trigger", strings.Repeat("d", 255), "s", "info"), http.StatusAccepted},
		"a dedup key may not have 256 characters":  {body(key, "trigger", strings.Repeat("d", 256), "s", "info"), http.StatusBadRequest},
		"a body may not be larger than 512 KB":     {[]byte(strings.Repeat(" ", 512<<10+1)), http.StatusBadRequest},
		"what is not JSON is refused and not kept": {[]byte("{"), http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			f := fake(noon)
			if got, problem := f.Take(tc.body); got != tc.want {
				t.Errorf("answered %d %s, want %d", got, problem, tc.want)
			}
			if alerts := f.Process(); (len(alerts) > 0) != (tc.want == http.StatusAccepted && !strings.Contains(string(tc.body), "resolve")) {
				t.Errorf("alerts = %+v", alerts)
			}
		})
	}
}

// What events become. Source: "Alert De-Duplication" and "Event Action Behavior"
// in https://developer.pagerduty.com/docs/events-api-v2/trigger-events/.
func TestEventsBecomeAlertsAsDocumented(t *testing.T) {
	type call struct{ routing, action, dedup string }
	for name, tc := range map[string]struct {
		calls   []call
		want    []string // routing key's first letter, dedup key and status of each alert
		dropped int
	}{
		"triggers of one key fold into one alert": {[]call{{key, "trigger", "a"}, {key, "trigger", "a"}}, []string{"ka triggered"}, 0},
		"keys tell alerts apart":                  {[]call{{key, "trigger", "a"}, {key, "trigger", "b"}}, []string{"ka triggered", "kb triggered"}, 0},
		"without a key each trigger is an alert":  {[]call{{key, "trigger", ""}, {key, "trigger", ""}}, []string{"k triggered", "k triggered"}, 0},
		"a trigger after a resolve opens anew":    {[]call{{key, "trigger", "a"}, {key, "resolve", "a"}, {key, "trigger", "a"}}, []string{"ka resolved", "ka triggered"}, 0},
		"a resolve without an open alert is dropped": {
			[]call{{key, "resolve", "a"}, {key, "trigger", "a"}, {key, "resolve", "a"}, {key, "resolve", "a"}}, []string{"ka resolved"}, 2,
		},
		"an acknowledgement without an open alert is dropped": {[]call{{key, "acknowledge", "a"}}, nil, 1},
		"a trigger does not take an acknowledgement back":     {[]call{{key, "trigger", "a"}, {key, "acknowledge", "a"}, {key, "trigger", "a"}}, []string{"ka acknowledged"}, 0},
		"a resolve under another routing key is dropped":      {[]call{{key, "trigger", "a"}, {other, "resolve", "a"}}, []string{"ka triggered"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := fake(noon)
			for _, c := range tc.calls {
				if got, problem := f.Take(body(c.routing, c.action, c.dedup, "s", "critical")); got != http.StatusAccepted {
					t.Fatalf("answered %d %s", got, problem)
				}
			}
			var got []string
			for _, a := range f.Process() {
				got = append(got, a.RoutingKey[:1]+a.DedupKey+" "+a.Status)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || f.Dropped != tc.dropped {
				t.Errorf("%d dropped, want %d\n%s", f.Dropped, tc.dropped, diff)
			}
		})
	}
}

// A 202 says that an event was taken, not that anything happened. Source: "a
// highly available asynchronous API" in
// https://developer.pagerduty.com/docs/events-api-v2/overview/.
func TestAcceptedIsNotProcessed(t *testing.T) {
	f := fake(noon)
	for _, action := range []string{"resolve", "acknowledge"} {
		if got, _ := f.Take(body(key, action, "nothing", "", "")); got != http.StatusAccepted {
			t.Errorf("%s of nothing is answered %d, want it accepted and dropped later", action, got)
		}
	}
	if f.Dropped != 0 || len(f.Process()) != 0 || f.Dropped != 2 {
		t.Errorf("%d dropped", f.Dropped)
	}
}

// The documentation names no number: it adjusts its throttle and asks for a few
// minutes of back-off after a 429 (the page "overview" above). PagerDuty's staff
// says 120 a minute and integration key:
// https://community.pagerduty.com/forum/t/which-rate-limit-of-rest-api-is-correct/3322
func TestARoutingKeyMayBeCalled120TimesAMinute(t *testing.T) {
	at := noon()
	f := fake(func() time.Time { return at })
	trigger := body(key, "trigger", "a", "s", "info")
	for i := range 120 {
		if got, _ := f.Take(trigger); got != http.StatusAccepted {
			t.Fatalf("call %d is answered %d", i+1, got)
		}
	}
	if got, _ := f.Take(trigger); got != http.StatusTooManyRequests {
		t.Errorf("call 121 is answered %d", got)
	}
	if got, _ := f.Take(body(other, "trigger", "a", "s", "info")); got != http.StatusAccepted {
		t.Errorf("another key is answered %d", got)
	}
	at = at.Add(time.Minute)
	if got, _ := f.Take(trigger); got != http.StatusAccepted {
		t.Errorf("a minute later it is answered %d", got)
	}
}
