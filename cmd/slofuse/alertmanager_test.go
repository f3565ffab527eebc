package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/notify/webhook"
	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/internal/testbin"
)

// TestE2ERealAlertmanagersAreToldOnce hands one incident to two Alertmanagers: both
// know it, the one with a receiver tells once that it fires and once that it
// ended, and a restart of slofuse in between tells nobody anything.
func TestE2ERealAlertmanagersAreToldOnce(t *testing.T) {
	binary := testbin.Alertmanager(t)
	told := make(chan webhook.Body, 100)
	sink := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body webhook.Body
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		told <- body
	}))
	t.Cleanup(sink.Close)
	urls := runAlertmanagers(t, binary, sink.URL)

	// The service lives 14 minutes ago, so that its slots need not be waited for,
	// and what ends there has ended for Alertmanager, whose clock nobody moves.
	clock := newClock(time.Now().Add(-14 * time.Minute))
	prom := newBackend(t, fleet.Options{Seed: 1, Now: clock.Now})
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "slos", "quick.yaml"), quickFile)
	config := configuration{backend: prom.URL, storage: filepath.Join(dir, "slofuse.db"), extra: fmt.Sprintf(
		"route: {receiver: am}\nreceivers: [{name: am, alertmanager_configs: [{urls: [%q, %q]}]}]\n", urls[0], urls[1])}
	file := config.write(t, dir)
	s := &story{running: start(t, file, clock.Now), clock: clock, prom: prom, serviceName: "checkout", function: "create-order"}
	s.round()
	s.breakIt()
	for s.pass(4); s.alert().Alert.State != "firing"; {
		s.pass(1)
	}
	page := await(t, told, s.log)
	if page.Status != "firing" || len(page.Alerts) != 1 || page.Alerts[0].Labels["severity"] != "page" || page.Alerts[0].Labels["function"] != "create-order" {
		t.Fatalf("Alertmanager tells %+v", page)
	}

	for _, u := range urls {
		if _, body := get(t, u+"/api/v2/alerts"); strings.Count(body, `"fingerprint"`) != 1 || !strings.Contains(body, page.Alerts[0].Fingerprint) {
			t.Errorf("%s knows %s", u, body)
		}
	}
	s.stop()
	s.running = start(t, file, clock.Now) // which refreshes what they know
	quiet(t, told, 4*time.Second)         // many times what Alertmanager waits before it tells
	incidents, err := s.engine.Incidents(t.Context(), 1)
	if err != nil || len(incidents) != 1 {
		t.Fatal(incidents, err)
	}
	if _, err := s.engine.Resolve(t.Context(), incidents[0].ID, "ana", "", true); err != nil {
		t.Fatal(err)
	}
	end := await(t, told, s.log)
	if end.Status != "resolved" || end.Alerts[0].Fingerprint != page.Alerts[0].Fingerprint {
		t.Errorf("Alertmanager tells %+v", end)
	}
	quiet(t, told, 3*time.Second)
}

func await(t *testing.T, told <-chan webhook.Body, log fmt.Stringer) webhook.Body {
	t.Helper()
	select {
	case body := <-told:
		return body
	case <-time.After(patience):
		t.Fatalf("Alertmanager told nobody:\n%s", log)
		return webhook.Body{}
	}
}

// quiet waits and requires that nothing is told.
func quiet(t *testing.T, told <-chan webhook.Body, wait time.Duration) {
	t.Helper()
	select {
	case body := <-told:
		t.Errorf("Alertmanager at %s tells %s of %v", body.ExternalURL, body.Status, body.Alerts)
	case <-time.After(wait):
	}
}

// runAlertmanagers starts two instances that know nothing of each other, of which
// the first tells a webhook, and returns their URLs when they listen.
func runAlertmanagers(t *testing.T, binary, sink string) (urls []string) {
	t.Helper()
	for _, receiver := range []string{fmt.Sprintf("{name: sink, webhook_configs: [{url: %q}]}", sink), "{name: sink}"} {
		dir := t.TempDir()
		config := filepath.Join(dir, "alertmanager.yml")
		writeFile(t, config, "route: {receiver: sink, group_by: [incident], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}\nreceivers: ["+receiver+"]\n")
		listen := strings.TrimPrefix(nobody(t), "http://")
		p := run(t, binary, nil, "--config.file="+config, "--storage.path="+filepath.Join(dir, "data"), "--web.listen-address="+listen, "--cluster.listen-address=")
		p.log.await(t, "Listening on")
		urls = append(urls, "http://"+listen)
	}
	return urls
}
