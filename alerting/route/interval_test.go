package route_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/route"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	in, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// clock is a range of times of the day in minutes, "22:00-24:00".
func clock(t testing.TB, text string) route.Range {
	t.Helper()
	var h1, m1, h2, m2 int
	if _, err := fmt.Sscanf(text, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil {
		t.Fatal(err)
	}
	return route.Range{First: h1*60 + m1, Last: h2*60 + m2}
}

func interval(name string, periods ...route.Period) route.Interval {
	return route.Interval{Name: name, Periods: periods}
}

func TestAnIntervalContainsWhatItsClocksShow(t *testing.T) {
	berlin, york, howe := zone(t, "Europe/Berlin"), zone(t, "America/New_York"), zone(t, "Australia/Lord_Howe")
	at := func(in *time.Location, text string) route.Period {
		return route.Period{Times: []route.Range{clock(t, text)}, Location: in}
	}
	for _, tc := range []struct {
		name   string
		period route.Period
		at     string
		want   bool
	}{
		{"UTC without a location: the first minute", at(nil, "09:00-17:00"), "2026-06-10T09:00:00Z", true},
		{"the last minute", at(nil, "09:00-17:00"), "2026-06-10T16:59:59Z", true},
		{"the end is not part of it", at(nil, "09:00-17:00"), "2026-06-10T17:00:00Z", false},
		{"24:00 is the end of the day", at(nil, "22:00-24:00"), "2026-06-10T23:59:59Z", true},
		{"midnight is of the next day", at(nil, "22:00-24:00"), "2026-06-11T00:00:00Z", false},

		// 2026-03-29 01:00 UTC: from 02:00 CET to 03:00 CEST.
		{"Berlin, spring: the minute before the hour that is skipped", at(berlin, "02:00-03:00"), "2026-03-29T00:59:59Z", false},
		{"Berlin, spring: the hour is skipped", at(berlin, "02:00-03:00"), "2026-03-29T01:00:00Z", false},
		{"Berlin, spring: it is 3 at once", at(berlin, "03:00-04:00"), "2026-03-29T01:00:00Z", true},
		{"Berlin, the day before: 2 is 1 UTC", at(berlin, "02:00-03:00"), "2026-03-28T01:30:00Z", true},
		// 2026-10-25 01:00 UTC: from 03:00 CEST back to 02:00 CET.
		{"Berlin, autumn: the hour, once", at(berlin, "02:00-03:00"), "2026-10-25T00:30:00Z", true},
		{"Berlin, autumn: the hour, again", at(berlin, "02:00-03:00"), "2026-10-25T01:30:00Z", true},
		{"Berlin, autumn: and over", at(berlin, "02:00-03:00"), "2026-10-25T02:00:00Z", false},

		// 2026-03-08 07:00 UTC and 2026-11-01 06:00 UTC.
		{"New York, spring: before", at(york, "01:00-02:00"), "2026-03-08T06:59:59Z", true},
		{"New York, spring: skipped", at(york, "02:00-03:00"), "2026-03-08T07:00:00Z", false},
		{"New York, autumn: once", at(york, "01:00-02:00"), "2026-11-01T05:30:00Z", true},
		{"New York, autumn: again", at(york, "01:00-02:00"), "2026-11-01T06:30:00Z", true},
		{"New York, autumn: over", at(york, "01:00-02:00"), "2026-11-01T07:00:00Z", false},

		// Half an hour: 2026-10-03 15:30 UTC from 02:00 to 02:30, 2026-04-04 15:00 UTC from 02:00 to 01:30.
		{"Lord Howe, spring: the half hour is skipped", at(howe, "02:00-02:30"), "2026-10-03T15:30:00Z", false},
		{"Lord Howe, spring: it is half past at once", at(howe, "02:30-03:00"), "2026-10-03T15:30:00Z", true},
		{"Lord Howe, autumn: once", at(howe, "01:30-02:00"), "2026-04-04T14:45:00Z", true},
		{"Lord Howe, autumn: again", at(howe, "01:30-02:00"), "2026-04-04T15:15:00Z", true},
		{"Lord Howe, autumn: over", at(howe, "01:30-02:00"), "2026-04-04T15:30:00Z", false},
		{"Lord Howe has its own day", route.Period{Weekdays: []route.Range{{First: 0, Last: 0}}, Location: howe}, "2026-04-04T14:00:00Z", true},

		{"weekdays: Friday", route.Period{Weekdays: []route.Range{{First: 1, Last: 5}}}, "2026-06-12T12:00:00Z", true},
		{"weekdays: Saturday", route.Period{Weekdays: []route.Range{{First: 1, Last: 5}}}, "2026-06-13T12:00:00Z", false},
		{"the last day of a month", route.Period{DaysOfMonth: []route.Range{{First: -1, Last: -1}}}, "2026-02-28T12:00:00Z", true},
		{"the last day of February in a leap year", route.Period{DaysOfMonth: []route.Range{{First: -1, Last: -1}}}, "2028-02-28T12:00:00Z", false},
		{"the last day of a month of 743 hours", route.Period{DaysOfMonth: []route.Range{{First: -1, Last: -1}}, Location: berlin}, "2026-03-31T12:00:00Z", true},
		{"and the day before", route.Period{DaysOfMonth: []route.Range{{First: -1, Last: -1}}, Location: berlin}, "2026-03-30T12:00:00Z", false},
		{"from the 30th to the end, in February", route.Period{DaysOfMonth: []route.Range{{First: 30, Last: -1}}}, "2026-02-28T12:00:00Z", false},
		{"months", route.Period{Months: []route.Range{{First: 12, Last: 12}}}, "2026-12-01T00:00:00Z", true},
		{"other months", route.Period{Months: []route.Range{{First: 12, Last: 12}}}, "2026-11-30T23:59:59Z", false},
		{"years", route.Period{Years: []route.Range{{First: 2026, Last: 2027}}}, "2027-12-31T23:59:59Z", true},
		{"other years", route.Period{Years: []route.Range{{First: 2026, Last: 2027}}}, "2028-01-01T00:00:00Z", false},
		{"all conditions must hold", route.Period{Times: []route.Range{clock(t, "09:00-17:00")}, Weekdays: []route.Range{{First: 1, Last: 5}}}, "2026-06-13T12:00:00Z", false},
		{"a period of no conditions is always", route.Period{}, "2026-06-13T12:00:00Z", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := interval("x", tc.period).Contains(instant(t, tc.at)); got != tc.want {
				t.Errorf("Contains(%s) = %v", tc.at, got)
			}
		})
	}
	if interval("of no periods").Contains(noon) {
		t.Error("an interval of no periods contains something")
	}
}

