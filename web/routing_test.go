package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
)

func TestThePageOfRoutesSaysWhereAnAlertGoes(t *testing.T) {
	for query, want := range map[string][]string{
		"": {"everything else → channel channel/slack/#channel", `{severity="page",service="checkout"} → pager`, "continue: true · escalation: primary", "mute_time_intervals: [noons]", "no destination: nobody hears of it"},
		"slo=checkout/charge-card/availability": {
			"It would go to pager.", "At once; each incident by itself, news every 5m at most, and again every 4h while it burns.",
			"When nobody acknowledges (primary): after 15m: lead lead/slack/#lead", "it would join it", "labels of checkout/charge-card/availability",
			"Passes it on everything else → channel", `Takes it {severity="page",service="checkout"} → pager`, `severity="ticket" does not hold: severity is "page"`, "PAGE <b>",
		},
		"service=media&owner=team-media&severity=ticket":   {"It would go to media.", "together by owner", "Nobody else is told when nobody acknowledges.", "Passes it on"},
		"owner=team-x&severity=ticket":                     {"Nobody would be told now.", "Silent now: noons.", "It is told 2026-03-01 13:00:00 UTC"},
		"owner=team-x&severity=ticket&at=2026-03-01T14:00": {"Where it goes, 2026-03-01 14:00:00 UTC", "It would go to tickets."},
		"service=flags":                         {"Nobody would be told now.", "severity is not given: page is assumed"},
		"labels=tier%3Dcritical,+zone%3Deu":     {"It would go to channel.", "tier=critical", "zone=eu"},
		"labels=tier":                           {"That cannot be answered.", `"tier" is no label`},
		"slo=checkout/charge-crad/availability": {"That cannot be answered.", "Did you mean checkout/charge-card/availability"},
		"slo=checkout":                          {"That cannot be answered.", "is not service/function/name"},
		"service=x&at=noon":                     {"the time is not one such as"},
		"slo=checkout/GET%2520%252Fcart%252F%257Bid%257D/availability": {"function=GET /cart/{id}", "It would go to pager."},
	} {
		body := text(get(t, routedServer(t, newFleet()), "/routes?"+query).Body.String())
		for _, line := range want {
			if !strings.Contains(body, line) {
				t.Errorf("%q: does not say %q: %s", query, line, body)
			}
		}
	}
	if body := text(get(t, newFleet().server(t), "/routes").Body.String()); !strings.Contains(body, "nobody is told of anything") {
		t.Errorf("without routes: %s", body)
	}
}

// What holds an alert back, and what it would fold into, is part of where it goes.
func TestRoutesSayWhatElseDecides(t *testing.T) {
	f := newFleet()
	matchers, err := suppress.ParseMatchers(`service="media"`)
	if err != nil {
		t.Fatal(err)
	}
	f.silences = []suppress.Silence{{ID: "s-1", Matchers: matchers, StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(time.Hour), Author: "Mia", Reason: "known"}}
	f.deploys = []suppress.Deploy{{ID: "d-1", Service: "media", Functions: []string{"thumbnail"}, StartsAt: noon.Add(-time.Minute), EndsAt: noon.Add(time.Minute), By: "ci"}}
	f.planned = []suppress.Maintenance{{ID: "m-1", Matchers: matchers, StartsAt: noon, EndsAt: noon.Add(time.Hour), Mute: true, Author: "Noa", Reason: "disks"}}
	for i := range f.slos {
		switch o := &f.slos[i]; o.ID.Function {
		case "thumbnail":
			o.DependsOn = []slo.ID{{Service: "identity", Function: "login"}}
		case "login":
			o.DependsOn = []slo.ID{{Service: "checkout", Function: "charge-card"}, {Service: "media", Function: "thumbnail"}}
		}
	}
	s := routedServer(t, f)
	test := decode[api.RouteTest](t, get(t, s, "/api/v1/routes/test?slo=media/thumbnail/availability"))
	var held []string
	for _, m := range test.HeldBack {
		held = append(held, m.ID)
	}
	if strings.Join(held, " ") != "s-1 m-1 d-1" || strings.Join(test.MayFoldInto, " ") != "inc-1" || test.Incident != nil {
		t.Errorf("held back by %v, may fold into %v, joins %v", held, test.MayFoldInto, test.Incident)
	}
	body := text(get(t, s, "/routes?slo=media/thumbnail/availability").Body.String())
	for _, want := range []string{"Nobody would be told: it is held back.", "Held back by silence s-1 of Mia until 2026-03-01 13:00:00 UTC : known", "it may fold into that incident"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q: %s", want, body)
		}
	}
	f.silences, f.planned = nil, nil
	if body := text(get(t, s, "/routes?slo=media/thumbnail/availability").Body.String()); !strings.Contains(body, "Nobody would be told, unless an outage pierces the deploy.") {
		t.Errorf("in a deploy: %s", body)
	}
	later := decode[api.RouteTest](t, get(t, s, "/api/v1/routes/test?slo=media/thumbnail/availability&at=2026-03-01T13:00:00Z"))
	if len(later.HeldBack) != 0 || !later.At.Equal(noon.Add(time.Hour)) {
		t.Errorf("an hour later %+v", later)
	}
}

