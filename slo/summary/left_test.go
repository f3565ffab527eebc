package summary_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
)

func TestLeft(t *testing.T) {
	at := november.To
	month := func(end time.Time) func(*summary.Record) {
		return func(r *summary.Record) { r.Sum.Calendar, r.Sum.PeriodEnd = slo.Month, end }
	}
	foreseen := func(r *summary.Record) { r.Sum.ForecastFrom, r.Sum.Expected = time.Hour, 1000 }
	for _, c := range []struct {
		name      string
		record    summary.Record
		end, next *float64 // of what ends, and of what begins
	}{
		{"a rolling window", record("a/b/c", "99%", 1000, 3), new(0.7), new(0.7)},
		{"the end of a month", record("a/b/c", "99%", 1000, 3, month(at)), new(0.7), new(1.)},
		{"within a month, of which as much is to come", record("a/b/c", "99%", 1000, 3, month(at.Add(time.Hour)), foreseen), new(0.85), new(0.85)},
		{"within a month that nobody foresees", record("a/b/c", "99%", 1000, 3, month(at.Add(time.Hour))), nil, nil},
		{"too little is known", record("a/b/c", "99%", 1000, 3, covered(0.3)), nil, nil},
		{"no calls", record("a/b/c", "99%", 0, 0), nil, nil},
	} {
		for _, got := range []struct{ is, want *float64 }{{summary.Left(*c.record.SLO, *c.record.Sum), c.end}, {summary.LeftFrom(*c.record.SLO, *c.record.Sum, at), c.next}} {
			if (got.is == nil) != (got.want == nil) || got.is != nil && (*got.is-*got.want > 1e-9 || *got.want-*got.is > 1e-9) {
				t.Errorf("%s: %v, want %v", c.name, got.is, got.want)
			}
		}
	}
}

// Of ten that may fail in the month, two failed in an hour: a fifth.
func TestCostOfAPart(t *testing.T) {
	month := record("a/b/c", "99%", 1000, 5)
	if got, known := month.CostOf(*record("a/b/c", "99%", 20, 2).Sum); !known || got != 0.2 {
		t.Errorf("%v, known: %v", got, known)
	}
	if got, known := month.CostOf(*record("a/b/c", "99%", 20, 2, covered(0.3)).Sum); known {
		t.Errorf("of a part that is not known: %v", got)
	}
	if got, known := record("a/b/c", "99%", 1000, 5, reading).CostOf(*month.Sum); known {
		t.Errorf("of a budget that is not known: %v", got)
	}
	if got, known := record("a/b/c", "99%", 1_000_000, 0, weighted).CostOf(*record("a/b/c", "99%", 20, 2000, weighted).Sum); !known || got != 0.2 {
		t.Errorf("thousandths of calls: %v, known: %v", got, known)
	}
}