// silent is a tree with one silent route below its root.
func silent(t testing.TB, mute, active []route.Interval) *route.Tree {
	t.Helper()
	tree, err := route.New(route.Node{Receiver: "root", Routes: []route.Node{{Receiver: "quiet", Mute: mute, Active: active}}})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// silence is what mutes the only route that takes everything, and until when.
func silence(tree *route.Tree, at time.Time) (string, time.Time) {
	e := tree.Explain(nil, at)
	return e.Hits[0].Muted, e.MutedUntil(0, at)
}

func TestASilentRouteSaysUntilWhen(t *testing.T) {
	nights := func(zoneName string) []route.Interval {
		return []route.Interval{interval("nights", route.Period{Times: []route.Range{clock(t, "22:00-24:00"), clock(t, "00:00-06:00")}, Location: zone(t, zoneName)})}
	}
	within := func(zoneName, text string) []route.Interval {
		return []route.Interval{interval("hours", route.Period{Times: []route.Range{clock(t, text)}, Location: zone(t, zoneName)})}
	}
	always := []route.Interval{interval("always", route.Period{})}
	for _, tc := range []struct {
		name         string
		mute, active []route.Interval
		at, by, want string // want "": not within 400 days
	}{
		{"not silent", nights("UTC"), nil, "2026-06-10T12:00:00Z", "", ""},
		{"until the morning", nights("UTC"), nil, "2026-06-10T23:10:20Z", "nights", "2026-06-11T06:00:00Z"},
		{"Berlin, spring: 23:00 CET to 06:00 CEST", nights("Europe/Berlin"), nil, "2026-03-28T22:00:00Z", "nights", "2026-03-29T04:00:00Z"},
		{"Berlin, autumn: 23:00 CEST to 06:00 CET", nights("Europe/Berlin"), nil, "2026-10-24T21:00:00Z", "nights", "2026-10-25T05:00:00Z"},
		{"New York, spring", nights("America/New_York"), nil, "2026-03-08T04:00:00Z", "nights", "2026-03-08T10:00:00Z"},
		{"New York, autumn", nights("America/New_York"), nil, "2026-11-01T03:00:00Z", "nights", "2026-11-01T11:00:00Z"},
		{"Lord Howe, autumn", nights("Australia/Lord_Howe"), nil, "2026-04-04T12:00:00Z", "nights", "2026-04-04T19:30:00Z"},
		{"Lord Howe, spring", nights("Australia/Lord_Howe"), nil, "2026-10-03T12:30:00Z", "nights", "2026-10-03T19:00:00Z"},
		{"the change of clocks ends it", within("Australia/Lord_Howe", "01:45-02:00"), nil, "2026-04-04T14:50:00Z", "hours", "2026-04-04T15:00:00Z"},
		{"and it comes again", within("Australia/Lord_Howe", "01:45-02:00"), nil, "2026-04-04T15:20:00Z", "hours", "2026-04-04T15:30:00Z"},
		{"the change of clocks skips its beginning", nil, within("Australia/Lord_Howe", "02:15-02:45"), "2026-10-03T15:00:00Z", "outside hours", "2026-10-03T15:30:00Z"},
		{"outside of two", nil, append(within("UTC", "09:00-10:00"), interval("late", route.Period{Times: []route.Range{clock(t, "20:00-21:00")}})), "2026-06-10T12:00:00Z", "outside hours, late", "2026-06-10T20:00:00Z"},
		{"one silence follows another", append(nights("UTC"), within("UTC", "06:00-08:30")...), nil, "2026-06-10T23:00:00Z", "nights", "2026-06-11T08:30:00Z"},
		{"muted whenever it would be active", nights("UTC"), within("UTC", "23:00-24:00"), "2026-06-10T23:30:00Z", "nights", ""},
		{"for ever", always, nil, "2026-06-10T12:00:00Z", "always", ""},
		{"until next year", nil, []route.Interval{interval("later", route.Period{Years: []route.Range{{First: 2027, Last: 2027}}})}, "2026-06-10T12:00:00Z", "outside later", "2027-01-01T00:00:00Z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var want time.Time
			if tc.want != "" {
				want = instant(t, tc.want)
			}
			by, until := silence(silent(t, tc.mute, tc.active), instant(t, tc.at))
			if by != tc.by || !until.Equal(want) {
				t.Errorf("silent by %q until %v, want by %q until %v", by, until, tc.by, want)
			}
		})
	}
}

