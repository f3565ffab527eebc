package summary_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo/summary"
)

func TestNamedPeriods(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) // a Monday
	for _, c := range []struct {
		name                           string
		in                             *time.Location
		from, to, beforeFrom, beforeTo string
		phrase, last                   string
	}{
		{"7d", time.UTC, "2026-11-16T12", "2026-11-23T12", "2026-11-09T12", "2026-11-16T12", "the last 7 days", "the 7 days before"},
		{"this-week", time.UTC, "2026-11-23T00", "2026-11-23T12", "2026-11-16T00", "2026-11-16T12", "the week of 23 November 2026 so far", "the same part of the week of 16 November 2026"},
		{"last-week", time.UTC, "2026-11-16T00", "2026-11-23T00", "2026-11-09T00", "2026-11-16T00", "the week of 16 November 2026", "the week of 9 November 2026"},
		{"this-month", time.UTC, "2026-11-01T00", "2026-11-23T12", "2026-10-01T00", "2026-10-23T12", "November 2026 so far", "the same part of October 2026"},
		{"this-month", berlin, "2026-10-31T23", "2026-11-23T12", "2026-09-30T22", "2026-10-23T11", "November 2026 so far", "the same part of October 2026"},
		{"last-month", time.UTC, "2026-10-01T00", "2026-11-01T00", "2026-09-01T00", "2026-10-01T00", "October 2026", "September 2026"},
		{"this-quarter", time.UTC, "2026-10-01T00", "2026-11-23T12", "2026-07-01T00", "2026-08-23T12", "Q4 2026 so far", "the same part of Q3 2026"},
		{"last-quarter", time.UTC, "2026-07-01T00", "2026-10-01T00", "2026-04-01T00", "2026-07-01T00", "Q3 2026", "Q2 2026"},
	} {
		p, err := summary.NamedPeriod(c.name, now, c.in)
		if err != nil {
			t.Fatal(err)
		}
		const hour = "2006-01-02T15"
		got := []string{p.From.UTC().Format(hour), p.To.UTC().Format(hour), p.Before.From.UTC().Format(hour), p.Before.To.UTC().Format(hour), p.Phrase, p.Last}
		want := []string{c.from, c.to, c.beforeFrom, c.beforeTo, c.phrase, c.last}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: %q, want %q", c.name, got, want)
		}
	}
}

// The end of March is compared with the whole of February, and not with days of March.
func TestTheSamePartOfAShorterMonthIsAllOfIt(t *testing.T) {
	p, err := summary.NamedPeriod("this-month", time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC), time.UTC)
	if err != nil || !p.Before.To.Equal(day(2026, 3, 1)) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestEveryPeriodHasAnEndAndOneBefore(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, name := range summary.PeriodNames() {
		p, err := summary.NamedPeriod(name, now, time.UTC)
		if err != nil || !p.From.Before(p.To) || p.To.After(now) || !p.Before.From.Before(p.Before.To) || p.Before.To.After(p.From) || p.Phrase == "" || p.Last == "" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	for _, name := range []string{"", "month", "-month", "next-month", "this-", "31d", "this-year"} {
		if p, err := summary.NamedPeriod(name, now, time.UTC); err == nil || !strings.Contains(err.Error(), "last-month") {
			t.Errorf("%q is %+v, %v", name, p, err)
		}
	}
}

func TestPeriodBetween(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	p, err := summary.PeriodBetween(day(2026, 10, 5), day(2026, 10, 7), now, time.UTC)
	if err != nil || p.Phrase != "5 October 2026 to 7 October 2026" || !p.Before.From.Equal(day(2026, 10, 3)) || !p.Before.To.Equal(p.From) {
		t.Errorf("%+v, %v", p, err)
	}
	for name, of := range map[string][2]time.Time{
		"before to": {day(2026, 10, 5), day(2026, 10, 5)}, "future": {day(2026, 11, 1), now.Add(time.Second)}, "400d": {day(2020, 1, 1), day(2026, 1, 1)},
	} {
		if _, err := summary.PeriodBetween(of[0], of[1], now, time.UTC); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParsePeriod(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	zone := time.FixedZone("UTC+2", 2*3600)
	p, err := summary.ParsePeriod("2026-10-05", "2026-10-07T00:00:00+02:00", now, zone)
	if err != nil || !p.From.Equal(time.Date(2026, 10, 4, 22, 0, 0, 0, time.UTC)) || p.To.Sub(p.From) != 48*time.Hour || p.Phrase != "5 October 2026 to 7 October 2026" {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := summary.ParsePeriod("2026-11-01", "", now, time.UTC); err != nil || !p.To.Equal(now) {
		t.Errorf("without an end: %+v, %v", p, err)
	}
	for _, c := range [][2]string{{"", "2026-10-07"}, {"soon", ""}, {"2026-10-05", "05.10.2026"}, {"2026-13-01", ""}} {
		if _, err := summary.ParsePeriod(c[0], c[1], now, time.UTC); err == nil || !strings.Contains(err.Error(), "write a day such as") {
			t.Errorf("%q: %v", c, err)
		}
	}
}

func TestEarlierPeriods(t *testing.T) {
	now := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"this-month":   "February 2026, January 2026, December 2025",
		"last-month":   "January 2026, December 2025, November 2025",
		"last-quarter": "Q3 2025, Q2 2025, Q1 2025",
		"7d":           "the 7 days to 24 March 2026, the 7 days to 17 March 2026, the 7 days to 10 March 2026",
	} {
		p, err := summary.NamedPeriod(name, now, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		var phrases []string
		end := p.From
		for _, past := range p.Earlier(3) {
			if !past.To.Equal(end) || !past.From.Before(past.To) {
				t.Errorf("%s: %s to %s does not end at %s", name, past.From, past.To, end)
			}
			phrases, end = append(phrases, past.Phrase), past.From
		}
		if got := strings.Join(phrases, ", "); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
