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
)

// held is a fleet with a silence of Mia until 14:00 and a window of Noa until 13:00, of
// one function.
func held(t *testing.T) *fleet {
	t.Helper()
	f := newFleet()
	service, err := suppress.ParseMatchers(`service="checkout"`)
	if err != nil {
		t.Fatal(err)
	}
	function, err := suppress.ParseMatchers(`function="charge-card"`)
	if err != nil {
		t.Fatal(err)
	}
	f.silences = []suppress.Silence{{ID: "s-1", Matchers: service, StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(2 * time.Hour), Author: "Mia", Reason: "known <b>"}}
	f.planned = []suppress.Maintenance{{ID: "m-1", Matchers: function, StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(time.Hour), Mute: true, Correct: true, Author: "Noa", Reason: "new disks"}}
	return f
}

func TestAPreviewSaysWhatIsHeldAlready(t *testing.T) {
	const second = "A second one adds nothing: extend that one if it ends too soon."
	const mia, noa = "silence s-1 of Mia ", "maintenance m-1 of Noa "
	for query, tt := range map[string]struct{ want, not []string }{
		"/silences?for=1h&service=checkout":                                                    {[]string{mia + "holds all of it back already until 2026-03-01 14:00:00 UTC : known <b>. " + second, noa + "holds 2 of 3 SLOs back already until 2026-03-01 13:00:00 UTC : new disks."}, nil},
		"/silences?for=4h&service=checkout":                                                    {[]string{mia + "holds all of it back already until 2026-03-01 14:00:00 UTC"}, []string{second}},
		"/silences?for=1h&function=charge-card":                                                {[]string{mia + "holds all of it back", noa + "holds all of it back"}, nil},
		"/silences?for=1h&service=media":                                                       {nil, []string{"s-1 of Mia", "m-1 of Noa"}},
		"/maintenance?does=both&service=checkout":                                              {[]string{mia + "holds all of it back", noa + "holds 2 of 3 SLOs back, and takes it out of the budgets"}, []string{second}},
		"/maintenance?does=correct&service=checkout&from=2026-03-01T11:30&to=2026-03-01T11:45": {[]string{noa + "takes 2 of 3 SLOs out of the budgets already until"}, []string{"s-1 of Mia holds"}},
		"/maintenance?does=mute&service=checkout&from=2026-03-01T12:30&to=2026-03-01T13:30":    {[]string{mia + "holds all of it back from 2026-03-01 12:30:00 UTC until 2026-03-01 14:00:00 UTC"}, nil},
		"/maintenance?does=mute&service=checkout&from=2026-03-01T14:30&to=2026-03-01T15:30":    {nil, []string{"holds all of it back"}},
	} {
		body := text(get(t, held(t).server(t), query+"&preview=").Body.String())
		_, preview, found := strings.Cut(body, "What it would do now")
		if !found {
			t.Fatalf("%s: there is no preview: %s", query, body)
		}
		for _, want := range tt.want {
			if !strings.Contains(preview, want) {
				t.Errorf("%s: does not say %q: %s", query, want, preview)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(preview, not) {
				t.Errorf("%s: says %q", query, not)
			}
		}
	}
}

// Whoever looks at what is kept, or has just extended it, sees what else holds.
func TestWhatIsKeptSaysWhatHoldsBesideIt(t *testing.T) {
	f := held(t)
	s := f.server(t)
	if w := post(s, "/silences/s-1/extend", formType, "by=Mia&to=2026-03-01T16:00:00Z"); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for path, want := range map[string]string{
		"/silences":    "s-1, since 2026-03-01 11:00:00 UTC maintenance m-1 of Noa holds 2 of 3 SLOs back already until 2026-03-01 13:00:00 UTC : new disks. Extended by Mia",
		"/maintenance": "silence s-1 of Mia holds all of it back already until 2026-03-01 16:00:00 UTC : known <b>.",
	} {
		if body := text(get(t, s, path).Body.String()); !strings.Contains(body, want) {
			t.Errorf("%s does not say %q: %s", path, want, body)
		}
	}
	if body := get(t, s, "/silences").Body.String(); !strings.Contains(body, `href="/maintenance#m-1"`) {
		t.Error("no way to the other one")
	}
	f.silences[0].WithdrawnAt = noon
	if body := text(get(t, s, "/maintenance").Body.String()); strings.Contains(body, "silence s-1") {
		t.Errorf("what was ended holds: %s", body)
	}
}

// Calls and slots are different things, and the calls of a function are not twice as
// many because two of its SLOs count them.
func TestWhatAWindowTakesOutIsNotAddedUpAcrossKinds(t *testing.T) {
	f := newFleet()
	for i := range f.slos {
		if o := &f.slos[i]; o.ID.Function == "charge-card" && o.ID.Name == "latency" {
			o.SLI = slo.SLI{Threshold: &slo.Threshold{}}
		}
	}
	body := text(get(t, f.server(t), "/maintenance?preview=&does=correct&service=checkout&from=2026-03-01T11:00&to=2026-03-01T12:00").Body.String())
	for _, want := range []string{"It takes 1 h out of the error budgets of 3 SLOs. Until now that is 72,000 calls of 2 functions, and 36,000 slots.", "checkout/charge-card/latency: 70 bad of 36,000 slots"} {
		if !strings.Contains(body, want) {
			t.Errorf("does not say %q: %s", want, body)
		}
	}
}

func TestManyHoldsAreBounded(t *testing.T) {
	f := held(t)
	for n := range 200 {
		x := f.silences[0]
		x.ID = fmt.Sprint("s-", n+2)
		f.silences = append(f.silences, x)
	}
	body := get(t, f.server(t), "/silences?preview=&for=1h&service="+url.QueryEscape("checkout")).Body.String()
	if n := strings.Count(body, "holds all of it back"); n > 300 || len(body) > 500_000 {
		t.Errorf("%d others are listed, in %d bytes", n, len(body))
	}
}
