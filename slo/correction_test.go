package slo_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func TestExclusion_says_how_much_is_excluded(t *testing.T) {
	for _, tc := range []struct {
		slots int
		want  string
	}{
		{0, ""},
		{1, "1 slot is excluded by maintenance"},
		{14, "14 slots are excluded by maintenance"},
		{86_400, "86,400 slots are excluded by maintenance"},
	} {
		x := slo.Exclusion{Slots: tc.slots, Time: time.Duration(tc.slots) * 30 * time.Second}
		if got := x.Phrase(); got != tc.want || x.Any() != (tc.slots > 0) {
			t.Errorf("%d: %q, %v, want %q", tc.slots, got, x.Any(), tc.want)
		}
	}
}

func TestWindowSum_as_measured_has_what_is_excluded(t *testing.T) {
	w := slo.WindowSum{
		Length: time.Hour, Counts: slo.Counts{Total: 9_000, Bad: 9}, BadSlots: 3, Coverage: 1,
		Excluded: slo.Exclusion{Slots: 12, Counts: slo.Counts{Total: 1_000, Bad: 991}, BadSlots: 10, Time: 6 * time.Minute, Share: 0.1},
	}
	want := slo.WindowSum{Length: time.Hour, Counts: slo.Counts{Total: 10_000, Bad: 1_000}, BadSlots: 13}
	if got := w.AsMeasured(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// The border is at a half: who excludes as much as is left still decides.
func TestWindowSum_decides_on_half_of_a_window(t *testing.T) {
	for share, want := range map[float64]bool{0: true, 0.5: true, 0.5000001: false, 1: false} {
		w := slo.WindowSum{Length: time.Hour, Coverage: 1, Excluded: slo.Exclusion{Share: share}}
		if w.Decides() != want {
			t.Errorf("%v excluded: decides %v", share, !want)
		}
	}
}
