package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/auth"
)

// Whoever asks what a silence would match is told, and nothing is kept.
func TestAPreviewSaysWhatASilenceWouldHoldBack(t *testing.T) {
	for query, want := range map[string][]string{
		"service=checkout&function=charge-card&for=1h": {
			"It matches 1 function with 2 SLOs, of 1 service.", "1 alert fires now: it would hold back 1 page.",
			"It hides a page that nobody has acknowledged: checkout/charge-card, burning for 12 m", "nobody is told of it any more", "Silence until 2026-03-01 13:00:00 UTC",
		},
		`matchers=service="checkout",severity="ticket"&for=2h`: {"It matches 2 functions with 3 SLOs", "None of it burns now", "Silence until 2026-03-01 14:00:00 UTC"},
		`matchers=slo="availability"&for=1h`:                   {"of 6 services", "The silence is wider than one service: checkout, flags, identity, media, notify and 1 more."},
		`matchers=slo=~".%2B"&for=1h`:                          {"It takes every SLO there is."},
		"service=chekout&for=1h":                               {"It matches no SLO.", "look at the spelling"},
		"service=checkout&for=soon":                            {"Nothing was kept.", "is not how long it lasts"},
		"service=checkout&for=8d":                              {"Nothing was kept.", "at most 7d"},
		"matchers=service&for=1h":                              {"Nothing was kept.", "is not a matcher such as"},
		"for=1h":                                               {"Nothing was kept.", "name at least one"},
	} {
		f := newFleet()
		body := text(get(t, f.server(t), "/silences?preview=&"+strings.ReplaceAll(query, `"`, "%22")).Body.String())
		for _, line := range want {
			if !strings.Contains(body, line) {
				t.Errorf("%s: does not say %q: %s", query, line, body)
			}
		}
		if len(f.silences) > 0 {
			t.Errorf("%s: %+v was kept", query, f.silences)
		}
	}
}

// An acknowledged page needs no warning, and one of whose alerts not all are matched
// is told all the same.
func TestAPreviewOfAnIncidentThatIsHeldBackInPart(t *testing.T) {
	f := newFleet()
	second := f.alerts[0]
	second.ID.Name = "latency"
	f.incidents[0].Alerts = append(f.incidents[0].Alerts, second)
	f.incidents[0].AckedBy = "mia"
	body := text(get(t, f.server(t), `/silences?preview=&for=1h&matchers=slo%3D"latency"`).Body.String())
	if !strings.Contains(body, "it is told all the same: 1 of 2 alerts would be held back") || strings.Contains(body, "nobody has acknowledged") {
		t.Error(body)
	}
}

func TestAFormThatCannotBeKeptIsShownAgain(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	for path, form := range map[string]url.Values{
		"/silences":    {"matchers": {`service="checkout",tier="<b>"`}, "for": {"4h"}, "by": {"Mia & Noa"}},
		"/deploys":     {"service": {"checkout"}, "functions": {"<b>, GET /cart/{id}"}, "version": {"v42 <b>"}, "url": {"ftp://x"}, "by": {"Mia & Noa"}},
		"/maintenance": {"matchers": {`service="checkout",tier="<b>"`}, "from": {"2026-03-01T10:00"}, "to": {"2026-03-01T11:00"}, "does": {"both"}, "by": {"Mia & Noa"}},
	} {
		w := post(s, path, formType, form.Encode())
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "Nothing was kept.") {
			t.Errorf("%s: %d %s", path, w.Code, text(w.Body.String()))
		}
		for name, values := range form {
			escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;").Replace(values[0])
			if name == "does" || name == "for" {
				escaped += `" selected`
				if name == "for" {
					escaped = "<option selected>4h"
				}
			}
			if !strings.Contains(w.Body.String(), escaped) {
				t.Errorf("%s: %s was lost: %s", path, name, w.Body)
			}
		}
	}
	if len(f.silences)+len(f.deploys)+len(f.planned) > 0 {
		t.Errorf("%+v %+v %+v", f.silences, f.deploys, f.planned)
	}
}

