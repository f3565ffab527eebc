package listing_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

func TestASelectionCountsWhateverTheState(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	of := func(at time.Time) func(*listing.Row) { return func(r *listing.Row) { r.Assessment.AsOf = at } }
	h := listing.NewHouse([]listing.Row{
		row("shop/pay/up", 0, of(noon)), row("shop/cart/up", 50, of(noon.Add(time.Minute))), row("shop/list/up", 50), row("media/thumb/up", 0, of(noon.Add(time.Hour))),
	})
	got := h.Select(parse(t, "service=shop&status=spent&sort=function"))
	want := map[listing.Status]int{listing.StatusSpent: 2, listing.StatusOK: 1}
	if diff := cmp.Diff(want, got.Counts); diff != "" || got.All != 3 || names(got.Rows) != "cart.up list.up" || !got.AsOf.Equal(noon.Add(time.Minute)) {
		t.Errorf("%d rows as of %s, of which %s (-want +got):\n%s", got.All, got.AsOf, names(got.Rows), diff)
	}
}

// TestAHouseSelectsWhatEachRowWouldSay asks at once for random lists in every order.
func TestAHouseSelectsWhatEachRowWouldSay(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	states := []slo.DataState{slo.StateOK, slo.StateIdle, slo.StateNoData}
	var rows []listing.Row
	for i := range 200 {
		rows = append(rows, row(fmt.Sprintf("s%d/f%d/up", random.IntN(4), i), random.Int64N(12), data(states[random.IntN(3)])))
	}
	h := listing.NewHouse(slices.Clone(rows))
	var asked sync.WaitGroup
	for _, key := range listing.SortKeys() {
		for n := range 8 {
			q := parse(t, fmt.Sprintf("sort=%s&service=s%d,s3&status=%s", key, n%4, []string{"", "ok", "idle,spent"}[n%3]))
			asked.Go(func() {
				got := h.Select(q)
				want, all := 0, 0
				for i := range rows {
					if q.MatchesSLO(&rows[i].SLO) {
						if all++; q.MatchesRow(&rows[i]) {
							want++
						}
					}
				}
				sorted, _ := paginate(listing.Query{Sort: q.Sort, Limit: len(rows)}, slices.Clone(rows))
				inOrder := slices.DeleteFunc(sorted.Rows, func(r *listing.Row) bool { return !q.MatchesSLO(&r.SLO) || !q.MatchesRow(r) })
				if len(got.Rows) != want || got.All != all || names(got.Rows) != names(inOrder) {
					t.Errorf("%+v: %d of %d rows, want %d of %d", q, len(got.Rows), got.All, want, all)
				}
			})
		}
	}
	asked.Wait()
}
