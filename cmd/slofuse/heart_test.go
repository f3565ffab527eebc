package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/heartbeat"
)

// TestTheHeartBeatsForAServiceThatDoesItsWork configures a receiver outside and
// reads from the service itself whether it does: rounds stop, and so does the beat.
func TestTheHeartBeatsForAServiceThatDoesItsWork(t *testing.T) {
	beats := make(chan string, 100)
	outside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { beats <- r.Method + " " + r.URL.Path }))
	defer outside.Close()
	s := newStory(t, configuration{extra: "heartbeats: [{name: outside, method: POST, url: '" + outside.URL + "/beat'}]\n"})
	limits := heartbeat.LimitsFor(s.step)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for s.pulse().Asked.IsZero() { // the sender begins beside the test
		<-again.C
	}
	if why := limits.Withheld(s.pulse(), s.clock.Now()); why != "" {
		t.Fatalf("withheld after a round: %s", why)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.heart.Run(ctx) }()
	select {
	case got := <-beats:
		if got != "POST /beat" {
			t.Errorf("the beat is %s", got)
		}
	case <-time.After(patience):
		t.Error("no beat")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	s.clock.advance(2*s.step + time.Second)
	if why := limits.Withheld(s.pulse(), s.clock.Now()); !strings.Contains(why, "round") {
		t.Errorf("without rounds it is withheld because %q", why)
	}
}
