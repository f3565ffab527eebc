package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet/sink"
)

// TestDemoShowsThePageThatWasSent starts the demo as its user does and waits for
// what it promises: a dashboard with an incident, and its message in the sink,
// which can be acknowledged there as in Slack.
func TestDemoShowsThePageThatWasSent(t *testing.T) {
	t.Parallel()
	p := run(t, "slofuse", nil, "demo", "--web.listen-address", "127.0.0.1:0")
	p.log.await(t, "press Ctrl-C to stop")
	addressOf := func(page string) string {
		for line := range strings.Lines(p.log.String()) {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), page); ok && strings.Contains(rest, "http") {
				return strings.TrimSpace(rest)
			}
		}
		t.Fatalf("the demo does not say where its page %q is:\n%s", page, p.log)
		return ""
	}
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	deadline := time.Now().Add(2 * patience)
	for where, want := range map[string]string{pageSink: "charge-card", pageDashboard: "charge-card", pageControl: "charge-card"} {
		for {
			if _, body := get(t, addressOf(where)+"/"); strings.Contains(body, want) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%q never shows %s:\n%s", where, want, p.log)
			}
			<-again.C
		}
	}
	p.log.await(t, "The last hours are read, ")
	pressAcknowledge(t, addressOf(pageSink))
	for want, where := range map[string]string{`"acked_by":"you (Slack U`: addressOf(pageDashboard) + "/api/v1/incidents/" + pressedIncident(t, addressOf(pageSink)), "in the thread": addressOf(pageSink) + "/"} {
		for {
			if _, body := get(t, where); strings.Contains(body, want) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s never shows %s:\n%s", where, want, p.log)
			}
			<-again.C
		}
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("it does not stop in order: %v\n%s", err, p.log)
	}
}

// pressAcknowledge presses the button of the page as somebody would on the page of
// the sink.
func pressAcknowledge(t *testing.T, at string) {
	t.Helper()
	m := paged(t, at)
	form := url.Values{"channel": {m.ChannelID}, "ts": {m.TS}, "action": {"slofuse_ack"}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at+"/press", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if presses := paged(t, at).Presses; res.StatusCode != http.StatusOK || len(presses) != 1 || presses[0].Answer != "200" {
		t.Fatalf("status %d, pressed %+v", res.StatusCode, presses)
	}
}

// paged is the first message of the channel that is paged.
func paged(t *testing.T, at string) sink.Message {
	t.Helper()
	_, body := get(t, at+"/api/messages")
	for _, m := range unmarshal[struct{ Messages []sink.Message }](t, body).Messages {
		if m.Channel == "#on-call" && m.ThreadTS == "" {
			return m
		}
	}
	t.Fatalf("nobody was paged: %s", body)
	return sink.Message{}
}

var incidentLink = regexp.MustCompile(`/incidents/([0-9a-z-]+)`)

// pressedIncident is the incident that the page is about.
func pressedIncident(t *testing.T, at string) string {
	t.Helper()
	found := incidentLink.FindSubmatch(paged(t, at).Versions[0].Blocks)
	if found == nil {
		t.Fatal("the page links to no incident")
	}
	return string(found[1])
}
