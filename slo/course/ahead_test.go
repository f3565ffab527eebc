package course_test

import (
	"math"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
)

const day = 24 * time.Hour

// burning is an SLO of 99.9 % over 30 days with a million calls: 1,000 may be bad.
func burning(bad int64, hourBad, sixBad int64) slo.Assessment {
	return slo.Assessment{
		Objective: three, AsOf: noon, State: slo.StateOK,
		Window: slo.WindowSum{Length: 30 * day, From: noon.Add(-30 * day), To: noon, Counts: slo.Counts{Total: 1_000_000, Bad: bad}, Coverage: 1},
		Burns: []slo.WindowSum{
			{Length: time.Hour, Counts: slo.Counts{Total: 10_000, Bad: hourBad}, Coverage: 1},
			{Length: 6 * time.Hour, Counts: slo.Counts{Total: 60_000, Bad: sixBad}, Coverage: 1},
		},
	}
}

func month(a slo.Assessment, expected int64, end time.Time) slo.Assessment {
	a.Window.Calendar, a.Window.PeriodEnd, a.Window.Expected, a.Window.ForecastFrom = slo.Month, end, expected, 28*day
	a.Window.From = end.Add(-30 * day)
	return a
}

func TestProject(t *testing.T) {
	tests := map[string]struct {
		of    slo.Assessment
		known bool
		to    time.Duration // from now
		left  float64
		rest  float64
		exh   bool
		end   bool
	}{
		// Half is left; at 10 times it lasts 0.5 × 30 d / 10 = 36 h.
		"to where it is spent": {burning(500, 100, 0), true, 36 * time.Hour, 0.5, 0, true, false},
		// At 0.2 times, 7.5 d take 0.2 × 7.5 / 30 = 0.05.
		"a slow one ends in a quarter of the window": {burning(500, 0, 12), true, 180 * time.Hour, 0.5, 0.45, false, false},
		"what burns nothing stays":                   {burning(500, 0, 0), true, 180 * time.Hour, 0.5, 0.5, false, false},
		// 2,000 are allowed of which 500 are gone. At twice the rate 6 d take 2 × 6 / 30 = 0.4.
		"a period ends it":           {month(burning(500, 20, 0), 1_000_000, noon.Add(6*day)), true, 6 * day, 0.75, 0.35, false, true},
		"spent within the period":    {month(burning(500, 100, 0), 1_000_000, noon.Add(6*day)), true, 54 * time.Hour, 0.75, 0, true, false},
		"nothing is left to project": {burning(1000, 100, 0), false, 0, 0, 0, false, false},
		"an overspent one neither":   {burning(3000, 100, 0), false, 0, 0, 0, false, false},
		"no call in six hours":       {slo.Assessment{Objective: three, AsOf: noon, Window: burning(0, 0, 0).Window}, false, 0, 0, 0, false, false},
		"no forecast of the period": {func() slo.Assessment {
			a := month(burning(500, 20, 0), 0, noon.Add(6*day))
			a.Window.ForecastFrom = 0
			return a
		}(), false, 0, 0, 0, false, false},
		"a window that is still read": {func() slo.Assessment {
			a := burning(500, 20, 0)
			a.Window.Unread = time.Hour
			return a
		}(), false, 0, 0, 0, false, false},
		"data that is gone": {func() slo.Assessment {
			a := burning(500, 20, 0)
			a.State = slo.StateNoData
			return a
		}(), false, 0, 0, 0, false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, known := course.Project(test.of)
			if known != test.known {
				t.Fatalf("known %t, want %t", known, test.known)
			}
			if !known {
				return
			}
			if !p.From.Equal(noon) || !p.To.Equal(noon.Add(test.to)) || p.Exhausts != test.exh || p.EndOfPeriod != test.end {
				t.Errorf("from %s to %s, exhausts %t, ends with the period %t", p.From, p.To, p.Exhausts, p.EndOfPeriod)
			}
			if math.Abs(p.Left-test.left) > 1e-9 || math.Abs(p.Rest-test.rest) > 1e-9 {
				t.Errorf("from %v to %v, want %v to %v", p.Left, p.Rest, test.left, test.rest)
			}
		})
	}
}

func TestEarlier(t *testing.T) {
	month := slo.CalendarWindow(slo.Month, nil)
	tests := map[string]struct {
		window   slo.Window
		at       time.Time
		shift    time.Duration
		from, to time.Time
	}{
		"a rolling one": {slo.Window{Name: "7d", Length: 7 * day}, noon, 7 * day, time.Time{}, noon},
		"in the middle of a month": {
			month, time.Date(2026, 2, 11, 0, 0, 0, 0, time.UTC), 31 * day,
			time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 11, 0, 0, 0, 0, time.UTC),
		},
		"after a shorter month the last days have nothing to stand beside": {
			month, time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), 28 * day,
			time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			shift, from, to := course.Earlier(test.window, test.at)
			if shift != test.shift || !from.Equal(test.from) || !to.Equal(test.to) {
				t.Errorf("%s, from %s to %s", shift, from, to)
			}
		})
	}
}

func TestOutage(t *testing.T) {
	tests := map[string]struct {
		of    slo.Assessment
		known bool
		want  time.Duration
	}{
		// 0.1 % of 30 days are 43 m 12 s.
		"all is left":  {burning(0, 0, 0), true, 43*time.Minute + 12*time.Second},
		"half is left": {burning(500, 0, 0), true, 21*time.Minute + 36*time.Second},
		"none is left": {burning(1000, 0, 0), false, 0},
		"of a period":  {month(burning(500, 0, 0), 0, noon.Add(6*day)), true, 21*time.Minute + 36*time.Second},
		"no call":      {slo.Assessment{Objective: three, AsOf: noon}, false, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got, known := course.Outage(test.of); known != test.known || got != test.want {
				t.Errorf("%s, %t", got, known)
			}
		})
	}
}
