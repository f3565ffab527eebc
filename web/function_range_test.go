package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
)

// changing is a fleet of which a function was deployed an hour ago, and promises more
// since half an hour.
func changing() *fleet {
	f := newFleet()
	f.deploys = []suppress.Deploy{{ID: "run-1", Service: "checkout", Functions: []string{"charge-card"}, Version: "v42", StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(-50 * time.Minute), By: "ci"}}
	for i := range f.slos {
		if f.slos[i].ID.String() == "checkout/charge-card/availability" {
			f.slos[i].History = []slo.Revision{{Number: 1}, {Number: 2, From: noon.Add(-30 * time.Minute), Change: "objective from 99% to 99.9%"}}
		}
	}
	return f
}

// TestWhatChangedIsMarkedOnEveryChart: in the figures of charts and signals, on the
// heatmap, and in a list.
func TestWhatChangedIsMarkedOnEveryChart(t *testing.T) {
	f := changing()
	f.annotations = []slo.Annotation{{End: noon.Add(-30 * time.Minute).Unix(), Kind: slo.Seam, Text: "revision 2 begins"}}
	server := f.server(t)
	marks := func(list []api.Annotation) string {
		var out []string
		for _, a := range list {
			out = append(out, fmt.Sprintf("%s %s %s", a.To.Format("15:04"), a.Kind, a.Text))
		}
		return strings.Join(out, "; ")
	}
	detail := decode[api.Detail](t, get(t, server, "/api/v1"+charging+"/detail?from=now-2h"))
	signals := decode[api.Signals](t, get(t, server, "/api/v1"+charging+"/signals?from=2026-03-01T10:00:00Z"))
	want := "11:00 deployed deploy run-1 of checkout v42; 11:30 seam objective changed: objective from 99% to 99.9% (charge-card availability of checkout)"
	if got := marks(detail.Annotations); got != want {
		t.Errorf("charts have %q, want %q", got, want)
	}
	if got := marks(signals.Annotations); got != want {
		t.Errorf("signals have %q, want %q", got, want)
	}
	body := get(t, server, charging+"?from=now-2h").Body.String()
	for _, want := range []string{`<section id="changed">`, `<b>v42</b>`, "objective from 99% to 99.9%"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if body := get(t, server, charging+"?from=2026-02-01T00:00:00Z&to=2026-02-02T00:00:00Z").Body.String(); !strings.Contains(body, "slofuse deploy start --service checkout --function charge-card") {
		t.Error("a time without changes does not say how deploys are announced")
	}
}

// TestTheRangeAndTheSLOKeepEachOther: each link to another range keeps the SLO that was
// chosen, and the other way round.
func TestTheRangeAndTheSLOKeepEachOther(t *testing.T) {
	f := newFleet()
	body := get(t, f.server(t), charging+"?from=2026-03-01T08:00:00Z&to=2026-03-01T10:00:00Z&slo=latency").Body.String()
	for _, want := range []string{
		`?from=now-1h&amp;slo=latency&amp;to=now">1h</a>`,
		`?from=2026-03-01T07%3A00%3A00Z&amp;slo=latency&amp;to=2026-03-01T09%3A00%3A00Z">← earlier`,
		`?from=2026-03-01T07%3A00%3A00Z&amp;slo=latency&amp;to=2026-03-01T11%3A00%3A00Z">zoom out`,
		`?from=2026-03-01T08%3A00%3A00Z&amp;slo=availability&amp;to=2026-03-01T10%3A00%3A00Z">availability</a>`,
		`slo=latency&amp;to=2026-03-01T10%3A00%3A00Z" aria-current="true">latency</a>`,
		`/detail?from=2026-03-01T08%3A00%3A00Z&amp;slo=latency&amp;to=2026-03-01T10%3A00%3A00Z"`,
		`/exemplars?from=2026-03-01T08%3A00%3A00Z&amp;slo=latency&amp;to=2026-03-01T10%3A00%3A00Z"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	for _, path := range []string{charging + "?slo=latnecy", "/api/v1" + charging + "/detail?slo=latnecy"} {
		if w := get(t, f.server(t), path); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "checkout/charge-card/latency") {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}

// TestADeployOfThisMinuteIsListed although nothing was read of it yet.
func TestADeployOfThisMinuteIsListed(t *testing.T) {
	f := changing()
	f.deploys[0].StartsAt, f.deploys[0].EndsAt = noon.Add(-10*time.Second), noon.Add(time.Hour)
	for id, a := range f.assessments {
		a.AsOf = noon.Add(-time.Minute)
		f.assessments[id] = a
	}
	server := f.server(t)
	listed := func(query string) bool {
		_, changed, _ := strings.Cut(get(t, server, charging+query).Body.String(), `id="changed"`)
		return strings.Contains(changed, "<b>v42</b>")
	}
	if !listed("?from=now-1h") || listed("?from=2026-03-01T10:00:00Z&to=2026-03-01T11:00:00Z") {
		t.Error("it is not listed in the last hour, or in the one before")
	}
}

// TestTheHeadLeadsToTheRunbook: one that is a file is read beside the incident; without
// an incident its path is told.
func TestTheHeadLeadsToTheRunbook(t *testing.T) {
	for function, want := range map[string]string{
		"charge-card":    `<a class="button" href="/incidents/inc-1#runbook" rel="noopener noreferrer">runbook</a> <a class="button" href="https://traces.example.com/" rel="noopener noreferrer">traces</a>`,
		"GET /cart/{id}": `runbook: <code>runbooks/charge.md</code>`,
	} {
		config := newFleet().config()
		config.Links = func(slo.SLO, time.Time, time.Time) map[string]string {
			return map[string]string{"traces": "https://traces.example.com/", "runbook": "runbooks/charge.md"}
		}
		server, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		body := get(t, server, "/functions/checkout/"+url.PathEscape(function)).Body.String()
		if !strings.Contains(body, want) {
			t.Errorf("%s: the page does not have %q", function, want)
		}
	}
	if body := get(t, chained().server(t), charging).Body.String(); !strings.Contains(body, `Alert since <time datetime="2026-03-01T11:48:00Z">`) {
		t.Error("the page does not say since when")
	}
}

// TestARangeThatEndsNowEndsWithTheLastSlot: what is not whole yet would look like a drop.
func TestARangeThatEndsNowEndsWithTheLastSlot(t *testing.T) {
	for behind, want := range map[time.Duration]time.Time{0: noon, time.Minute: noon.Add(-time.Minute), time.Hour: noon} {
		f := newFleet()
		for id, a := range f.assessments {
			a.AsOf = noon.Add(-behind)
			f.assessments[id] = a
		}
		server := f.server(t)
		got := decode[api.Detail](t, get(t, server, "/api/v1"+charging+"/detail?from=now-1h"))
		if got.Step != "30s" {
			t.Errorf("%s behind, an hour is shown in steps of %s", behind, got.Step)
		}
		if !got.To.Equal(want) || got.From.After(want.Add(-time.Hour)) {
			t.Errorf("%s behind: %s to %s", behind, got.From, got.To)
		}
		if body := get(t, server, charging+"?from=now-1h").Body.String(); !strings.Contains(body, "The last 1h: ") || !strings.Contains(body, want.Format(time.RFC3339)) {
			t.Errorf("%s behind, the page does not end at %s", behind, want)
		}
	}
}

// TestThePageOfAFunctionReadsEachThingOnce: but for deploys, which are read for the last
// one and for what changed.
func TestThePageOfAFunctionReadsEachThingOnce(t *testing.T) {
	counts, config := newCounting(changing())
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"now-1h", "now-30d"} {
		counts.asked = asked{}
		if w := get(t, server, charging+"?from="+from); w.Code != http.StatusOK {
			t.Fatalf("status %d", w.Code)
		}
		// Alerts, open incidents, deploys twice, what people did; the detail of one SLO.
		if counts.asked != (asked{ledger: 1, lists: 5}) {
			t.Errorf("%s: %+v", from, counts.asked)
		}
	}
}
