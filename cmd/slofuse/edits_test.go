package main

import (
	"strings"
	"testing"
	"time"
)

// What is changed in a file is told on the pages, and makes no revision by itself.
func TestAReloadTellsWhatIsWrittenDifferently(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.pass(1)
	first, since, err := s.edits.Edits(t.Context(), wednesday.Add(-time.Hour), s.now())
	if err != nil || len(first) != 0 || since.IsZero() || since.After(s.now()) {
		t.Fatalf("at the first start: %+v since %s, %v", first, since, err)
	}
	s.edit("team-checkout", "team-orders")
	if got := s.SLOs()[0]; got.Revision != 1 || got.Owner != "team-orders" {
		t.Errorf("another owner made revision %d of %s", got.Revision, got.Owner)
	}
	s.clock.advance(2 * time.Minute)
	s.edit("team-checkout", "team-orders", "99.9%", "99.5%")
	for _, path := range []string{"/", "/functions/checkout/create-order", "/slos/checkout/create-order/availability"} {
		_, body := s.get(path)
		for _, want := range []string{"owner team-checkout → team-orders", "objective 99.9% → 99.5%", "quick.yaml:"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
		if strings.Count(body, "<b>objective 99.9% → 99.5%</b>") != 1 {
			t.Errorf("%s tells of one promise more than once", path)
		}
	}
}
