package listing_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

// found is all rows, by urgency.
func found(rows []listing.Row) listing.Selection {
	return listing.NewHouse(rows).Select(listing.Query{})
}

func TestGroups(t *testing.T) {
	page := alert(alerting.PhaseFiring, slo.SeverityPage)
	bare := func(r *listing.Row) { r.SLO.Labels = nil }
	all := []listing.Row{
		row("auth/login/up", 0), row("shop/pay/up", 0, page), row("shop/cart/up", 0), row("shop/list/up", 50, bare),
		row("media/thumb/up", 50), row("media/page/up", 50), row("news/list/up", 50),
	}
	const paging, spent, ok = listing.StatusPaging, listing.StatusSpent, listing.StatusOK
	for by, want := range map[string][]listing.Group{
		"service": {
			{Value: "shop", Total: 3, Counts: map[listing.Status]int{paging: 1, ok: 1, spent: 1}, Worst: paging},
			{Value: "media", Total: 2, Counts: map[listing.Status]int{spent: 2}, Worst: spent},
			{Value: "news", Total: 1, Counts: map[listing.Status]int{spent: 1}, Worst: spent},
			{Value: "auth", Total: 1, Counts: map[listing.Status]int{ok: 1}, Worst: ok},
		},
		"label:tier": {
			{Value: "critical", Total: 6, Counts: map[listing.Status]int{paging: 1, ok: 2, spent: 3}, Worst: paging},
			{Value: "", Total: 1, Counts: map[listing.Status]int{spent: 1}, Worst: spent},
		},
	} {
		g, known := listing.ParseGrouping(by)
		if diff := cmp.Diff(want, g.Groups(found(all).Rows)); diff != "" || !known || g.String() != by {
			t.Errorf("by %s (-want +got):\n%s", by, diff)
		}
	}
	for _, text := range []string{"", "function", "label:", "tier"} {
		if _, known := listing.ParseGrouping(text); known {
			t.Errorf("rows are grouped by %q", text)
		}
	}
}

func TestEveryRowIsInOneGroup(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var all []listing.Row
	for i := range 300 {
		all = append(all, row(fmt.Sprintf("s%d/f%d/up", random.IntN(9), i), random.Int64N(12)))
	}
	by, _ := listing.ParseGrouping("owner")
	total, counts := 0, map[listing.Status]int{}
	for _, g := range by.Groups(found(all).Rows) {
		total += g.Total
		for status, n := range g.Counts {
			counts[status] += n
		}
	}
	if diff := cmp.Diff(found(all).Counts, counts); diff != "" || total != len(all) {
		t.Errorf("%d rows (-all +grouped):\n%s", total, diff)
	}
}

// paced spends at a burn rate over the windows that projections go by.
func paced(bad int64) func(*listing.Row) {
	return func(r *listing.Row) {
		a := &r.Assessment
		a.AsOf = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		a.Window.Length, a.Burns = 30*24*time.Hour, nil
		for _, length := range []time.Duration{slo.RecentWindow, slo.ExhaustionWindow} {
			a.Burns = append(a.Burns, slo.WindowSum{Length: length, Coverage: 1, Counts: slo.Counts{Total: 1000, Bad: bad}})
		}
	}
}

func TestHowLongABudgetLasts(t *testing.T) {
	for name, c := range map[string]struct {
		row            listing.Row
		want           time.Duration
		endless, known bool
	}{
		// At 99 % ten of 1,000 are allowed: 5 bad leave a half of 30 days, which burn
		// rate 10 spends in a day and a half.
		"at ten times the pace":  {row("a/b/c", 5, paced(100)), 36 * time.Hour, false, true},
		"at no pace":             {row("a/b/c", 5, paced(0)), 0, true, true},
		"spent":                  {row("a/b/c", 10, paced(0)), 0, false, true},
		"longer than the window": {row("a/b/c", 1, paced(5)), 0, true, true},
		"without a call":         {row("a/b/c", 0, silent), 0, false, false},
	} {
		left, endless, known := c.row.Lasts()
		if left != c.want || endless != c.endless || known != c.known {
			t.Errorf("%s: %s, endless %v, known %v", name, left, endless, known)
		}
	}
}

func TestWhatEndsFirstComesFirst(t *testing.T) {
	page := alert(alerting.PhaseFiring, slo.SeverityPage)
	all := []listing.Row{
		row("s/quiet/up", 9, paced(0)), row("s/soon/up", 2, paced(200)), row("s/silent/up", 0, silent), row("s/spent/up", 30, paced(0)),
		row("s/later/up", 2, paced(20)), row("s/paging/up", 0, paced(0), page), row("s/calm/up", 1, paced(0)),
	}
	for order, want := range map[string]string{
		"":            "paging.up spent.up soon.up later.up quiet.up calm.up silent.up",
		"exhaustion":  "spent.up soon.up later.up calm.up paging.up quiet.up silent.up",
		"-exhaustion": "calm.up paging.up quiet.up later.up soon.up spent.up silent.up",
	} {
		page, err := paginate(parse(t, "sort="+order), all)
		if got := names(page.Rows); got != want || err != nil {
			t.Errorf("sort=%s:\n got %s\nwant %s", order, got, want)
		}
	}
}
