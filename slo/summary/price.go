package summary

import (
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Price is what calls cost: sums of what both are known for.
type Price struct {
	Cost  float64 // in the unit of money
	Calls float64
	Known time.Duration // for how long both are known
}

// Add is the price of both, of one unit of money.
func (p Price) Add(o Price) Price {
	return Price{Cost: p.Cost + o.Cost, Calls: p.Calls + o.Calls, Known: p.Known + o.Known}
}

// PerThousand is what a thousand calls cost. It is unknown without calls.
func (p Price) PerThousand() (cost float64, known bool) {
	if p.Calls <= 0 {
		return 0, false
	}
	return p.Cost / p.Calls * 1000, true
}

// PriceOf adds up a signal of what a function spends per time, and its calls, over
// the steps in which both are known. Both histories are of the same steps.
func PriceOf(s Spending, spent []slo.SignalPoint, calls []slo.Point, step time.Duration) Price {
	var p Price
	for i, point := range spent {
		if i >= len(calls) || point.Value == nil || calls[i].Coverage < 1 || !calls[i].Time.Equal(point.Time) {
			continue
		}
		p.Cost += *point.Value * float64(step) / float64(s.Per)
		p.Calls += calls[i].Scale.Events(calls[i].Total)
		p.Known += step
	}
	return p
}

// Spending is the unit of a signal that says what something costs.
type Spending struct {
	Money string        // as written: €, USD
	Per   time.Duration // a value of 1 is one unit of money in that time
}

var times = map[string]time.Duration{
	"s": time.Second, "min": time.Minute, "h": time.Hour, "hour": time.Hour, "d": 24 * time.Hour, "day": 24 * time.Hour,
}

// SpendingOf reads the unit of a signal that is named cost: money per time, such as
// €/h or USD/day. What money is called is left to people.
func SpendingOf(s slo.Signal) (unit Spending, ok bool) {
	money, per, cut := strings.Cut(s.Unit, "/")
	length, known := times[strings.TrimSpace(per)]
	if s.Name != "cost" || !cut || !known || strings.TrimSpace(money) == "" {
		return Spending{}, false
	}
	return Spending{Money: strings.TrimSpace(money), Per: length}, true
}
