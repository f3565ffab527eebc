package evaluator

import (
	"math"
	"slices"
	"sync"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// hours are the whole hours of the time that forecasts look back over, up to an
// instant. Those before the first sample say nothing about what is to come, and of
// an hour of which a part was never read, or is excluded, the counts are of the other
// part.
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
	uncounted := e.cfg.Ledger.Missing(s.key, ledger.Span{From: from.Unix(), To: to.Unix()})
	for _, span := range e.cfg.Ledger.Touched(s.key, ledger.Span{From: from.Unix(), To: to.Unix()}, s.excluded...) {
		uncounted = uncounted.Add(span)
	}
	var out []slo.Hour
	for start := from.Add(time.Hour - 1).Truncate(time.Hour); !start.Add(time.Hour).After(to); start = start.Add(time.Hour) {
		sum := e.between(s, start, start.Add(time.Hour))
		hour := slo.Hour{Start: start, Total: sum.Total}
		if sum.Coverage >= slo.MinCoverage {
			hour.Counted = time.Hour - length(uncounted.Cut(ledger.Span{From: start.Unix(), To: start.Unix() + 3600}))
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
	// excluded is what of the past and the period is: it says nothing about what is to
	// come, and nothing is to come in it.
	excluded ledger.Spans
	now      float64 // counts of the hour itself
	later    float64 // and of those after it until the period's end
}

func newForecast(p *slo.Pattern, hour, end time.Time, excluded ledger.Spans) forecast {
	f := forecast{hour: hour, end: end, known: p.Known(), excluded: excluded}
	for _, span := range f.counted(hour, f.next()) {
		f.now += p.Expect(instant(span.From), instant(span.To))
	}
	for _, span := range f.counted(f.next(), end) {
		f.later += p.Expect(instant(span.From), instant(span.To))
	}
	return f
}

// counted is what between two instants is not excluded.
func (f forecast) counted(from, to time.Time) ledger.Spans {
	return f.excluded.Missing(ledger.Span{From: from.Unix(), To: to.Unix()})
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
	expected := f.later
	if whole := length(f.counted(f.hour, f.next())); whole > 0 {
		expected += f.now * (length(f.counted(asOf, f.next())).Seconds() / whole.Seconds())
	}
	sum.ForecastFrom, sum.Expected = f.known, int64(math.Round(expected))
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
	past := e.between(s, hour.Add(-slo.ForecastFrom), hour)
	excluded := s.excluded.Cut(ledger.Span{From: hour.Add(-slo.ForecastFrom).Unix(), To: end.Unix()})
	key := forecastKey{account: s.key, calendar: w.Calendar, location: w.Zone().String()}
	f.mu.Lock()
	made, ok := f.last[key]
	f.mu.Unlock()
	if ok && made.hour.Equal(hour) && made.end.Equal(end) && made.past == past && slices.Equal(made.excluded, excluded) {
		return made
	}
	made = newForecast(slo.NewPattern(e.hours(s, hour.Add(-slo.ForecastFrom), hour), w.Zone()), hour, end, excluded)
	made.past = past
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last[key] = made
	return made
}
