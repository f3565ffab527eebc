package evaluator

import (
	"math"
	"sync"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// hours are the whole hours of the time that forecasts look back over, up to an
// instant. Those before the first sample say nothing about what is to come, and of
// an hour of which a part was never read the counts are of the other part.
func (e *Evaluator) hours(s subject, from, to time.Time) []slo.Hour {
	first, _, seen := e.cfg.Ledger.Seen(s.key, to)
	if !seen {
		return nil
	}
	if read, ok := e.cfg.Ledger.ReadTo(s.key, to); ok {
		to = read // nothing is known of a future, however long it is
	}
	if first.After(from) {
		from = first
	}
	unread := e.cfg.Ledger.Missing(s.key, ledger.Span{From: from.Unix(), To: to.Unix()})
	var out []slo.Hour
	for start := from.Add(time.Hour - 1).Truncate(time.Hour); !start.Add(time.Hour).After(to); start = start.Add(time.Hour) {
		sum := e.cfg.Ledger.Sum(s.key, s.backend, start, start.Add(time.Hour))
		hour := slo.Hour{Start: start, Total: sum.Total}
		if sum.Coverage >= slo.MinCoverage {
			hour.Counted = time.Hour - length(unread.Cut(ledger.Span{From: start.Unix(), To: start.Unix() + 3600}))
		}
		out = append(out, hour)
	}
	return out
}

// forecast is what is to be expected of a calendar's period from an hour on. It
// changes when the hour does, or what is known of the past.
type forecast struct {
	hour  time.Time
	past  slo.WindowSum // that it was made from
	end   time.Time     // of the period
	known time.Duration
	now   float64 // counts of the hour itself
	later float64 // and of those after it until the period's end
}

func newForecast(p *slo.Pattern, hour, end time.Time) forecast {
	f := forecast{hour: hour, end: end, known: p.Known()}
	f.now, f.later = p.Expect(hour, f.next()), p.Expect(f.next(), end)
	return f
}

// next is where the hour ends, or the period in it.
func (f forecast) next() time.Time {
	next := f.hour.Add(time.Hour)
	if next.After(f.end) {
		return f.end
	}
	return next
}

// fill writes the forecast for an instant of its hour into a sum.
func (f forecast) fill(sum *slo.WindowSum, asOf time.Time) {
	left := f.next().Sub(asOf).Seconds() / f.next().Sub(f.hour).Seconds()
	sum.ForecastFrom, sum.Expected = f.known, int64(math.Round(f.now*left+f.later))
}

// forecasts keeps the last forecast of every account and window, since a round
// comes many times an hour.
type forecasts struct {
	mu   sync.Mutex
	last map[forecastKey]forecast
}

type forecastKey struct {
	account  string
	calendar slo.Calendar
	location string
}

// reset forgets everything.
func (f *forecasts) reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = map[forecastKey]forecast{}
}

// of is the forecast for the period that an instant lies in.
func (f *forecasts) of(e *Evaluator, s subject, w slo.Window, asOf time.Time) forecast {
	_, end := w.Bounds(asOf)
	hour := asOf.Truncate(time.Hour)
	past := e.cfg.Ledger.Sum(s.key, s.backend, hour.Add(-slo.ForecastFrom), hour)
	key := forecastKey{account: s.key, calendar: w.Calendar, location: w.Zone().String()}
	f.mu.Lock()
	made, ok := f.last[key]
	f.mu.Unlock()
	if ok && made.hour.Equal(hour) && made.end.Equal(end) && made.past == past {
		return made
	}
	made = newForecast(slo.NewPattern(e.hours(s, hour.Add(-slo.ForecastFrom), hour), w.Zone()), hour, end)
	made.past = past
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last[key] = made
	return made
}
