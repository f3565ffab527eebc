package slo

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

var durationUnits = []struct {
	name string
	size time.Duration
}{
	{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond},
}

// FormatDuration writes a duration as Prometheus and the SLO files do: "30d",
// "1h30m", "0s". What is below a millisecond is dropped.
func FormatDuration(d time.Duration) string {
	if d < 0 {
		return "-" + FormatDuration(-max(d, -math.MaxInt64)) // the smallest one has no positive counterpart
	}
	var b strings.Builder
	for _, unit := range durationUnits {
		if n := d / unit.size; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, unit.name)
			d -= n * unit.size
		}
	}
	if b.Len() == 0 {
		return "0s"
	}
	return b.String()
}

var spokenUnits = map[string]string{"d": "day", "h": "hour", "m": "minute", "s": "second"}

// AtPace says what a projection goes on with, for a window as [FormatDuration]
// writes it: "at the pace of the last 5 minutes", "at the pace of the last hour". It
// is said in the same words wherever people read it.
func AtPace(window string) string { return "at the pace of the last " + spoken(window) }

// spoken is a length of one unit as it is said aloud. Others stay as they are.
func spoken(length string) string {
	if length == "" {
		return length
	}
	n, err := strconv.Atoi(length[:len(length)-1])
	unit, known := spokenUnits[length[len(length)-1:]]
	switch {
	case err != nil || !known:
		return length
	case n == 1:
		return unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}
