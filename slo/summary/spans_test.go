package summary_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
)

// hours is a span of November, by its hours.
func hours(from, to int) summary.Span {
	return summary.Span{From: november.From.Add(time.Duration(from) * time.Hour), To: november.From.Add(time.Duration(to) * time.Hour)}
}

func TestIncidents(t *testing.T) {
	for _, c := range []struct {
		name      string
		incidents []summary.Span
		want      summary.Incidents
	}{
		{"none", nil, summary.Incidents{}},
		{"one", []summary.Span{hours(1, 3)}, summary.Incidents{Count: 1, Sum: 2 * time.Hour, AnyFor: 2 * time.Hour}},
		{"two after each other, listed newest first", []summary.Span{hours(10, 11), hours(1, 3)}, summary.Incidents{Count: 2, Sum: 3 * time.Hour, AnyFor: 3 * time.Hour}},
		{"two at once", []summary.Span{hours(1, 5), hours(2, 6)}, summary.Incidents{Count: 2, Sum: 8 * time.Hour, AnyFor: 5 * time.Hour}},
		{"one within another, and a third after", []summary.Span{hours(1, 9), hours(2, 3), hours(8, 10)}, summary.Incidents{Count: 3, Sum: 11 * time.Hour, AnyFor: 9 * time.Hour}},
		{"began before", []summary.Span{hours(-5, 2)}, summary.Incidents{Count: 1, Sum: 2 * time.Hour, AnyFor: 2 * time.Hour}},
		{"goes on", []summary.Span{hours(719, 800)}, summary.Incidents{Count: 1, Sum: time.Hour, AnyFor: time.Hour}},
		{"before and after", []summary.Span{hours(-5, -2), hours(721, 722)}, summary.Incidents{}},
		{"no time at all", []summary.Span{hours(4, 4)}, summary.Incidents{Count: 1}},
	} {
		if got := summary.IncidentsIn(november, c.incidents); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestPrice(t *testing.T) {
	point := func(h int, value *float64) slo.SignalPoint {
		return slo.SignalPoint{Time: hours(0, h).To, Value: value}
	}
	calls := func(h int, total int64, coverage float64) slo.Point {
		return slo.Point{Time: hours(0, h).To, Counts: slo.Counts{Total: total}, Coverage: coverage}
	}
	perDay := summary.Spending{Money: "€", Per: 24 * time.Hour}
	got := summary.PriceOf(perDay,
		[]slo.SignalPoint{point(1, new(48.)), point(2, nil), point(3, new(24.)), point(4, new(24.))},
		[]slo.Point{calls(1, 1500, 1), calls(2, 100, 1), calls(3, 500, 1), calls(4, 9000, 0.4)}, time.Hour)
	if want := (summary.Price{Cost: 3, Calls: 2000, Known: 2 * time.Hour}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if cost, known := got.Add(summary.Price{Cost: 1, Calls: 2000, Known: time.Hour}).PerThousand(); cost != 1 || !known {
		t.Errorf("a thousand calls cost %v, known: %v", cost, known)
	}
	if _, known := (summary.Price{Cost: 1}).PerThousand(); known {
		t.Error("no calls have a price")
	}
}

func TestSpendingIsMoneyPerTime(t *testing.T) {
	for unit, want := range map[string]summary.Spending{
		"€/h": {Money: "€", Per: time.Hour}, "USD / day": {Money: "USD", Per: 24 * time.Hour}, "$/s": {Money: "$", Per: time.Second}, "¥/min": {Money: "¥", Per: time.Minute},
		"€": {}, "": {}, "/h": {}, "€/call": {},
	} {
		got, ok := summary.SpendingOf(slo.Signal{Name: "cost", Unit: unit})
		if got != want || ok != (want != summary.Spending{}) {
			t.Errorf("%q: %+v, %v", unit, got, ok)
		}
	}
	if _, ok := summary.SpendingOf(slo.Signal{Name: "retries", Unit: "1/s"}); ok {
		t.Error("retries are money")
	}
}
