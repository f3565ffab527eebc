package plan

import (
	"fmt"
	"time"
)

// A counter falls when its process starts again, and then to next to nothing. What
// falls again and again to more than half its value while its process lives on is
// a gauge, or a recorded sum from which a part went missing.
const (
	// FallsWithin is how long falls are remembered.
	FallsWithin = time.Hour
	fallsAsked  = 3   // so many of them in that time
	fallsShare  = 0.8 // and so many of all
)

// Falls asks which counters fell like no counter does, unaggregated and in vain
// but for what poses as one. None for a native histogram, whose resets are its
// own. The backend evaluates it over an hour: it is for few indicators.
func (g *Group) Falls(gr Grain) (query string, ok bool) {
	if g.native {
		return "", false
	}
	s := g.spokesman(g.selector())
	now, before := last(s, gr.Width, 0), last(s, gr.Lookback, gr.Width)
	span := fmt.Sprintf("[%dms:%s]", (FallsWithin - 500*time.Millisecond).Milliseconds(), seconds(gr.Width))
	fell := fmt.Sprintf("sum_over_time((%s < bool %s)%s)", now, before, span)
	little := fmt.Sprintf("sum_over_time(((%[1]s < bool %[2]s) * (%[1]s > bool 0.5 * %[2]s))%[3]s)", now, before, span)
	return fmt.Sprintf("(%s >= %d) >= %g * %s", little, fallsAsked, fallsShare, fell), true
}

// RestartsQuery asks which of these targets' processes started anew within the
// time that falls are remembered.
func RestartsQuery(targets []Target) string {
	return fmt.Sprintf("changes(%s[%s]) > 0", onTargets("process_start_time_seconds", targets), seconds(FallsWithin))
}