func TestASilenceIsExtended(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	keep := func() {
		matchers, err := suppress.ParseMatchers(`service="checkout"`)
		if err != nil {
			t.Fatal(err)
		}
		f.silences = []suppress.Silence{{ID: "s-1", Matchers: matchers, StartsAt: noon, EndsAt: noon.Add(time.Hour), Author: "Mia", Reason: "known"}}
	}
	for what, tc := range map[string]struct {
		path, kind, body string
		status           int
		want             time.Duration // after noon
	}{
		"by a press":              {"/silences/s-1/extend", formType, "by=Noa&to=2026-03-01T14:00:00Z", http.StatusSeeOther, 2 * time.Hour},
		"to a time":               {"/silences/s-1/extend", formType, "by=Noa&until=2026-03-01T15:30", http.StatusSeeOther, 210 * time.Minute},
		"to no time":              {"/silences/s-1/extend", formType, "by=Noa&until=later", http.StatusBadRequest, time.Hour},
		"to an earlier time":      {"/silences/s-1/extend", formType, "by=Noa&until=2026-03-01T12:30", http.StatusBadRequest, time.Hour},
		"by nobody":               {"/silences/s-1/extend", formType, "by=&to=2026-03-01T14:00:00Z", http.StatusBadRequest, time.Hour},
		"by a program":            {"/api/v1/silences/s-1/extend", "application/json", `{"by":"Noa","ends_at":"2026-03-01T15:00:00+01:00"}`, http.StatusOK, 2 * time.Hour},
		"by a nameless program":   {"/api/v1/silences/s-1/extend", "application/json", `{"ends_at":"2026-03-01T15:00:00Z"}`, http.StatusBadRequest, time.Hour},
		"by a program, to no end": {"/api/v1/silences/s-1/extend", "application/json", `{"by":"Noa"}`, http.StatusBadRequest, time.Hour},
		"for eight days":          {"/api/v1/silences/s-1/extend", "application/json", `{"by":"Noa","ends_at":"2026-03-09T15:00:00Z"}`, http.StatusBadRequest, time.Hour},
		"one there is not":        {"/api/v1/silences/s-9/extend", "application/json", `{"by":"Noa","ends_at":"2026-03-01T15:00:00Z"}`, http.StatusNotFound, time.Hour},
	} {
		keep()
		if w := post(s, tc.path, tc.kind, tc.body); w.Code != tc.status || !f.silences[0].EndsAt.Equal(noon.Add(tc.want)) {
			t.Errorf("%s: %d, ends %s: %s", what, w.Code, f.silences[0].EndsAt, w.Body)
		}
	}
	keep()
	f.silences[0].WithdrawnAt = noon
	if w := post(s, "/api/v1/silences/s-1/extend", "application/json", `{"by":"Noa","ends_at":"2026-03-01T15:00:00Z"}`); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "add a new silence") {
		t.Errorf("one that was ended: %d %s", w.Code, w.Body)
	}
}

func TestAWindowIsExtendedAndEnded(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	matchers, err := suppress.ParseMatchers(`service="checkout"`)
	if err != nil {
		t.Fatal(err)
	}
	window := suppress.Maintenance{ID: "m-1", Matchers: matchers, StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(time.Hour), Correct: true, Author: "Mia", Reason: "disks"}
	for what, tc := range map[string]struct {
		path, kind, body string
		status           int
		want             time.Duration // after noon
	}{
		"by a press":          {"/maintenance/m-1/extend", formType, "by=Noa&to=2026-03-01T14:00:00Z", http.StatusSeeOther, 2 * time.Hour},
		"by a program":        {"/api/v1/maintenance/m-1/extend", "application/json", `{"by":"Noa","ends_at":"2026-03-01T14:00:00Z"}`, http.StatusOK, 2 * time.Hour},
		"to less":             {"/api/v1/maintenance/m-1/extend", "application/json", `{"by":"Noa","ends_at":"2026-03-01T12:00:00Z"}`, http.StatusBadRequest, time.Hour},
		"for months":          {"/api/v1/maintenance/m-1/extend", "application/json", `{"by":"Noa","ends_at":"2026-05-01T12:00:00Z"}`, http.StatusBadRequest, time.Hour},
		"ended":               {"/maintenance/m-1/end", formType, "by=Noa", http.StatusSeeOther, 0},
		"ended by nobody":     {"/maintenance/m-1/end", formType, "by=", http.StatusBadRequest, time.Hour},
		"ended by a program":  {"/api/v1/maintenance/m-1/end", "application/json", `{"by":"Noa"}`, http.StatusOK, 0},
		"one that is unknown": {"/api/v1/maintenance/m-9/end", "application/json", `{"by":"Noa"}`, http.StatusNotFound, time.Hour},
	} {
		f.planned = []suppress.Maintenance{window}
		if w := post(s, tc.path, tc.kind, tc.body); w.Code != tc.status || !f.planned[0].EndsAt.Equal(noon.Add(tc.want)) {
			t.Errorf("%s: %d, ends %s: %s", what, w.Code, f.planned[0].EndsAt, w.Body)
		}
	}
}

