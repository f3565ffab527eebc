package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/site"
)

// fails is an assessment whose shortest window has so many bad events of a thousand.
func (o *outage) fails(bad int64, coverage float64, state slo.DataState) {
	for id, a := range o.assessments {
		if id != o.incidents[0].Alerts[0].ID {
			continue
		}
		a.State = state
		a.Burns = append([]slo.WindowSum(nil), a.Burns...)
		a.Burns[0].Counts, a.Burns[0].Coverage = slo.Counts{Total: 1000, Bad: bad}, coverage
		if state == slo.StateIdle {
			a.Burns[0].Total = 0
		}
		o.assessments[id] = a
	}
}

// Whoever is about to say that it is over sees whether it is.
func TestBeforeItIsResolvedThePageSaysWhetherItStillFails(t *testing.T) {
	source := slo.ID{Service: "slofuse", Function: "backend/main", Name: alerting.SourceDownTier}
	for name, tt := range map[string]struct {
		change func(*outage)
		want   string
	}{
		"it does":            {func(o *outage) { o.fails(120, 1, slo.StateOK) }, "It still fails availability : 12% of calls were too slow in the last 5 minutes."},
		"nothing does":       {func(o *outage) { o.fails(0, 1, slo.StateOK) }, "Nothing fails now availability : None of the calls of the last 5 minutes were too slow."},
		"as is promised":     {func(o *outage) { o.fails(1, 1, slo.StateOK) }, "No more fails than is promised availability : 0.1% of calls were too slow"},
		"too little known":   {func(o *outage) { o.fails(0, 0.2, slo.StateOK) }, "Not known whether it still fails availability : How much fails now is not known."},
		"no data":            {func(o *outage) { o.fails(0, 1, slo.StateNoData) }, "Not known whether it still fails availability : No data"},
		"nobody calls":       {func(o *outage) { o.fails(0, 1, slo.StateIdle) }, "Not known whether it still fails availability : Nothing was called, which says nothing of the next call."},
		"it was removed":     {func(o *outage) { o.incidents[0].Alerts[0].ID.Name = "gone" }, "Not known whether it still fails gone : No longer in force: nothing is counted."},
		"another one does":   {func(o *outage) { o.joins("identity", "login", "availability"); o.fails(120, 1, slo.StateOK) }, "It still fails availability : 12%"},
		"no alert is left":   {func(o *outage) { o.incidents[0].Alerts = nil }, "Not known whether it still fails"},
		"a backend, unknown": {func(o *outage) { o.about(source); o.status.Backends = nil }, "Not known whether it still fails source_down : The backend is not configured any more."},
		"a backend that answers": {func(o *outage) {
			o.about(source)
			o.status.Backends = []site.Backend{{Name: "main", Up: true}}
		}, "Nothing fails now source_down : The backend answers."},
		"a backend that does not": {func(o *outage) {
			o.about(source)
			o.status.Backends = []site.Backend{{Name: "main", Reason: "connection refused"}}
		}, "It still fails source_down : The backend does not answer: connection refused."},
	} {
		o := newOutage()
		o.incidents[0].Alerts = append([]alerting.Alert(nil), o.incidents[0].Alerts...)
		tt.change(o)
		_, form, _ := strings.Cut(o.page(t, "/incidents/inc-1"), "Resolve by hand</summary>")
		form, _, _ = strings.Cut(form, "</form>")
		if words := plainText(form); !strings.Contains(words, tt.want) {
			t.Errorf("%s: no %q in %s", name, tt.want, words)
		}
	}
}

// joins adds an alert of another SLO to the incident.
func (o *outage) joins(service, function, name string) {
	i := &o.incidents[0]
	i.Alerts = append(i.Alerts, alerting.Alert{ID: slo.ID{Service: service, Function: function, Name: name}, Phase: alerting.PhaseFiring})
}

// about makes it an incident of a backend.
func (o *outage) about(source slo.ID) {
	i := &o.incidents[0]
	i.Service, i.Function = source.Service, source.Function
	i.Alerts = []alerting.Alert{{ID: source, Phase: alerting.PhaseFiring, Severity: slo.SeverityPage}}
}