func TestTheAPIOfRoutes(t *testing.T) {
	s := routedServer(t, newFleet())
	tree := decode[api.RouteTree](t, get(t, s, "/api/v1/routes"))
	if tree.Route == nil || tree.Route.Receiver != "channel" || len(tree.Route.Routes) != 3 || tree.Route.Routes[1].Routes[0].Receiver != "media" {
		t.Errorf("%+v", tree)
	}
	test := decode[api.RouteTest](t, get(t, s, "/api/v1/routes/test?label=severity%3Dpage&label=service%3Dcheckout"))
	if len(test.Told) != 1 || test.Told[0].Receiver != "pager" || len(test.Routes) != 4 || test.Labels["service"] != "checkout" {
		t.Errorf("%+v", test)
	}
	for query, status := range map[string]int{
		"": http.StatusBadRequest, "label=x": http.StatusBadRequest, "label=a%3Db&label=a%3Dc": http.StatusBadRequest, "slo=a/b/c": http.StatusNotFound,
		"label=a%3Db&at=now": http.StatusBadRequest, "label=severity%3Dred": http.StatusBadRequest, "lable=a%3Db": http.StatusBadRequest,
	} {
		if w := get(t, s, "/api/v1/routes/test?"+query); w.Code != status {
			t.Errorf("%q: %d %s", query, w.Code, w.Body)
		}
	}
	for query, want := range map[string]string{
		"/api/v1/routes/test?label=ower%3Dteam-checkout": "no SLO has a label ower, and no route looks at one: did you mean owner=team-checkout?",
		"/routes?labels=ower%3Dteam-checkout":            "did you mean owner=team-checkout?",
		"/routes?owner=team-chekout":                     "no SLO has owner=team-chekout: did you mean owner=team-checkout?",
		"/api/v1/routes/test?label=owner%3Dteam-chekout": "did you mean owner=team-checkout?",
		"/api/v1/routes/test?label=service%3Dchekout":    "did you mean service=checkout?",
	} {
		if w := get(t, s, query); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s does not say %q: %s", query, want, w.Body)
		}
	}
	none := newFleet().server(t)
	if w := get(t, none, "/api/v1/routes"); decode[api.RouteTree](t, w).Route != nil {
		t.Errorf("without routes: %s", w.Body)
	}
	if w := get(t, none, "/api/v1/routes/test?label=a%3Db"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "nobody is told") {
		t.Errorf("without routes: %d %s", w.Code, w.Body)
	}
}

func TestNothingOfARouteBecomesMarkup(t *testing.T) {
	for _, payload := range payloads {
		f := hostile(payload)
		r := newRoads(t)
		r.text = payload
		r.root.Receiver = payload
		r.root.Routes = append(r.root.Routes, route.Node{Receiver: payload, Matchers: labels.Matchers{is(t, "owner", payload)}, Escalation: &route.Escalation{Name: payload, Steps: []route.Step{{Receiver: payload}}}})
		var err error
		if r.tree, err = route.New(*r.root); err != nil {
			t.Fatal(err)
		}
		f.deploys = []suppress.Deploy{{ID: payload, Service: payload, StartsAt: noon, EndsAt: noon.Add(time.Minute), By: payload, Version: payload}}
		config := f.config()
		config.Routing = r
		s, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		q := url.QueryEscape(payload)
		id := url.QueryEscape(slo.ID{Service: payload, Function: payload, Name: payload}.String())
		for _, path := range []string{"/routes", "/routes?slo=" + id, "/routes?service=" + q + "&function=" + q + "&owner=" + q + "&labels=" + q + "&at=" + q, "/routes?slo=" + q, "/routes?service=" + q} {
			w := get(t, s, path)
			if w.Code != http.StatusOK {
				t.Errorf("%q: %s: status %d", payload, path, w.Code)
			}
			for _, problem := range foreign(w.Body.String()) {
				t.Errorf("%q: %s: %s", payload, path, problem)
			}
		}
	}
}
