package summary_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo/summary"
)

func TestGrid(t *testing.T) {
	pairs := []summary.Pair{
		pair(record("auth/login/up", "99%", 1000, 1)), pair(record("auth/login/fast", "99%", 1000, 1, latency)), pair(record("auth/token/up", "99%", 1000, 12)),
		pair(record("mail/send/up", "99%", 1000, 9)), pair(record("mail/send/fast", "99%", 0, 0)),
		pair(record("shop/pay/up", "99%", 1000, 0)), pair(record("shop/pay/odd", "99%", 1000, 0)),
	}
	one := func(name string, left float64, t summary.Tally) summary.Cell {
		return summary.Cell{Tally: t, Least: &left, Of: id(name)}
	}
	want := summary.Grid{
		Columns: []string{"up", "fast"}, Other: 1, Hidden: 1,
		Rows: []summary.GridRow{
			{Service: "auth", All: summary.Tally{Met: 2, Missed: 1}, Cells: []summary.Cell{one("auth/token/up", -0.2, summary.Tally{Met: 1, Missed: 1}), one("auth/login/fast", 0.9, summary.Tally{Met: 1})}},
			{Service: "mail", All: summary.Tally{AtRisk: 1, Unknown: 1}, Cells: []summary.Cell{one("mail/send/up", 0.1, summary.Tally{AtRisk: 1}), {Tally: summary.Tally{Unknown: 1}, Of: id("mail/send/fast")}}},
		},
	}
	got := summary.GridOf(pairs, 2, 2)
	near := cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A grid that has room for all of them holds every objective once.
func TestAGridHoldsEverything(t *testing.T) {
	pairs := anyPairs(rand.New(rand.NewPCG(7, 8)), 90)
	for _, columns := range []int{0, 1, 2, 5} {
		var rows, cells summary.Tally
		for _, r := range summary.GridOf(pairs, 100, columns).Rows {
			rows, cells = rows.Add(r.All), cells.Add(r.Rest.Tally)
			for _, c := range r.Cells {
				cells = cells.Add(c.Tally)
			}
		}
		if whole := summary.Count(summary.Nows(pairs)); rows != whole || cells != whole {
			t.Errorf("%d columns: %+v is %+v by rows and %+v by cells", columns, whole, rows, cells)
		}
	}
}
