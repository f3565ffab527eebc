package slo_test

import (
	"testing"
	"testing/quick"
	"time"
	_ "time/tzdata" // zones are the same on every machine

	"github.com/slofuse/slofuse/slo"
)

// zones change their clocks in every way: at night, at midnight, by half an hour,
// by skipping a day, and not at all.
var zones = []string{
	"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut",
	"America/Havana", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca",
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	in, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestARollingWindowEndsWhereItIsAskedFor(t *testing.T) {
	at := instant(t, "2026-03-29T03:00:00+02:00")
	from, to := slo.Window{Name: "30d", Length: 30 * day}.Bounds(at)
	if !to.Equal(at) || to.Sub(from) != 30*day {
		t.Errorf("from %s to %s", from, to)
	}
}

func TestTheWindowIsThePeriodOfTheCalendarInItsZone(t *testing.T) {
	for _, tc := range []struct {
		calendar     slo.Calendar
		zone         string
		at, from, to string
	}{
		{slo.Month, "UTC", "2026-11-23T03:16:14Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"},
		{slo.Month, "UTC", "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"},
		{slo.Month, "Europe/Berlin", "2026-11-30T23:30:00Z", "2026-12-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00"},
		{slo.Month, "Europe/Berlin", "2026-03-15T00:00:00Z", "2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"},
		{slo.Month, "America/New_York", "2026-11-23T00:00:00Z", "2026-11-01T00:00:00-04:00", "2026-12-01T00:00:00-05:00"},
		{slo.Month, "Australia/Lord_Howe", "2026-04-10T00:00:00Z", "2026-04-01T00:00:00+11:00", "2026-05-01T00:00:00+10:30"},
		{slo.Week, "UTC", "2026-11-23T00:00:01Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"},
		{slo.Week, "UTC", "2026-11-22T23:59:59Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"},
		{slo.Week, "UTC", "2027-01-02T00:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"},
		{slo.Week, "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-19T00:00:00+02:00", "2026-10-26T00:00:00+01:00"},
		{slo.Quarter, "Europe/Berlin", "2026-11-23T00:00:00Z", "2026-10-01T00:00:00+02:00", "2027-01-01T00:00:00+01:00"},
		{slo.Quarter, "UTC", "2026-03-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"},
		{slo.Quarter, "UTC", "2026-08-15T00:00:00Z", "2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z"},
		// The instant that ends a period belongs to it.
		{slo.Month, "UTC", "2026-12-01T00:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"},
		{slo.Month, "Europe/Berlin", "2026-11-30T23:00:00Z", "2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00"},
		// Midnight that did not exist: the day began at 1 o'clock.
		{slo.Week, "America/Sao_Paulo", "2018-11-05T12:00:00Z", "2018-11-05T00:00:00-02:00", "2018-11-12T00:00:00-02:00"},
		{slo.Month, "Asia/Beirut", "2001-04-10T00:00:00Z", "2001-04-01T00:00:00+03:00", "2001-05-01T00:00:00+03:00"},
		{slo.Month, "America/Havana", "2012-04-02T00:00:00Z", "2012-04-01T01:00:00-04:00", "2012-05-01T00:00:00-04:00"},
		// Midnight that came twice: the first.
		{slo.Month, "America/Havana", "2009-11-02T00:00:00Z", "2009-11-01T00:00:00-05:00", "2009-12-01T00:00:00-05:00"},
		{slo.Month, "America/Havana", "2015-11-02T00:00:00Z", "2015-11-01T00:00:00-04:00", "2015-12-01T00:00:00-05:00"},
		// A month that began, went back to the day before by a minute of the clock, and began again.
		{slo.Month, "America/St_Johns", "2009-11-01T02:45:00Z", "2009-11-01T00:00:00-02:30", "2009-12-01T00:00:00-03:30"},
	} {
		t.Run(string(tc.calendar)+" "+tc.zone+" "+tc.at, func(t *testing.T) {
			w := slo.CalendarWindow(tc.calendar, zone(t, tc.zone))
			from, to := w.Bounds(instant(t, tc.at))
			if !from.Equal(instant(t, tc.from)) || !to.Equal(instant(t, tc.to)) {
				t.Errorf("from %s to %s, want %s to %s", from.Format(time.RFC3339), to.Format(time.RFC3339), tc.from, tc.to)
			}
		})
	}
}

func TestMonthsAreAsLongAsTheClockSays(t *testing.T) {
	for _, tc := range []struct {
		zone, at string
		hours    float64
	}{
		{"Europe/Berlin", "2026-03-15T12:00:00Z", 743},
		{"Europe/Berlin", "2026-10-15T12:00:00Z", 745},
		{"America/New_York", "2026-03-15T12:00:00Z", 743},
		{"America/New_York", "2026-11-15T12:00:00Z", 721},
		{"Australia/Lord_Howe", "2026-04-15T12:00:00Z", 720.5},
		{"Australia/Lord_Howe", "2026-10-15T12:00:00Z", 743.5},
		{"UTC", "2026-02-15T12:00:00Z", 672},
	} {
		from, to := slo.CalendarWindow(slo.Month, zone(t, tc.zone)).Bounds(instant(t, tc.at))
		if hours := to.Sub(from).Hours(); hours != tc.hours {
			t.Errorf("%s at %s: %v h, want %v", tc.zone, tc.at, hours, tc.hours)
		}
	}
}

func TestWithoutALocationPeriodsAreOfUTC(t *testing.T) {
	from, _ := slo.Window{Calendar: slo.Month}.Bounds(instant(t, "2026-11-23T00:00:00Z"))
	if !from.Equal(instant(t, "2026-11-01T00:00:00Z")) {
		t.Errorf("from %s", from)
	}
}

// Walks the periods of every calendar and zone from 2020 to 2035.
func TestPeriodsTileTime(t *testing.T) {
	for _, name := range zones {
		for _, calendar := range slo.Calendars() {
			w := slo.CalendarWindow(calendar, zone(t, name))
			_, to := w.Bounds(instant(t, "2019-12-31T00:00:00Z"))
			for to.Year() < 2036 {
				from, next := w.Bounds(to.Add(1))
				if !from.Equal(to) || !next.After(from) {
					t.Fatalf("%s in %s: after the period up to %s comes %s to %s", calendar, name, to, from, next)
				}
				checkBegin(t, w, from)
				if next.Sub(from) > w.Reach() {
					t.Errorf("%s in %s from %s takes %s, its reach is %s", calendar, name, from, next.Sub(from), w.Reach())
				}
				to = next
			}
		}
	}
}

// checkBegin holds the first instant of a period to what a calendar shows there.
func checkBegin(t *testing.T, w slo.Window, from time.Time) {
	t.Helper()
	before := from.Add(-1)
	if before.Day() == from.Day() && from.Hour() != 0 {
		t.Errorf("%s in %s begins in the middle of a day: %s", w.Calendar, w.Location, from)
	}
	ok := map[slo.Calendar]bool{
		slo.Week:    from.Weekday() == time.Monday,
		slo.Month:   from.Day() == 1,
		slo.Quarter: from.Day() == 1 && from.Month()%3 == 1,
	}
	if !ok[w.Calendar] {
		t.Errorf("%s in %s begins on %s", w.Calendar, w.Location, from.Format(time.RFC1123))
	}
}

func TestEveryInstantHasExactlyOnePeriod(t *testing.T) {
	var windows []slo.Window
	for _, name := range zones {
		for _, calendar := range slo.Calendars() {
			windows = append(windows, slo.CalendarWindow(calendar, zone(t, name)))
		}
	}
	property := func(pick uint, second uint32, inside uint32) bool {
		w := windows[pick%uint(len(windows))]
		at := time.Unix(int64(second), 0) // 1970 to 2106
		from, to := w.Bounds(at)
		if !from.Before(at) || at.After(to) {
			return false
		}
		other := to.Add(-time.Duration(int64(inside) % int64(to.Sub(from))))
		sameFrom, sameTo := w.Bounds(other)
		_, before := w.Bounds(from)
		return sameFrom.Equal(from) && sameTo.Equal(to) && before.Equal(from)
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 20_000}); err != nil {
		t.Error(err)
	}
}