func TestAPreviewOfMaintenanceSaysWhatItTakesOut(t *testing.T) {
	s := newFleet().server(t)
	for query, want := range map[string][]string{
		"service=checkout&function=charge-card&does=correct&from=2026-03-01T11:00&to=2026-03-01T12:00":       {"It matches 1 function with 2 SLOs", "It takes 1 h out of the error budgets of 2 SLOs. Until now that is 36,000 calls of 1 function.", "checkout/charge-card/availability: 70 bad of 36,000 calls", "It holds nothing back"},
		"service=checkout&does=both&from=2026-03-01T11:00&to=2026-03-01T14:00":                               {"1 alert fires now: it would hold back 1 page.", "It takes 3 h out of the error budgets of 3 SLOs. Until now that is 72,000 calls of 2 functions. A week before, the time to come had 144,000 calls of 2 functions; it may be as much again."},
		"service=checkout&does=correct&from=2026-03-01T13:00&to=2026-03-01T14:00":                            {"It takes 1 h out of the error budgets of 3 SLOs. A week before, the time to come had 72,000 calls of 2 functions; it may be as much again."},
		"service=checkout&does=correct&from=2026-03-01T13:00&repeat=every+day&clock=02:00&clock_until=04:00": {"It takes 2 h, each time, out of the error budgets of 3 SLOs. A week before,"},
		"service=checkout&does=mute&from=2026-03-01T11:00&to=2026-03-01T14:00":                               {"nobody is told of it any more"},
		"service=checkout&from=2026-03-01T14:00&to=2026-03-01T13:00":                                         {"Nothing was kept. ends_at is not after starts_at"},
		"service=checkout&from=soon": {"from is not a time"},
	} {
		body := text(get(t, s, "/maintenance?preview=&"+query).Body.String())
		for _, line := range want {
			if !strings.Contains(body, line) {
				t.Errorf("%s: does not say %q: %s", query, line, body)
			}
		}
	}
}

func TestADeployIsStartedByHandAndTakenBack(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	body := text(get(t, s, "/deploys?preview=&service=checkout&functions=charge-card,+GET+/cart/{id}").Body.String())
	for _, want := range []string{"It matches 2 functions with 3 SLOs", "1 alert fires now: it would hold back 1 page.", "held back until the deploy ends, unless it burns for 5 minutes", "Start the deploy"} {
		if !strings.Contains(body, want) {
			t.Errorf("the preview does not say %q: %s", want, body)
		}
	}
	form := url.Values{"service": {"checkout"}, "functions": {" charge-card , GET /cart/{id},"}, "version": {"v42"}, "hold": {"1h"}, "by": {"Mia"}}
	if w := post(s, "/deploys", formType, form.Encode()); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/deploys/d-1" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if d := f.deploys[0]; len(d.Functions) != 2 || d.Functions[1] != "GET /cart/{id}" || d.By != "Mia" || !d.EndsAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v", d)
	}
	form.Set("by", " ")
	if w := post(s, "/deploys", formType, form.Encode()); w.Code != http.StatusBadRequest || len(f.deploys) != 1 {
		t.Errorf("by nobody: %d", w.Code)
	}
	if w := post(s, "/deploys/d-1/withdraw", formType, "by=Noa"); w.Code != http.StatusSeeOther || !f.deploys[0].Withdrawn() {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A token for some services may silence and deploy these with the forms, and no other.
func TestATokenForSomeServicesUsesTheForms(t *testing.T) {
	for path, form := range map[string]url.Values{
		"/silences": {"for": {"1h"}, "reason": {"known"}, "by": {"Mia"}}, "/deploys": {"by": {"Mia"}},
	} {
		for service, want := range map[string]bool{"media": true, "checkout": false} {
			f := newFleet()
			s := guardedServer(t, f, auth.Rules{Tokens: tokens()})
			cookie := browser(s, "/login", nil, url.Values{"token": {scopedKey}}).Result().Cookies()[0]
			form.Set("service", service)
			w := browser(s, path, cookie, form)
			if kept := len(f.silences)+len(f.deploys) == 1; kept != want || (w.Code == http.StatusForbidden) == want {
				t.Errorf("%s for %s: %d, kept %v", path, service, w.Code, kept)
			}
		}
	}
}

// What comes from outside is text on these pages as well.
func TestNothingFromOutsideBecomesMarkupOfWhatIsAnnounced(t *testing.T) {
	for _, payload := range payloads {
		f := hostile(payload)
		matchers, err := suppress.ParseMatchers(`slo!="x"`)
		if err != nil {
			t.Fatal(err)
		}
		f.silences = []suppress.Silence{{ID: payload, Matchers: matchers, StartsAt: noon, EndsAt: noon.Add(time.Hour), Author: payload, Reason: payload}}
		f.deploys = []suppress.Deploy{{ID: payload, Service: payload, Functions: []string{payload}, Version: payload, URL: payload, By: payload, StartsAt: noon, EndsAt: noon.Add(time.Hour)}}
		f.planned = []suppress.Maintenance{{ID: payload, Matchers: matchers, StartsAt: noon, EndsAt: noon.Add(time.Hour), Author: payload, Reason: payload, Mute: true}}
		f.incidents = append(f.incidents, alerting.Incident{
			ID: "odd", Severity: slo.SeverityPage, Service: payload, Function: payload, OpenedAt: noon, State: alerting.IncidentOpen, Alerts: f.alerts[len(f.alerts)-1:],
		})
		s, q := f.server(t), url.QueryEscape(payload)
		for _, path := range []string{
			"/silences?preview=&for=1h&service=" + q + "&reason=" + q + "&by=" + q, "/silences?matchers=" + q + "&preview=&for=" + q, "/silences?preview=&for=1h&slo=availability",
			"/deploys?preview=&service=" + q + "&functions=" + q + "&version=" + q + "&url=" + q, "/maintenance?preview=&service=" + q + "&reason=" + q, "/maintenance?preview=&from=" + q,
		} {
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
