package evaluator_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

const day = 24 * time.Hour

// booked is an evaluator whose book holds what a function called in the days before
// hour0, in slots of a width up to some days ago and in hours before. Calls are those
// of the five minutes that end at an instant; none below 0, which are no sample.
func booked(t *testing.T, width time.Duration, hourly int, calls func(end time.Time) int64) (*evaluator.Evaluator, slo.SLO) {
	t.Helper()
	s := objective("charge")
	s.TrafficDrop = slo.SeverityTicket
	e, book := setUp(t, newScript("charge"), slo.Set{SLOs: []slo.SLO{s}}, nil)
	for at := hour0.Add(-25 * day); at.Before(hour0); {
		slot := width
		if hour0.Sub(at) > time.Duration(hourly)*day {
			slot = time.Hour
		}
		end := at.Add(slot)
		inc, ours := slo.Increment{End: end.Unix(), Width: int64(slot / time.Second)}, []slo.Increment(nil)
		for part := at.Add(5 * time.Minute); !part.After(end); part = part.Add(5 * time.Minute) {
			if n := calls(part); n >= 0 {
				inc.Total += n
				ours = []slo.Increment{inc}
			}
		}
		presence := []slo.Increment{{End: inc.End, Width: inc.Width}}
		err := book.Record(t.Context(), ledger.Page{
			Span:       ledger.Span{From: at.Unix(), To: end.Unix()},
			Increments: map[string][]slo.Increment{s.SLI.Key(backend): ours, "backend:" + backend: presence},
		})
		if err != nil {
			t.Fatal(err)
		}
		at = end
	}
	return e, s
}

func TestTrafficIsComparedWithTheWeeksBefore(t *testing.T) {
	steady := func(time.Time) int64 { return 1_000 }
	within := func(at time.Time, ago, span time.Duration) bool {
		return !at.Before(hour0.Add(-ago-span)) && !at.After(hour0.Add(-ago+span))
	}
	batch := func(end time.Time) int64 { // twelve thousand calls in the first ten minutes of each hour
		if end.Minute() == 5 || end.Minute() == 10 {
			return 6_000
		}
		return 0
	}
	for _, c := range []struct {
		name   string
		hourly int // from how many days ago on only hours are known
		calls  func(end time.Time) int64
		want   *slo.Traffic
	}{
		{"as ever", 30, steady, &slo.Traffic{Calls: 2_000, Expected: 2_000, Weeks: 3}},
		{"as ever, and only hours are known", 3, steady, &slo.Traffic{Calls: 2_000, Expected: 2_000, Weeks: 3}},
		{"nothing for five minutes", 30, func(end time.Time) int64 {
			if end.Equal(hour0) {
				return 0
			}
			return 1_000
		}, &slo.Traffic{Calls: 1_000, Expected: 2_000, Weeks: 3}},
		{"half of it a week ago", 30, func(end time.Time) int64 {
			if within(end, 7*day, 3*time.Hour) {
				return 500
			}
			return 1_000
		}, &slo.Traffic{Calls: 2_000, Expected: (1_000 + 2_000 + 2_000) / 3.0, Weeks: 3}},
		{"the quietest ten minutes count", 30, func(end time.Time) int64 {
			if end.Minute() == 30 {
				return 100
			}
			return 1_000
		}, &slo.Traffic{Calls: 2_000, Expected: 1_100, Weeks: 3}},
		{"a job that runs once an hour", 30, batch, &slo.Traffic{Calls: 0, Expected: 0, Weeks: 3}},
		{"and only hours are known", 3, batch, &slo.Traffic{Calls: 0, Expected: 0, Weeks: 3}},
		{"no sample for three hours a week ago", 30, func(end time.Time) int64 {
			if within(end, 7*day, 3*time.Hour) {
				return -1
			}
			return 1_000
		}, &slo.Traffic{Calls: 2_000, Expected: 2_000, Weeks: 2}},
		{"seen for ten days", 30, func(end time.Time) int64 {
			if end.Before(hour0.Add(-10 * day)) {
				return -1
			}
			return 1_000
		}, &slo.Traffic{Calls: 2_000, Expected: 2_000, Weeks: 1}},
		{"seen for a day", 30, func(end time.Time) int64 {
			if end.Before(hour0.Add(-day)) {
				return -1
			}
			return 1_000
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, s := booked(t, 5*time.Minute, c.hourly, c.calls)
			for range 2 { // the second time from memory
				if diff := cmp.Diff(c.want, e.Assess(s, hour0).Traffic, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			}
			s.TrafficDrop = slo.SeverityNone
			if got := e.Assess(s, hour0).Traffic; got != nil {
				t.Errorf("nobody asks, and is told %+v", got)
			}
		})
	}
}

// Traffic doubles at noon of every day: what is usual follows the hour.
func TestWhatIsUsualChangesWithTheHour(t *testing.T) {
	noon := hour0.Truncate(day).Add(12 * time.Hour)
	e, s := booked(t, 5*time.Minute, 30, func(end time.Time) int64 {
		if end.Sub(end.Truncate(day)) > 12*time.Hour {
			return 2_000
		}
		return 1_000
	})
	for at, want := range map[time.Duration]float64{-2 * time.Hour: 2_000, 2 * time.Hour: 4_000, -3 * time.Hour: 2_000} {
		if got := e.Assess(s, noon.Add(at)).Traffic; got == nil || got.Expected != want {
			t.Errorf("%v from noon: %+v, want %v", at, got, want)
		}
	}
}

// A round that comes before the past is read must not decide what is usual until the
// end of the hour.
func TestWhatIsUsualIsLookedUpAgainWhenThePastIsRead(t *testing.T) {
	s := objective("charge")
	s.TrafficDrop, s.Window = slo.SeverityTicket, slo.Window{Name: "30d", Length: 30 * day}
	e, _ := setUp(t, newScript("charge"), slo.Set{SLOs: []slo.SLO{s}}, nil)
	tick(t, e, hour0.Add(-time.Hour), hour0)
	if got := e.Assess(s, hour0).Traffic; got != nil {
		t.Errorf("before the weeks are read something is usual: %+v", got)
	}
	catchUp(t, e, ready)
	if got := e.Assess(s, hour0).Traffic; got == nil || got.Weeks != 3 {
		t.Errorf("the weeks are read, and what is usual is %+v", got)
	}
}
