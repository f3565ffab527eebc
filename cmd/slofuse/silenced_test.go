package main

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
)

// Who silences what burns is brought back to a page that says so, not to one of the
// slot before.
func TestASilenceIsSeenBeforeTheNextSlot(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.burn()
	matchers, err := suppress.ParseMatchers(`service="checkout"`)
	if err != nil {
		t.Fatal(err)
	}
	silence, err := s.announced.Silence(t.Context(), suppress.Silence{Matchers: matchers, StartsAt: s.now(), EndsAt: s.now().Add(time.Hour), Author: "Mia", Reason: "known"})
	if err != nil {
		t.Fatal(err)
	}
	held := func() bool {
		_, body := s.get("/incidents")
		return strings.Contains(body, "held back")
	}
	if !held() {
		t.Error("the incident is not held back")
	}
	if _, err := s.announced.ExpireSilence(t.Context(), silence.ID, "Mia"); err != nil {
		t.Fatal(err)
	}
	if held() {
		t.Error("it is held back by a silence that was ended")
	}
}
