package main

import (
	"testing"
	"time"
)

func TestAServiceWhoseRoundsStandStillSaysSo(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	if got := s.alert().Data.State; got != "ok" {
		t.Fatalf("after a round it is %s", got)
	}
	s.clock.advance(60 * time.Second)
	if got := s.alert().Data.State; got != "ok" {
		t.Errorf("two slots later it is %s, want ok: a round may be late", got)
	}
	s.clock.advance(10 * time.Minute)
	if got := s.alert().Data; got.State != "stale" || got.Reason == "" {
		t.Errorf("without a round for 11 minutes it is %s (%s), want stale", got.State, got.Reason)
	}
}
