package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/internal/config"
)

// A socket is open for each app-level token of the configuration in force, and
// for no other.
func TestSocketsFollowTheConfiguration(t *testing.T) {
	opened := make(chan string, 10)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		opened <- r.Header.Get("Authorization")
		_, _ = io.WriteString(w, `{"ok":false,"error":"invalid_auth"}`) // it is tried again in minutes
	}))
	defer api.Close()
	s := &service{serviceOptions: serviceOptions{slackAPI: api.URL, log: slog.New(slog.DiscardHandler), now: time.Now}, registry: prometheus.NewRegistry()}
	b, err := newButtons(s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	with := func(tokens ...string) []config.Receiver {
		var r config.Receiver
		for _, token := range tokens {
			r.Slack = append(r.Slack, config.Slack{AppToken: config.Credential{Inline: config.Secret(token)}})
		}
		return []config.Receiver{r}
	}
	for _, step := range []struct {
		tokens []string
		opens  string
	}{{[]string{"a", "a"}, "Bearer a"}, {[]string{"a", "b"}, "Bearer b"}, {nil, ""}, {[]string{"a"}, "Bearer a"}} {
		b.configure(with(step.tokens...))
		b.follow(ctx, <-b.wanted, &running)
		if step.opens == "" {
			continue
		}
		select {
		case got := <-opened:
			if got != step.opens {
				t.Errorf("with %v a socket is opened for %q, want %q", step.tokens, got, step.opens)
			}
		case <-time.After(patience):
			t.Fatalf("with %v no socket is opened", step.tokens)
		}
	}
	stop()
	running.Wait()
	if len(opened) != 0 {
		t.Errorf("%d sockets too many", len(opened))
	}
}

func TestTheButtonOfAMessageSilencesTheFunction(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	_, page := s.burn()
	incident, desk := page.body.Incident.ID, slackResponder{s.service}
	told, err := desk.Silence(t.Context(), incident, "ana (Slack U1)", time.Hour)
	if err != nil || !strings.Contains(told, "Nobody hears of checkout/create-order until "+s.clock.Now().UTC().Add(time.Hour).Format("15:04 UTC")) {
		t.Errorf("told %q, %v", told, err)
	}
	s.pass(1)
	muted := s.alert().Alert.MutedBy
	if len(muted) != 1 || muted[0].By != "ana (Slack U1)" || muted[0].Reason != "pressed in Slack, on incident "+incident {
		t.Errorf("muted by %+v", muted)
	}
	if _, err := desk.Silence(t.Context(), "inc-0", "ana (Slack U1)", time.Hour); err == nil {
		t.Error("an incident that is not there can be silenced")
	}
	entries, err := s.audit.Entries(t.Context(), 0, 2)
	if err != nil || len(entries) != 2 || entries[0].Outcome != audit.Failed || entries[1].Action != "silence" || entries[1].Target != incident || entries[1].Actor != "ana (Slack U1)" {
		t.Errorf("audit %+v, %v", entries, err)
	}
}
