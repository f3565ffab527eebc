package slo

import "time"

// ForecastFrom is how much of the past a [Pattern] is made of: four of each hour
// of the week.
const ForecastFrom = 28 * 24 * time.Hour

// Hour is what an hour of the past counted.
type Hour struct {
	Start   time.Time     // on a whole hour of UTC
	Total   int64         // counts
	Counted time.Duration // how much of it they are of; 0: they say nothing
}

// Pattern is how many counts an hour of the week has by experience. Hours of the
// week are those that the clock of a location shows.
type Pattern struct {
	in      *time.Location
	ofWeek  [7 * 24]mean
	ofDay   [24]mean
	overall mean
}

// mean is the average of some hours. One that was counted in part weighs less.
type mean struct {
	sum     int64
	counted time.Duration
}

func (m *mean) add(h Hour) {
	m.sum += h.Total
	m.counted += h.Counted
}

// NewPattern learns from the hours that were counted, in any order.
func NewPattern(past []Hour, in *time.Location) *Pattern {
	p := &Pattern{in: in}
	for _, h := range past {
		if h.Counted <= 0 {
			continue
		}
		week, day := p.slot(h.Start)
		p.ofWeek[week].add(h)
		p.ofDay[day].add(h)
		p.overall.add(h)
	}
	return p
}

// slot is the hour of the week, from Sunday 0 o'clock, and the hour of the day.
func (p *Pattern) slot(t time.Time) (week, day int) {
	t = t.In(p.in)
	return int(t.Weekday())*24 + t.Hour(), t.Hour()
}

// Known is how much of the past the pattern knows; 0 forecasts nothing.
func (p *Pattern) Known() time.Duration { return p.overall.counted }

// Expect is how many counts are to be expected between two instants: for each
// hour what the same hour of the week had on average; where that is not known,
// the same hour of the day; else the average of all. Forecasts of adjacent spans
// add up. It is 0 when [Pattern.Known] is.
func (p *Pattern) Expect(from, to time.Time) float64 {
	var counts float64
	for from.Before(to) {
		hour := from.Truncate(time.Hour)
		end := hour.Add(time.Hour)
		if end.After(to) {
			end = to
		}
		counts += p.hourly(hour) * end.Sub(from).Hours()
		from = end
	}
	return counts
}

// hourly is the expectation for the hour that begins at an instant.
func (p *Pattern) hourly(start time.Time) float64 {
	week, day := p.slot(start)
	for _, m := range []mean{p.ofWeek[week], p.ofDay[day], p.overall} {
		if m.counted > 0 {
			return float64(m.sum) / m.counted.Hours()
		}
	}
	return 0
}
