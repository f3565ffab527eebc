package promapi_test

import (
	"testing"

	"github.com/slofuse/slofuse/examples/fleet/promapi"
)

func TestOnlyPlainQueriesReadAtTheirSteps(t *testing.T) {
	for query, want := range map[string]bool{
		`sum(last_over_time(a[1h]) - last_over_time(a[1h] offset 1h))`: true,
		`a @ 100`:                            true,
		`sum_over_time(rate(a[1m])[1h:30s])`: false,
		`max_over_time((a + b)[1h:])`:        false,
		`sum(`:                               false,
	} {
		if got := promapi.ReadsAtSteps(promapi.MarkSteps(t.Context(), query)); got != want {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
	if promapi.ReadsAtSteps(t.Context()) {
		t.Error("a context without a query reads at steps")
	}
}
