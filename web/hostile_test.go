package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/site"
)

// payloads are names and values that break out of one context of a page or
// another, if anything does.
var payloads = [...]string{
	`<script>alert(1)</script>`, `</title><script>alert(1)</script>`, `</script><script>alert(1)</script>`, `<img src=x onerror=alert(1)>`,
	`"><svg onload=alert(1)>`, `'><svg onload=alert(1)>`, `" onmouseover="alert(1)`, `' onfocus='alert(1)' autofocus='`, "` onclick=alert(1) `",
	`javascript:alert(1)`, `JaVaScRiPt:alert(1)`, "java\tscript:alert(1)", `data:text/html,<script>alert(1)</script>`, `vbscript:msgbox(1)`,
	`//evil.example.net`, `\\evil.example.net`, `https://evil.example.net/" onclick="alert(1)`, `<base href=https://evil.example.net>`,
	`<meta http-equiv=refresh content=0;url=https://evil.example.net>`, `<form action=https://evil.example.net>`, `<iframe srcdoc="<script>alert(1)</script>">`,
	`<a href=javascript:alert(1)>x</a>`, `<style>*{display:none}</style>`, `<link rel=stylesheet href=//evil.example.net>`, `<div style="position:fixed">`,
	`{{.}}`, `{{template "layout" .}}`, `${alert(1)}`, `%3Cscript%3Ealert(1)%3C/script%3E`, `&lt;script&gt;alert(1)&lt;/script&gt;`, `<!--`, `-->`, `]]>`,
	"\u202eevil", "\u0000", "a\r\nSet-Cookie: x=1", `<math><mtext></form><form><mglyph><svg><mtext><textarea><path id="</textarea><img onerror=alert(1) src=1>">`,
	`<svg><use href="data:image/svg+xml,<svg id='x' onload='alert(1)'/>#x"/></svg>`, `<div data-row="javascript:alert(1)" data-cursor>`, `<div id="live" data-self="//evil.example.net">`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, strings.Repeat("A", 5000),
}

// hostile is a fleet where everything that comes from outside is a payload.
func hostile(payload string) *fleet {
	f := newFleet()
	f.add(member{
		service: payload, function: payload, name: payload, owner: payload, objective: "99%", total: 1000000, bad: 5000, burn: 20,
		phase: alerting.PhaseFiring, severity: slo.SeverityPage, reason: payload,
	})
	id := slo.ID{Service: payload, Function: payload, Name: payload}
	a := f.assessments[id]
	a.State, a.Reason = slo.StateInvalid, payload
	a.Errors = []slo.ClassCount{{Labels: map[string]string{payload: payload}, Bad: 100}}
	f.assessments[id] = a
	for i := range f.slos {
		if s := &f.slos[i]; s.ID == id {
			s.Labels, s.Description, s.Policy, s.Backend = map[string]string{payload: payload}, payload, payload, payload
			s.Source.File, s.Window.Name = payload, payload
			s.Tiers[0].Name = payload
		}
	}
	f.incidents = append(f.incidents, alerting.Incident{
		ID: payload, Key: payload, State: alerting.IncidentAcked, Severity: slo.SeverityPage, Service: payload, Function: payload, Owner: payload,
		Labels: map[string]string{payload: payload}, Fingerprint: map[string]string{payload: payload}, Kinds: []map[string]string{{payload: payload}}, AckedBy: payload, AckComment: payload, OpenedAt: noon,
		Cause: payload, Affected: []alerting.Affected{{Incident: payload, Service: payload, Function: payload, Owner: payload}},
		Alerts:     []alerting.Alert{{ID: id, Phase: alerting.PhaseFiring, Severity: slo.SeverityPage, Tier: payload, Reason: payload}},
		Timeline:   []alerting.Event{{At: noon, Kind: payload, By: payload, Text: payload}},
		Deliveries: []alerting.Delivery{{Receiver: payload, Destination: payload, EventID: payload, State: "owed", LastError: payload}},
	})
	f.status = site.Status{
		NotReady: payload, Storage: payload, Backends: []site.Backend{{Name: payload, Reason: payload}}, Reload: site.Reload{At: noon, Err: payload},
	}
	return f
}