// What is asked again and again brings it along: the page may have been open for hours.
func TestWhetherItStillFailsIsKeptFresh(t *testing.T) {
	o := newOutage()
	server, err := web.New(o.config())
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/incidents/inc-1", nil)
	r.Host = "localhost:9095"
	r.Header.Set("Fragment", "true")
	w := do(server, r)
	if body := w.Body.String(); !strings.Contains(body, `<div id="fresh">`) || strings.Contains(body, `name="comment"`) {
		t.Errorf("the fragment has no such part, or the form: %s", body)
	}
}

func TestCommandsWorkFromALaptop(t *testing.T) {
	commands := []string{
		"slofuse silence add &#39;service=&#34;checkout&#34;&#39; &#39;function=&#34;charge-card&#34;&#39; --for 1h --reason &#39;being worked on&#39;",
		"slofuse deploy end d2 --status rolled_back", "slofuse gate --select &#39;service=checkout,function=charge-card&#39;",
	}
	for external, want := range map[string]string{
		"https://slo.example.com/":        " --server https://slo.example.com</code>",
		"http://slo.example.com:8480/a b": " --server &#39;http://slo.example.com:8480/a b&#39;</code>",
		"":                                "</code>", // it is not known where it is
		"http://:8480":                    "</code>",
		"http://0.0.0.0:8480":             "</code>",
		"http://[::]:8480":                "</code>",
		"javascript:alert(1)":             "</code>",
		"https://mia:secret@example.com/": "</code>",
	} {
		o := newOutage()
		config := o.config()
		config.ExternalURL = external
		server, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		body := get(t, server, "/incidents/inc-1").Body.String()
		for _, command := range commands {
			if !strings.Contains(body, command+want) {
				t.Errorf("%q: no %q", external, command+want)
			}
		}
		o.deploys = nil
		if page := get(t, server, "/functions/checkout/charge-card?from=2026-02-20T00:00:00Z&to=2026-02-20T01:00:00Z").Body.String(); !strings.Contains(page, "slofuse deploy start --service checkout --function charge-card"+want) {
			t.Errorf("%q: the page of the function has another command", external)
		}
	}
}

// Functions are shown as they were then, not as they are days after.
func TestFunctionsOfAnIncidentAreShownAtItsTime(t *testing.T) {
	o := newOutage()
	open := o.page(t, "/incidents/inc-1")
	i := &o.incidents[0]
	i.State, i.ResolvedAt = alerting.IncidentResolved, noon
	over := o.page(t, "/incidents/inc-1")
	for name, tt := range map[string]struct{ page, link string }{
		"its own, while it goes on": {open, `href="/functions/checkout/charge-card?from=2026-03-01T11%3A19%3A00Z&amp;to=now"`},
		"its own":                   {over, `href="/functions/checkout/charge-card?from=2026-03-01T11%3A19%3A00Z&amp;to=2026-03-01T12%3A15%3A00Z"`},
		"an affected one":           {over, `href="/functions/media/upload?from=2026-03-01T11%3A19%3A00Z&amp;to=2026-03-01T12%3A15%3A00Z"`},
		"one that it asks":          {over, `href="/functions/identity/login?from=2026-03-01T11%3A19%3A00Z&amp;to=2026-03-01T12%3A15%3A00Z"`},
	} {
		if !strings.Contains(tt.page, tt.link) {
			t.Errorf("%s: no %s", name, tt.link)
		}
	}
	server, err := web.New(o.config())
	if err != nil {
		t.Fatal(err)
	}
	w := get(t, server, "/functions/checkout/charge-card?from=2026-03-01T11%3A19%3A00Z&to=2026-03-01T12%3A15%3A00Z")
	if w.Code != http.StatusOK {
		t.Errorf("the link answers %d: %s", w.Code, w.Body)
	}
	o.about(slo.ID{Service: "slofuse", Function: "backend/main", Name: alerting.SourceDownTier})
	if strings.Contains(o.page(t, "/incidents/inc-1"), `href="/functions/slofuse`) {
		t.Error("a backend has no such page")
	}
}
