package slo_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"testing/quick"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// history makes known hours from one instant to another.
func history(from, to time.Time, count func(start time.Time) int64) []slo.Hour {
	var out []slo.Hour
	for t := from; t.Before(to); t = t.Add(time.Hour) {
		out = append(out, slo.Hour{Start: t, Total: count(t), Counted: time.Hour})
	}
	return out
}

func TestTheForecastGoesByTheHourOfTheWeek(t *testing.T) {
	// Monday 2026-11-02 to Monday 2026-11-30: four weeks.
	begin, now := instant(t, "2026-11-02T00:00:00Z"), instant(t, "2026-11-30T00:00:00Z")
	office := func(start time.Time) int64 { // 100 an hour on weekdays from 9 to 17, else 10
		if start.Weekday() != time.Saturday && start.Weekday() != time.Sunday && start.Hour() >= 9 && start.Hour() < 17 {
			return 100
		}
		return 10
	}
	growing := func(start time.Time) int64 { return int64(start.Sub(begin).Hours()/168) * 10 } // 0, 10, 20, 30: 15 on average
	for _, tc := range []struct {
		what     string
		past     []slo.Hour
		from, to string
		expected float64
	}{
		{"a working day", history(begin, now, office), "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z", 8*100 + 16*10},
		{"a Sunday", history(begin, now, office), "2026-12-06T00:00:00Z", "2026-12-07T00:00:00Z", 240},
		{"a week", history(begin, now, office), "2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z", 5*960 + 2*240},
		{"a quarter of an hour", history(begin, now, office), "2026-11-30T09:15:00Z", "2026-11-30T09:30:00Z", 25},
		{"across the edge of an hour", history(begin, now, office), "2026-11-30T08:30:00Z", "2026-11-30T09:30:00Z", 5 + 50},
		{"nothing is left", history(begin, now, office), "2026-11-30T09:00:00Z", "2026-11-30T09:00:00Z", 0},
		{"the mean of four weeks", history(begin, now, growing), "2026-11-30T00:00:00Z", "2026-11-30T02:00:00Z", 30},
		{"one day is known: other days are like it", history(begin, begin.Add(day), office), "2026-11-08T00:00:00Z", "2026-11-09T00:00:00Z", 960},
		{"two hours are known: all are like them", history(begin.Add(8*time.Hour), begin.Add(10*time.Hour), office), "2026-11-08T20:00:00Z", "2026-11-08T22:00:00Z", 2 * 55},
		{"nothing is known", nil, "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z", 0},
	} {
		t.Run(tc.what, func(t *testing.T) {
			p := slo.NewPattern(tc.past, time.UTC)
			if got := p.Expect(instant(t, tc.from), instant(t, tc.to)); math.Abs(got-tc.expected) > 1e-9 {
				t.Errorf("%v, want %v", got, tc.expected)
			}
			if want := time.Duration(len(tc.past)) * time.Hour; p.Known() != want {
				t.Errorf("known is %s, want %s", p.Known(), want)
			}
		})
	}
}

func TestWhatIsNotKnownTeachesNothing(t *testing.T) {
	begin := instant(t, "2026-11-02T00:00:00Z")
	past := history(begin, begin.Add(2*7*day), func(time.Time) int64 { return 60 })
	for i := range past[:7*24] {
		past[i].Total, past[i].Counted = 0, 0 // an outage of a week
	}
	p := slo.NewPattern(past, time.UTC)
	if got := p.Expect(begin, begin.Add(day)); got != 24*60 {
		t.Errorf("expected %v, want %v", got, 24*60)
	}
	if p.Known() != 7*day {
		t.Errorf("known is %s", p.Known())
	}
}