// hostilePaths are the pages that show what the payload got into.
func hostilePaths(payload string) []string {
	e, q := url.PathEscape(payload), url.QueryEscape(payload)
	return []string{
		"/",
		"/slos", "/slos/" + e + "/" + e + "/" + e, "/incidents", "/incidents/" + e, "/slos?q=" + q, "/slos?service=" + q + "&owner=" + q,
		"/executive", "/executive?period=" + q, "/executive?owner=" + q + "&service=" + q, "/executive?from=" + q + "&to=" + q,
		"/reports?period=this-month", "/reports?period=" + q, "/reports?owner=" + q + "&period=7d", "/slos?label=" + q, "/slos?status=" + q + "&sort=" + q, "/slos?" + q + "=" + q, "/" + e, "/slos/" + e + "/x/y", "/incidents/x" + e,
		"/functions/" + e + "/" + e, "/functions/" + e + "/" + e + "/exemplars?calls=all", "/functions/" + e + "/" + e + "/exemplars?order=" + q + "&from=" + q, "/functions/checkout/charge-card?slo=" + q,
	}
}

// TestNothingFromOutsideBecomesMarkup reads every page as a browser does and
// looks at the elements it is made of.
func TestNothingFromOutsideBecomesMarkup(t *testing.T) {
	for _, payload := range payloads {
		f := hostile(payload)
		config := f.config()
		config.Links = func(slo.SLO, time.Time, time.Time) map[string]string {
			return map[string]string{payload: payload, "sure": "https://example.com/" + payload}
		}
		config.TraceLink = func(slo.SLO, time.Time, string) string { return payload }
		server, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range hostilePaths(payload) {
			w := get(t, server, path)
			if w.Code >= 500 {
				t.Errorf("%q: %s: status %d", payload, path, w.Code)
			}
			for _, problem := range foreign(w.Body.String()) {
				t.Errorf("%q: %s: %s", payload, path, problem)
			}
		}
	}
}

// foreign lists what a page of ours never has.
func foreign(body string) []string {
	var out []string
	tokens := html.NewTokenizer(strings.NewReader(body))
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return out
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		token := tokens.Token()
		switch token.Data {
		case "iframe", "object", "embed", "base", "style", "math", "img", "noscript", "textarea":
			out = append(out, "an element "+token.Data)
		}
		for _, a := range token.Attr {
			if problem := foreignAttribute(token.Data, a); problem != "" {
				out = append(out, problem)
			}
		}
	}
}

func foreignAttribute(element string, a html.Attribute) string {
	value := strings.ToLower(strings.TrimSpace(a.Val))
	local := strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "//") && !strings.HasPrefix(value, `/\`)
	switch {
	case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", a.Key == "http-equiv":
		return "an attribute " + a.Key
	case a.Key == "data-self" && !local, a.Key == "data-row" && value != "" && !local, a.Key == "action" && !local, a.Key == "src" && !strings.HasPrefix(value, "/static/"):
		return fmt.Sprintf("%s=%q", a.Key, a.Val)
	case a.Key == "href" && !local && !strings.HasPrefix(value, "#") && !(element == "a" && (strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://"))):
		return fmt.Sprintf("href=%q", a.Val)
	}
	return ""
}

func TestThePagesThemselvesHaveNothingForeign(t *testing.T) {
	server := newFleet().server(t)
	for _, path := range []string{"/", "/slos/checkout/charge-card/availability", "/incidents", "/incidents/inc-1", "/nowhere"} {
		if got := foreign(get(t, server, path).Body.String()); len(got) > 0 {
			t.Errorf("%s: %q", path, got)
		}
	}
	if got := foreign(`<a href="javascript:x" onclick="y"><img src=x><p style=""><div data-self="//x">`); len(got) != 6 {
		t.Errorf("the check sees %q", got)
	}
}

func TestAssetsAreNamedByTheirContent(t *testing.T) {
	server := newFleet().server(t)
	types := map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "chart.js": "text/javascript; charset=utf-8",
		"live.js": "text/javascript; charset=utf-8", "uPlot.iife.min.js": "text/javascript; charset=utf-8", "uPlot.min.css": "text/css; charset=utf-8",
		"favicon.svg": "image/svg+xml",
	}
	for name, kind := range types {
		path, err := server.Asset(name)
		if err != nil {
			t.Fatal(err)
		}
		w := get(t, server, path)
		if w.Code != 200 || w.Header().Get("Content-Type") != kind || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Body.Len() == 0 {
			t.Errorf("%s: status %d, %q, %q", path, w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"))
		}
	}
	for _, path := range []string{"/static/app.css", "/static/", "/static/app.000000000000.css", "/static/..%2Fweb.go", "/static/vendor", "/static"} {
		if w := get(t, server, path); w.Code != 404 {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	if _, err := server.Asset("missing.js"); err == nil {
		t.Error("an asset that is not there has a URL")
	}
	if w := get(t, server, "/favicon.ico"); w.Code != 200 || w.Header().Get("Content-Type") != "image/svg+xml" {
		t.Errorf("favicon: status %d", w.Code)
	}
}
