package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func TestPickFindsTheOneThatIsMeant(t *testing.T) {
	var all []slo.ID
	for _, names := range [][3]string{
		{"checkout", "charge-card", "availability"},
		{"checkout", "charge-card", "latency"},
		{"checkout", "create-order", "availability"},
		{"shop", "GET /cart/{id}", "availability"},
		{"auth", "login", "availability"},
		{"auth", "login", "login"},
		{"a+b", "c.d", "e"},
	} {
		all = append(all, slo.ID{Service: names[0], Function: names[1], Name: names[2]})
	}
	for asked, want := range map[string]string{
		"checkout/charge-card/availability":     "checkout/charge-card/availability",
		"charge-card/latency":                   "checkout/charge-card/latency",
		"latency":                               "checkout/charge-card/latency",
		"create-order":                          "checkout/create-order/availability",
		"checkout/create-order":                 "checkout/create-order/availability",
		"checkout/*/latency":                    "checkout/charge-card/latency",
		"/create-order/":                        "checkout/create-order/availability",
		"GET%20%2Fcart%2F%7Bid%7D":              "shop/GET%20%2Fcart%2F%7Bid%7D/availability",
		"shop/GET*":                             "shop/GET%20%2Fcart%2F%7Bid%7D/availability",
		"a+b":                                   "a+b/c.d/e",
		"c.d":                                   "a+b/c.d/e",
		"login/login":                           "auth/login/login",
		"auth/login/availability":               "auth/login/availability",
		"charge-card":                           `"charge-card" matches 2 SLOs, say which one:`,
		"*":                                     `"*" matches 7 SLOs`,
		"availability":                          `"availability" matches 4 SLOs`,
		"charge-card/durability":                "there is no SLO \"charge-card/durability\"; there are\n  checkout/charge-card/availability\n  checkout/charge-card/latency",
		"c-d":                                   "there is no SLO \"c-d\"; there are\n  a+b/c.d/e",
		"nobody":                                `there is no SLO "nobody" among 7`,
		"":                                      `there is no SLO "" among 7`,
		"(":                                     `there is no SLO "(" among 7`,
		"a/checkout/charge-card/availability":   `there is no SLO "a/checkout/charge-card/availability"; there are`,
		"checkout/charge-card/availability/%zz": `there is no SLO`,
	} {
		id, err := pick(all, asked)
		got := id.String()
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != want || !strings.Contains(got, want) {
			t.Errorf("%q is %q, want %q", asked, got, want)
		}
	}
}

func TestPickListsNoMoreThanAScreenHolds(t *testing.T) {
	var all []slo.ID
	for i := range 1000 {
		all = append(all, slo.ID{Service: "shop", Function: fmt.Sprint("f", i), Name: "availability"})
	}
	_, err := pick(all, "shop")
	if lines := strings.Count(err.Error(), "\n"); lines != maxListed+1 {
		t.Errorf("%d lines are listed", lines)
	}
}
