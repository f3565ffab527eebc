package main

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// A gate is answered from the last round only where that summed up what it asks about.
func TestARoundAnswersAGateWhoseWindowsItHas(t *testing.T) {
	round := slo.Assessment{Burns: []slo.WindowSum{{Length: 5 * time.Minute}, {Length: time.Hour}, {Length: 6 * time.Hour}}}
	for _, tc := range []struct {
		gate time.Duration
		want bool
	}{{time.Hour, true}, {6 * time.Hour, false}, {time.Minute, false}} { // a twelfth of 6h was not summed up
		if got := sums(round, slo.Gate{Window: tc.gate}.Windows()); got != tc.want {
			t.Errorf("a gate over %s: %v", tc.gate, got)
		}
	}
	if !sums(round, nil) {
		t.Error("who asks for no window is not answered")
	}
	if sums(slo.Assessment{}, []time.Duration{time.Hour}) {
		t.Error("a round that knows nothing answers")
	}
}
