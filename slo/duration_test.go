package slo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func TestAPaceIsSaidAloud(t *testing.T) {
	for length, want := range map[time.Duration]string{
		5 * time.Minute: "5 minutes", time.Minute: "minute", 30 * time.Minute: "30 minutes", time.Hour: "hour", 6 * time.Hour: "6 hours",
		24 * time.Hour: "day", 72 * time.Hour: "3 days", 30 * time.Second: "30 seconds",
		90 * time.Minute: "1h30m", 250 * time.Millisecond: "250ms",
	} {
		if got := slo.AtPace(slo.FormatDuration(length)); got != "at the pace of the last "+want {
			t.Errorf("%s: %q, want the last %s", length, got, want)
		}
	}
}

// TestWhatIsNoLengthIsSaidAsItIs asks for windows that are called by a name.
func TestWhatIsNoLengthIsSaidAsItIs(t *testing.T) {
	for _, name := range []string{"", "month", "m", "1.5h", "é", "5µ"} {
		if got := slo.AtPace(name); !strings.HasSuffix(got, "last "+name) {
			t.Errorf("%q: %q", name, got)
		}
	}
}
