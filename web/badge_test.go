package web_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/auth"
)

// titleOf is what a badge says, after it was read as XML.
func titleOf(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var svg struct {
		Title string   `xml:"title"`
		Text  []string `xml:"g>text"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &svg); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if strings.Join(svg.Text, ": ") != svg.Title || w.Header().Get("Content-Type") != "image/svg+xml" {
		t.Errorf("the title %q is not what is drawn, %q (%s)", svg.Title, svg.Text, w.Header().Get("Content-Type"))
	}
	return svg.Title
}

func badgeFleet() *fleet {
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}}
	f.add(member{service: "shop", function: "pay", name: "up", objective: "99%", total: 1000, bad: 4})
	f.add(member{service: "shop", function: "pay", name: "fast", objective: "99%", total: 1000, bad: 9})
	f.add(member{service: "shop", function: "GET /cart/{id}", name: "up", objective: "99%", total: 1000, bad: 20})
	f.add(member{service: "media", function: "page", name: "up", objective: "99%", total: 1000, bad: 2, phase: alerting.PhaseFiring, severity: slo.SeverityPage})
	f.add(member{service: "media", function: "gone", name: "up", objective: "99%", total: 1000, bad: 2, state: slo.StateNoData})
	f.add(member{service: "odd", function: `<script>alert("1")</script>`, name: "up", objective: "99%", total: 10, bad: 0})
	return f
}

func TestBadges(t *testing.T) {
	const green, red, grey = "#16703f", "#b80f1e", "#5b6470"
	server := badgeFleet().server(t)
	for path, want := range map[string]struct {
		status      int
		says, color string
	}{
		"/badge/shop/pay/up.svg":                                      {200, "pay up: ok", green},
		"/badge/shop/pay/up.svg?show=budget":                          {200, "pay up: 60% of budget left", green},
		"/badge/shop/pay/up.svg?show=sli":                             {200, "pay up: 99.6%", green},
		"/badge/shop/pay.svg?show=budget":                             {200, "pay: 10% of budget left", "#8a5000"},
		"/badge/shop/pay.svg":                                         {200, "pay: ok", green},
		"/badge/shop.svg":                                             {200, "shop: spent", "#8a5000"},
		"/badge/shop/GET%20%2Fcart%2F%7Bid%7D/up.svg?show=budget":     {200, "GET /cart/{id} up: budget overspent by 100%", red},
		"/badge/media/page.svg":                                       {200, "page: paging", red},
		"/badge/media/gone.svg":                                       {200, "gone: unknown: no data", grey},
		"/badge/media/gone/up.svg?show=budget":                        {200, "gone up: unknown: no data", grey},
		"/badge/odd/%3Cscript%3Ealert(%221%22)%3C%2Fscript%3E/up.svg": {200, `<script>alert("1")</script> up: ok`, green},
		"/badge/shop/pay/down.svg":                                    {404, "pay down: unknown SLO", grey},
		"/badge/" + strings.Repeat("%F0%9F%94%A5", 300) + ".svg":      {404, strings.Repeat("🔥", 59) + "…: unknown SLO", grey},
		"/badge/shop/pay.svg?show=sli":                                {400, "pay: show is state, budget or, of one SLO, sli", grey},
		"/badge/shop/pay/up.svg?show=all":                             {400, "pay up: show is state, budget or, of one SLO, sli", grey},
	} {
		w := get(t, server, path)
		if got := titleOf(t, w); w.Code != want.status || got != want.says || !strings.Contains(w.Body.String(), want.color) {
			t.Errorf("%s: status %d, %q, want %q in %s: %s", path, w.Code, got, want.says, want.color, w.Body)
		}
	}
	if w := get(t, server, "/badge/shop/pay"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), ".svg") {
		t.Errorf("a badge that is no picture: status %d %s", w.Code, w.Body)
	}
}

func TestABadgeIsSentOnceUntilItChanges(t *testing.T) {
	f := badgeFleet()
	server := f.server(t)
	first := get(t, server, "/badge/shop/pay/up.svg")
	ask := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/badge/shop/pay/up.svg", nil)
		r.Host = "localhost"
		r.Header.Set("If-None-Match", `W/"other", `+first.Header().Get("ETag"))
		return do(server, r)
	}
	if w := ask(); w.Code != http.StatusNotModified || w.Body.Len() > 0 || !strings.Contains(w.Header().Get("Cache-Control"), "max-age=60") {
		t.Errorf("the same again: status %d with %d bytes", w.Code, w.Body.Len())
	}
	f.describe(member{service: "shop", function: "pay", name: "up", objective: "99%", total: 1000, bad: 40})
	if w := ask(); w.Code != http.StatusOK || titleOf(t, w) != "pay up: spent" {
		t.Errorf("after a change: status %d", w.Code)
	}
}

func TestBadgesAreForWhoeverMayRead(t *testing.T) {
	for public, want := range map[bool]struct {
		status        int
		cache, policy string
	}{
		false: {http.StatusUnauthorized, "no-store", "same-origin"},
		true:  {http.StatusOK, "public, max-age=60", "cross-origin"},
	} {
		server := guardedServer(t, badgeFleet(), auth.Rules{Tokens: tokens(), Reading: true, Badges: public})
		w := as(server, "", http.MethodGet, "/badge/shop/pay/up.svg", "")
		if w.Code != want.status || w.Header().Get("Cache-Control") != want.cache || w.Header().Get("Cross-Origin-Resource-Policy") != want.policy {
			t.Errorf("public %v: status %d, %v", public, w.Code, w.Header())
		}
		if w := as(server, "", http.MethodGet, "/slos/shop/pay/up", ""); w.Code != http.StatusUnauthorized {
			t.Errorf("public %v: the page itself has status %d", public, w.Code)
		}
		if w := as(server, secrets[auth.Viewer], http.MethodGet, "/badge/shop/pay/up.svg", ""); w.Code != http.StatusOK {
			t.Errorf("public %v: a viewer gets %d", public, w.Code)
		}
		r := httptest.NewRequest(http.MethodGet, "/badge/shop/pay/up.svg", nil)
		r.Host = "localhost"
		if server.Open(r) != public {
			t.Errorf("public %v: beside passwords it is open: %v", public, server.Open(r))
		}
	}
}

func TestThePageOfAnSLOSaysHowToShowItsBadge(t *testing.T) {
	config := badgeFleet().config()
	config.ExternalURL = "https://slo.example.com/"
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	page := get(t, server, "/slos/shop/GET%20%2Fcart%2F%7Bid%7D/up").Body.String()
	want := "[![GET /cart/{id} up](https://slo.example.com/badge/shop/GET%20%2Fcart%2F%7Bid%7D/up.svg)](https://slo.example.com/slos/shop/GET%20%2Fcart%2F%7Bid%7D/up)"
	if !strings.Contains(page, want) {
		t.Error("there is no snippet")
	}
}