func TestAnHourThatWasCountedInPartCountsByThatPart(t *testing.T) {
	monday := instant(t, "2026-11-02T09:00:00Z")
	const week = 7 * 24 * time.Hour
	next := instant(t, "2026-11-30T09:00:00Z")
	for _, tc := range []struct {
		what     string
		past     []slo.Hour
		expected float64 // in the hour of the week that follows
		known    time.Duration
	}{
		{"20 minutes of 10 calls", []slo.Hour{{Start: monday, Total: 10, Counted: 20 * time.Minute}}, 30, 20 * time.Minute},
		{"half an hour weighs half", []slo.Hour{
			{Start: monday, Total: 100, Counted: time.Hour},
			{Start: monday.Add(week), Total: 20, Counted: 30 * time.Minute},
		}, 120 / 1.5, 90 * time.Minute},
		{"a part of another hour of the day", []slo.Hour{
			{Start: monday, Total: 100, Counted: time.Hour},
			{Start: monday.Add(week + time.Hour), Total: 1, Counted: time.Minute},
		}, 100, 61 * time.Minute},
		{"nothing was counted", []slo.Hour{{Start: monday, Total: 100}}, 0, 0},
	} {
		p := slo.NewPattern(tc.past, time.UTC)
		if got := p.Expect(next, next.Add(time.Hour)); math.Abs(got-tc.expected) > 1e-9 || p.Known() != tc.known {
			t.Errorf("%s: %v are expected from %s, want %v from %s", tc.what, got, p.Known(), tc.expected, tc.known)
		}
	}
}

func TestTheHourOfTheWeekIsThatOfTheClock(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	nine := func(start time.Time) int64 { // calls at 9 o'clock in Berlin, winter and summer
		if start.In(berlin).Hour() == 9 {
			return 100
		}
		return 0
	}
	now := instant(t, "2026-03-29T00:00:00Z") // an hour before the clock goes forward
	p := slo.NewPattern(history(now.Add(-28*day), now, nine), berlin)
	if got := p.Expect(instant(t, "2026-03-30T07:00:00Z"), instant(t, "2026-03-30T08:00:00Z")); got != 100 {
		t.Errorf("at 9 in summer time %v are expected, want 100", got)
	}
	from, to := slo.CalendarWindow(slo.Month, berlin).Bounds(now)
	if got := p.Expect(from, to); got != 31*100 {
		t.Errorf("in a March of 743 hours %v are expected, want %v", got, 31*100)
	}
	back := instant(t, "2026-10-25T01:00:00Z") // from 3 to 2 o'clock: 2 comes twice, 9 once
	from, to = slo.CalendarWindow(slo.Week, berlin).Bounds(back)
	if got := p.Expect(from, to); got != 7*100 || to.Sub(from) != 169*time.Hour {
		t.Errorf("in a week of %s %v are expected, want %v", to.Sub(from), got, 7*100)
	}
}

func TestConstantTrafficIsForecastExactly(t *testing.T) {
	now := instant(t, "2026-11-23T03:00:00Z")
	property := func(rate uint32, pick uint8, after, length uint32) bool {
		past := history(now.Add(-28*day), now, func(time.Time) int64 { return int64(rate) })
		p := slo.NewPattern(past, zone(t, zones[int(pick)%len(zones)]))
		from := now.Add(time.Duration(after%(92*86400)) * time.Second)
		span := time.Duration(length%(92*86400)) * time.Second
		want := float64(rate) * span.Hours()
		return math.Abs(p.Expect(from, from.Add(span))-want) <= 1e-9*max(want, 1)
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 200}); err != nil {
		t.Error(err)
	}
}

func TestForecastsOfPartsAddUp(t *testing.T) {
	now := instant(t, "2026-11-23T03:00:00Z")
	property := func(seed uint64, pick uint8, a, b uint32) bool {
		r := rand.New(rand.NewPCG(seed, 1))
		past := history(now.Add(-28*day), now, func(time.Time) int64 { return r.Int64N(1_000_000) })
		for i := range past {
			past[i].Counted = time.Duration(r.IntN(4)) * 20 * time.Minute
		}
		p := slo.NewPattern(past, zone(t, zones[int(pick)%len(zones)]))
		middle := now.Add(time.Duration(a%(46*86400)) * time.Second)
		end := middle.Add(time.Duration(b%(46*86400)) * time.Second)
		whole := p.Expect(now, end)
		return math.Abs(p.Expect(now, middle)+p.Expect(middle, end)-whole) <= 1e-9*max(whole, 1)
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 200}); err != nil {
		t.Error(err)
	}
}