// The end of a silence is the one that is found minute by minute, also around
// changes of the clocks.
func TestTheEndOfASilenceIsTheFirstMinuteThatIsNotSilent(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	zones := []*time.Location{nil, zone(t, "Europe/Berlin"), zone(t, "America/New_York"), zone(t, "Australia/Lord_Howe")}
	starts := []string{"2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z", "2026-03-07T12:00:00Z", "2026-10-31T12:00:00Z", "2026-04-04T02:00:00Z", "2026-10-03T02:00:00Z"}
	random := func() []route.Interval {
		var out []route.Interval
		for range rnd.IntN(3) {
			first := rnd.IntN(1400)
			out = append(out, interval("i", route.Period{
				Times: []route.Range{{First: first, Last: first + 1 + rnd.IntN(1440-first)}}, Location: zones[rnd.IntN(len(zones))],
			}))
		}
		return out
	}
	silences := 0
	for range 300 {
		tree := silent(t, random(), random())
		at := instant(t, starts[rnd.IntN(len(starts))]).Add(time.Duration(rnd.IntN(3*1440)) * time.Minute)
		by, until := silence(tree, at)
		if by == "" || until.IsZero() {
			continue
		}
		silences++
		for m := at; m.Before(until); m = m.Add(time.Minute) {
			if tree.Match(nil, m)[0].Muted == "" {
				t.Fatalf("not silent at %v, said to be until %v", m, until)
			}
		}
		if after := tree.Match(nil, until)[0].Muted; after != "" {
			t.Fatalf("still silent at %v by %q", until, after)
		}
	}
	if silences < 100 {
		t.Errorf("only %d silences were looked at", silences)
	}
}
