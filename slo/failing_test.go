package slo_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// TestWhatFailsNow reads the shortest window, and says nothing where that says nothing.
func TestWhatFailsNow(t *testing.T) {
	burns := func(total, bad int64, coverage float64) []slo.WindowSum {
		return []slo.WindowSum{
			{Length: 5 * time.Minute, Counts: slo.Counts{Total: total, Bad: bad}, Coverage: coverage},
			{Length: time.Hour, Counts: slo.Counts{Total: 1000, Bad: 20}, Coverage: 1},
		}
	}
	for name, c := range map[string]struct {
		state slo.DataState
		burns []slo.WindowSum
		share float64
		known bool
	}{
		"most of it":         {slo.StateOK, burns(100, 92, 1), 0.92, true},
		"nothing":            {slo.StateOK, burns(100, 0, 1), 0, true},
		"half is known":      {slo.StateOK, burns(100, 10, 0.5), 0.1, true},
		"less than half":     {slo.StateOK, burns(100, 10, 0.4), 0, false},
		"no calls":           {slo.StateIdle, burns(0, 0, 1), 0, false},
		"data of before":     {slo.StateNoData, burns(100, 92, 1), 0, false},
		"nothing is counted": {slo.StateOK, nil, 0, false},
	} {
		share, window, known := (slo.Assessment{State: c.state, Burns: c.burns}).Failing()
		if share != c.share || known != c.known || known && window.Length != 5*time.Minute {
			t.Errorf("%s: %v of %v, known %t", name, share, window.Length, known)
		}
	}
}

func TestFormatFailing(t *testing.T) {
	for want, got := range map[string]string{
		"92% of calls failed in the last 5 minutes":                 slo.FormatFailing(0.92, "calls", "", "5m"),
		"None of the calls of the last 5 minutes failed":            slo.FormatFailing(0, "calls", "", "5m"),
		"None of the slots of the last hour were bad":               slo.FormatFailing(0, "slots", "were bad", "1h"),
		"12% of calls were too slow in the last minute":             slo.FormatFailing(0.12, "calls", "were too slow", "1m"),
		slo.FormatShare(1e-6) + " of calls failed in the last 5m1s": slo.FormatFailing(1e-6, "calls", "", "5m1s"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
