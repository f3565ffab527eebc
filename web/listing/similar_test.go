package listing_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

func TestSimilarFindsWhatMayBeMeant(t *testing.T) {
	var all []slo.ID
	for _, text := range []string{
		"checkout/charge-card/availability", "checkout/charge-card/latency", "checkout/create-order/availability",
		"shop/GET%20%2Fcart/availability", "auth/login/availability",
	} {
		id, err := slo.ParseID(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, id)
	}
	for asked, want := range map[string]string{
		"checkout/chage-card/availability":  "checkout/charge-card/availability",
		"chekout/charge-card/latencies":     "checkout/charge-card/latency",
		"Charge-Card/durability":            "checkout/charge-card/availability checkout/charge-card/latency",
		"charge":                            "checkout/charge-card/availability checkout/charge-card/latency",
		"logn":                              "auth/login/availability",
		"shop/GET%20%2Fcrt/availability":    "shop/GET%20%2Fcart/availability",
		"payments/charge-card/availability": "checkout/charge-card/availability",
		"billing":                           "",
		"no/such":                           "",
		"up":                                "",
		"":                                  "",
		"//":                                "",
	} {
		var got []string
		for _, id := range listing.Similar(all, asked) {
			got = append(got, id.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is similar to %q, want %q", asked, got, want)
		}
	}
}
