package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// chained is a fleet in which charge-card, which pages since 11:48, calls login, which
// recovers since 11:40, and a function without SLOs, and is called by a cart.
func chained() *fleet {
	f := newFleet()
	for i := range f.slos {
		switch o := &f.slos[i]; o.ID.Function {
		case "charge-card":
			o.DependsOn = []slo.ID{{Service: "identity", Function: "login"}, {Service: "fraud", Function: "score"}}
		case "GET /cart/{id}":
			o.DependsOn = []slo.ID{{Service: "checkout", Function: "charge-card"}}
		case "login":
			o.DependsOn = []slo.ID{{Service: "flags", Function: "evaluate"}}
		}
	}
	for i := range f.alerts {
		switch a := &f.alerts[i]; a.ID.Function {
		case "login":
			a.FiringSince = noon.Add(-20 * time.Minute)
		case "GET /cart/{id}":
			a.FiringSince = noon.Add(-10 * time.Minute)
		}
	}
	return f
}

const charging = "/functions/checkout/charge-card"

func TestTheChainSaysHowEachNeighbourStandsAndWhoBeganFirst(t *testing.T) {
	body := get(t, chained().server(t), charging).Body.String()
	for _, want := range []string{
		`<a href="/functions/identity/login"><b>identity/login</b></a> <b>began first</b>: since <time datetime="2026-03-01T11:40:00Z">`,
		`burns 0.3× over 1h`, `<b>8 m before</b>`, // 11:40 beside 11:48
		`<b>2 m after</b>`,
		`<b>fraud/score</b>`, `No SLO`,
		`<li class="depth2">`, `<small>through identity/login</small>`,
		`<a href="/functions/checkout/GET%20%2Fcart%2F%7Bid%7D"><b>checkout/GET /cart/{id}</b></a>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(body, "/functions/fraud/score") {
		t.Error("a function without SLOs has no page, and is linked to one")
	}
}

func TestWhoBeganFirst(t *testing.T) {
	for why, c := range map[string]struct {
		change func(*fleet)
		want   string
	}{
		"the function itself": {func(f *fleet) { f.alerts[0].FiringSince = noon.Add(-time.Hour) }, "<b>This function began first</b>: since <time datetime=\"2026-03-01T11:00:00Z\">"},
		"one neighbour alone": {func(f *fleet) { f.alerts = f.alerts[2:] }, "burns, and this function does not: since <time datetime=\"2026-03-01T11:40:00Z\">"},
		"nobody":              {func(f *fleet) { f.alerts = nil }, ""},
		"nobody but itself":   {func(f *fleet) { f.alerts = f.alerts[:1] }, ""},
		"one that is pending": {func(f *fleet) {
			f.alerts[2].Phase, f.alerts[2].Since = alerting.PhasePending, noon.Add(-2*time.Hour)
		}, "<b>began first</b>: since <time datetime=\"2026-03-01T10:00:00Z\">"},
	} {
		f := chained()
		c.change(f)
		body := get(t, f.server(t), charging).Body.String()
		if !strings.Contains(body, c.want) || c.want == "" && strings.Contains(body, `class="first"`) {
			t.Errorf("%s: the page does not say %q", why, c.want)
		}
	}
}

func TestAFunctionWithoutSLOsIsNotThereAndSimilarOnesAreNamed(t *testing.T) {
	s := newFleet().server(t)
	w := get(t, s, "/functions/checkout/charge-crad")
	if body := w.Body.String(); w.Code != http.StatusNotFound || !strings.Contains(body, `href="/functions/checkout/charge-card"`) {
		t.Errorf("%d without the function that may be meant", w.Code)
	}
	w = get(t, s, "/api/v1/functions/checkout/charge-crad/signals")
	if body := w.Body.String(); w.Code != http.StatusNotFound || !strings.Contains(body, `"did you mean checkout/charge-card?"`) {
		t.Errorf("%d: %s", w.Code, body)
	}
}

func TestTheHeadOfAFunctionIsThatOfItsWorstSLO(t *testing.T) {
	body := get(t, chained().server(t), charging).Body.String()
	head := body[strings.Index(body, `class="head"`):strings.Index(body, "Call chain")]
	for _, want := range []string{"Paging", "burn rate 20.1 over 1h", "/incidents/inc-1", "team-checkout", `href="/slos/checkout/charge-card/latency"`, "https://runbooks.example.com/availability", "budget left"} {
		if !strings.Contains(head, want) {
			t.Errorf("the head does not say %q", want)
		}
	}
}

func TestTheDetailOfAFunctionAddsUpAndIsBounded(t *testing.T) {
	s := newFleet().server(t)
	for span, most := range map[string]int{"1h": 121, "6h": 73, "1d": 289, "7d": 169, "30d": 241} {
		w := get(t, s, "/api/v1"+charging+"/detail?from=now-"+span)
		var got api.Detail
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK || got.Calls == nil {
			t.Fatalf("%s: %d, %v: %s", span, w.Code, err, w.Body)
		}
		if n := len(got.T); n == 0 || n > most || len(got.Calls.Total) != n || len(got.Calls.Bad) != n || w.Body.Len() > 60_000 {
			t.Errorf("%s: %d steps of %s, %d bytes", span, n, got.Step, w.Body.Len())
		}
		if span == "1h" && got.Step != "30s" {
			t.Errorf("an hour is shown in steps of %s", got.Step)
		}
		if got.Calls.Total[0] != nil || got.Calls.Total[1] == nil {
			t.Errorf("%s: what is not known is not null", span)
		}
		for i := 1; i < len(got.T); i++ {
			var sum int64
			for _, class := range got.Calls.Classes {
				sum += class.Values[i]
			}
			if sum != *got.Calls.Bad[i] {
				t.Fatalf("%s: the kinds of step %d add up to %d of %d", span, i, sum, *got.Calls.Bad[i])
			}
		}
	}
	for _, bad := range []string{"from=yesterday", "from=now", "from=now-500d", "to=now-1h&from=now-30m", "from=now-1h&step=1m"} {
		if w := get(t, s, "/api/v1"+charging+"/detail?"+bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
}

func TestThePageOfAFunctionAsksLittle(t *testing.T) {
	f := newFleet()
	body := get(t, f.server(t), charging+"?from=now-1h&to=now").Body.String()
	if f.details > 2 {
		t.Errorf("the detail was asked for %d times", f.details)
	}
	if len(body) > 45_000 {
		t.Errorf("%d bytes", len(body))
	}
	for _, want := range []string{
		`code=503</th>`, "<td class=\"num\">73%</td>", `href="/functions/checkout/charge-card?from=now-30d&amp;to=now"`, `aria-current="true">1h</a>`, "The last 1h: ", "Not declared: retries,",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
