package starter

import (
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Facts are what was found about one service.
type Facts struct {
	Service, Owner string
	Schema         string // where editors find the schema; empty: nowhere
	At             time.Time
	Lookback       time.Duration // how far back was measured
	Found          []Found
}

// Found is an instrument with what it has counted.
type Found struct {
	Instrument
	Matchers  []slo.Matcher // pick the service; beside them an SLI selects the function
	Functions []Function
}

// Function is what was measured of one function.
type Function struct {
	Name          string
	Calls, Failed float64
	Bounds        []Bound // of its histogram, rising; none: no durations are known
}

// Bound says which share of calls took no longer.
type Bound struct {
	Upper time.Duration
	Share float64
}

// period is the window of what is proposed.
const period = 30 * 24 * time.Hour

// perPeriod is how many calls a period has, going by what was measured.
func (f Facts) perPeriod(calls float64) float64 {
	return calls * period.Hours() / f.Lookback.Hours()
}

// usual are the objectives that are proposed, in tenths of a percent: nothing above
// three nines, whatever was measured, since a promise has to leave room for change.
var usual = []int{999, 995, 990, 980, 970, 950, 900, 850, 800, 700, 600, 500}

// room is how many bad events an objective has to allow in a period: with fewer, a
// handful of failures is the whole budget.
const room = 20

// Objective is what can be proposed where a share of so many calls of a period was
// good: the share rounded down to a usual objective, and lower where there are few
// calls. In tenths of a percent; false: nothing can.
func Objective(share, calls float64) (int, bool) {
	i := slices.IndexFunc(usual, func(o int) bool {
		return share*1000 >= float64(o)-1e-6 && calls*float64(1000-o)/1000 >= room
	})
	if i < 0 {
		return 0, false
	}
	return usual[i], true
}

// Threshold is the bound of a histogram that 99 % of the calls keep; where none is
// high enough, the last one.
func Threshold(bounds []Bound) (Bound, bool) {
	usable := slices.DeleteFunc(slices.Clone(bounds), func(b Bound) bool {
		written, err := time.ParseDuration(slo.FormatLatency(b.Upper))
		return err != nil || written != b.Upper || b.Upper <= 0 || math.IsNaN(b.Share)
	})
	if len(usable) == 0 {
		return Bound{}, false
	}
	i := slices.IndexFunc(usable, func(b Bound) bool { return b.Share >= mostFast })
	if i < 0 {
		i = len(usable) - 1
	}
	return usable[i], true
}
