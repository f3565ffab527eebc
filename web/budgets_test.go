package web_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// budgets are what each page may take: bytes of the page itself, bytes of scripts and
// style sheets that a browser gets with it when nothing is cached yet, both before
// compression, sums over the ledger, and lists that are read.
var budgets = []budget{
	{"/", 20_000, 40_000, 5, 6},
	{"/slos", 40_000, 40_000, 10, 3},
	{"/slos?service=checkout&q=cart&sort=-budget&columns=coverage,budget", 20_000, 40_000, 0, 3},
	{"/slos?group=label:tier", 20_000, 40_000, 0, 3},
	{"/audit", 10_000, 35_000, 0, 2},
	{"/slos/checkout/charge-card/availability", 60_000, 100_000, 5, 10},
	{"/slos/checkout/charge-card/availability/explain", 25_000, 35_000, 0, 3},
	{"/slos/checkout/GET%20%2Fcart%2F%7Bid%7D/availability", 60_000, 100_000, 5, 10},
	{"/slos/notify/send-email/availability", 55_000, 100_000, 5, 10},
	{"/executive", 25_000, 35_000, 25, 2},
	{"/executive?period=last-month&owner=team-checkout", 20_000, 35_000, 10, 2},
	{"/reports?period=7d", 25_000, 35_000, 65, 3},
	{"/incidents", 15_000, 40_000, 0, 2},
	{"/incidents/inc-1", 25_000, 40_000, 5, 6},
	{"/incidents/inc-2", 15_000, 40_000, 0, 6},
	{"/glossary", 20_000, 35_000, 0, 1},
	{"/nowhere", 10_000, 35_000, 0, 1},
	{"/functions/checkout/charge-card", 25_000, 95_000, 5, 6},
	{"/functions/checkout/GET%20%2Fcart%2F%7Bid%7D", 25_000, 95_000, 5, 6},
	{"/functions/checkout/charge-card/exemplars?calls=all", 15_000, 35_000, 0, 1},
	{"/silences?preview=&service=checkout&for=1h", 15_000, 40_000, 0, 3},
	{"/deploys?preview=&service=checkout", 15_000, 40_000, 0, 3},
	{"/maintenance?preview=&service=checkout&does=both", 15_000, 40_000, 5, 3},
	{"/routes?slo=checkout/charge-card/availability", 10_000, 35_000, 0, 1},
	{"/status", 15_000, 40_000, 0, 1},
	{"/login", 10_000, 35_000, 0, 1},
	{"/api/v1/slos/checkout/charge-card/availability/charts", 85_000, 0, 20, 5},
	{"/api/v1/functions/checkout/charge-card/detail", 5_000, 0, 5, 2},
	{"/api/v1/functions/checkout/charge-card/signals", 5_000, 0, 0, 2}, // the second: what changed is marked
}

type budget struct {
	target                     string
	page, loads, ledger, lists int
}

// TestPagesKeepTheirBudgets asks for every page and adds up what it takes. None of
// them may ask a backend.
func TestPagesKeepTheirBudgets(t *testing.T) {
	counts, config := newCounting(newFleet())
	server := serverOf(t, config)
	for _, b := range budgets {
		counts.asked = asked{}
		body := get(t, server, b.target).Body.String()
		took, loads := counts.asked, 0
		for _, asset := range loaded(body) {
			w := get(t, server, asset)
			if w.Code != http.StatusOK {
				t.Errorf("%s: %s: status %d", b.target, asset, w.Code)
			}
			loads += w.Body.Len()
		}
		t.Logf("{%q, %d, %d, %d, %d}", b.target, len(body), loads, took.ledger, took.lists)
		if took.backends > 0 {
			t.Errorf("%s asks a backend %d times", b.target, took.backends)
		}
		if len(body) > b.page || loads > b.loads || took.ledger > b.ledger || took.lists > b.lists {
			t.Errorf("%s: %d bytes, %d of what it loads, %d sums and %d lists; allowed are %d, %d, %d and %d", b.target, len(body), loads, took.ledger, took.lists, b.page, b.loads, b.ledger, b.lists)
		}
	}
}

func TestEveryPageHasABudget(t *testing.T) {
	for _, page := range everyPage {
		if !slices.ContainsFunc(budgets, func(b budget) bool { return b.target == page }) {
			t.Errorf("%s has none", page)
		}
	}
}

// TestTheListOfALargeHouseIsSmall is of 100 rows of 10,000 SLOs.
func TestTheListOfALargeHouseIsSmall(t *testing.T) {
	const most, zipped = 250_000, 20_000
	_, server := lastingServer(t, largeFleet())
	r := httptest.NewRequest(http.MethodGet, "http://localhost:9095/slos", nil)
	body := do(server, r).Body.Len()
	r.Header.Set("Accept-Encoding", "gzip")
	if small := do(server, r).Body.Len(); body > most || small > zipped || body < most/2 {
		t.Errorf("%d bytes, %d of them compressed; allowed are %d and %d", body, small, most, zipped)
	}
}
