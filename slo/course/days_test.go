package course_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	in, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestMidnights(t *testing.T) {
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	tests := map[string]struct {
		from, to, zone string
		want           []string
	}{
		"a day that goes on ends now": {
			"2026-03-01T12:00:00Z", "2026-03-03T12:00:00Z", "UTC",
			[]string{"2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", "2026-03-03T12:00:00Z"},
		},
		"at midnight no day goes on": {
			"2026-03-01T12:00:00Z", "2026-03-03T00:00:00Z", "UTC",
			[]string{"2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"},
		},
		"the day on which clocks go forward has 23 hours": {
			"2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z", "Europe/Berlin",
			[]string{"2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T12:00:00Z"},
		},
		"half an hour off": {
			"2026-03-01T19:00:00Z", "2026-03-02T20:00:00Z", "Asia/Kolkata",
			[]string{"2026-03-01T18:30:00Z", "2026-03-02T18:30:00Z", "2026-03-02T20:00:00Z"},
		},
		"nothing of no time": {"2026-03-01T19:00:00Z", "2026-03-01T19:00:00Z", "UTC", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, m := range course.Midnights(at(test.from), at(test.to), zone(t, test.zone)) {
				got = append(got, m.UTC().Format(time.RFC3339))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("bounds (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDays(t *testing.T) {
	midnight := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		sum   slo.WindowSum
		grade course.Grade
		share float64 // of the 1,000 that are allowed; −1 unknown
	}{
		"no failure":                         {known(30_000, 0), course.Kept, 0},
		"just as many as allowed":            {known(30_000, 30), course.Kept, 0.03},
		"one more":                           {known(30_000, 31), course.Missed, 0.031},
		"a tenth of the budget":              {known(30_000, 100), course.Heavy, 0.1},
		"a tenth that is within the promise": {known(300_000, 100), course.Kept, 0.1},
		"nothing called":                     {known(0, 0), course.Idle, 0},
		"nothing known":                      {slo.WindowSum{}, course.Unknown, -1},
		"little known, and that good":        {slo.WindowSum{Counts: slo.Counts{Total: 500}, Coverage: 0.49}, course.Unknown, -1},
		"maintenance": {
			slo.WindowSum{Counts: slo.Counts{Total: 10_000, Bad: 90}, Coverage: 1, Excluded: slo.Exclusion{Share: 0.6}}, course.Excluded, -1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := course.Days([]slo.WindowSum{test.sum}, []time.Time{midnight, midnight.Add(day)}, three, midnight, 1000)[0]
			if share := rates([]*float64{got.Share})[0]; got.Grade != test.grade || share != test.share {
				t.Errorf("%s with %v of the budget", got.Grade, share)
			}
			if _, ok := got.SuccessRatio(); ok && (test.grade == course.Unknown || test.grade == course.Excluded || test.grade == course.Idle) {
				t.Error("it has a success ratio")
			}
			if got.Running || got.Previous {
				t.Errorf("running %t, previous %t", got.Running, got.Previous)
			}
		})
	}
}

func TestDaysOfTheWindowBeforeHaveABudgetOfTheirOwn(t *testing.T) {
	midnight := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	bounds := []time.Time{midnight, midnight.Add(day), midnight.Add(2 * day), midnight.Add(60 * time.Hour)}
	all := []slo.WindowSum{known(40_000, 10), known(60_000, 20), known(30_000, 30)}
	days := course.Days(all, bounds, three, midnight.Add(2*day), 3000)
	var got []float64
	for _, d := range days {
		got = append(got, rates([]*float64{d.Share})...)
	}
	// The first two allowed 100 together.
	if diff := cmp.Diff([]float64{0.1, 0.2, 0.01}, got); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
	if !days[0].Previous || !days[1].Previous || days[2].Previous || days[1].Running || !days[2].Running {
		t.Errorf("days %+v", days)
	}
	all[0].Counts, all[0].Coverage = slo.Counts{}, 0
	if half := course.Days(all, bounds, three, midnight.Add(2*day), 3000); half[1].Share == nil || *half[1].Share != 20.0/60 {
		t.Errorf("half of the days before are known: %+v", half[1])
	}
	all[1].Coverage = 0.4
	all = append(list(known(60_000, 20)), all...)
	all[0].Coverage = 0.9
	few := course.Days(all, append([]time.Time{midnight.Add(-day)}, bounds...), three, midnight.Add(2*day), 3000)
	if few[0].Share != nil || few[0].Grade != course.Kept || few[3].Share == nil {
		t.Errorf("few of the days before are known: %+v", few)
	}
	if course.Days(all, bounds[2:], three, midnight, 3000) != nil {
		t.Error("days of other bounds")
	}
}
