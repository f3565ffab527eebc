package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/canary"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
)

// twoVersions answers for what was counted of two versions.
type twoVersions struct {
	canary, baseline slo.Counts
	err              error
	unknown          string
	mu               sync.Mutex // of what was asked last
	asked            []canary.Pair
	window           time.Duration
	at               time.Time
	reading          func(context.Context) // while it is read; may be nil
}

func (v *twoVersions) Matchers(text string) ([]slo.Matcher, error) {
	label, value, ok := strings.Cut(text, "=")
	if !ok {
		return nil, fmt.Errorf("%q is not a matcher", text)
	}
	return []slo.Matcher{{Label: label, Op: slo.MatchEqual, Value: strings.Trim(value, `"`)}}, nil
}

func (v *twoVersions) Sides(ctx context.Context, pairs []canary.Pair, window time.Duration, at time.Time) ([]canary.Reading, error) {
	v.mu.Lock()
	v.asked, v.window, v.at = pairs, window, at
	v.mu.Unlock()
	if v.reading != nil {
		v.reading(ctx)
	}
	if v.err != nil && v.unknown == "" {
		return nil, v.err
	}
	out := make([]canary.Reading, len(pairs))
	for i := range out {
		out[i] = canary.Reading{Canary: canary.Side{Counts: v.canary, Unknown: v.unknown}, Baseline: canary.Side{Counts: v.baseline}, From: noon.Add(-window), To: noon}
	}
	return out, v.err
}

// compared serves a fleet of which one SLO has two versions.
func (v *twoVersions) server(t *testing.T, slos int) *web.Server {
	t.Helper()
	f := newFleet()
	one := f.slos[0]
	one.SLI = slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "calls_total"}}, Bad: []slo.Selector{{Metric: "failed_total"}}}}
	f.slos = nil
	for i := range slos {
		one.ID.Function = fmt.Sprintf("function-%d", i)
		f.slos = append(f.slos, one)
	}
	config := f.config()
	config.Versions = v
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

const canaryGate = "/api/v1/gate?canary=version%3D%22v2%22&baseline=version%3D%22v1%22"

func TestTheGateComparesTwoVersions(t *testing.T) {
	for name, c := range map[string]struct {
		versions *twoVersions
		verdict  string
		strict   int
	}{
		"alike":   {&twoVersions{canary: slo.Counts{Total: 1_000_000, Bad: 1}, baseline: slo.Counts{Total: 9_000_000, Bad: 9}}, "pass", 200},
		"worse":   {&twoVersions{canary: slo.Counts{Total: 1000, Bad: 900}, baseline: slo.Counts{Total: 9000, Bad: 9}}, "fail", 422},
		"no call": {&twoVersions{baseline: slo.Counts{Total: 9000, Bad: 9}}, "inconclusive", 503},
		"no answer, said of each": {
			&twoVersions{unknown: "the backend does not answer", err: errors.New("down"), canary: slo.Counts{Total: 1000}}, "inconclusive", 503,
		},
	} {
		server := c.versions.server(t, 2)
		w := get(t, server, canaryGate+"&looks=10&at="+noon.Add(-time.Minute).Format(time.RFC3339)+"&window=30m&select=function%3Dfunction-1")
		v := decode[api.CanaryVerdict](t, w)
		if w.Code != 200 || v.Verdict != c.verdict || len(v.Checks) != 1 || v.Checks[0].Verdict != c.verdict || v.Checks[0].Reason == "" || v.Canary != `version="v2"` || v.Test.Looks != 10 {
			t.Errorf("%s: status %d: %+v", name, w.Code, v)
		}
		if got := c.versions; len(got.asked) != 1 || got.window != 30*time.Minute || !got.at.Equal(noon.Add(-time.Minute)) || !strings.Contains(got.asked[0].Canary.SLI.Selectors()[0].String(), `version="v2"`) {
			t.Errorf("%s: asked for %+v over %s at %s", name, got.asked, got.window, got.at)
		}
		if w := get(t, server, canaryGate+"&strict=true"); w.Code != c.strict {
			t.Errorf("%s, strict: status %d, want %d", name, w.Code, c.strict)
		}
		if w := post(server, canaryGate, "", ""); w.Code != c.strict {
			t.Errorf("%s, posted: status %d, want %d", name, w.Code, c.strict)
		}
	}
}

func TestWhatCannotBeComparedIsABadRequest(t *testing.T) {
	server := (&twoVersions{}).server(t, 1)
	for query, want := range map[string]string{
		"canary=version%3Dv2":                       "baseline: ",
		"canary=version&baseline=version%3Dv1":      "canary: ",
		"canary=version%3Dv2&baseline=version%3Dv2": "not told apart",
		"canary=a%3Dv2&baseline=b%3Dv2":             "not told apart",
		canaryQueryOf("confidence=50%25"):           "confidence",
		canaryQueryOf("confidence=0.95"):            "confidence",
		canaryQueryOf("tolerance=1"):                "tolerance",
		canaryQueryOf("min_calls=0"):                "call",
		canaryQueryOf("min_calls=many"):             "min_calls",
		canaryQueryOf("looks=0"):                    "1000 times",
		canaryQueryOf("looks=1001"):                 "1000 times",
		canaryQueryOf("looks=2&look=3"):             "look 3",
		canaryQueryOf("look=-1"):                    "look -1",
		canaryQueryOf("window=25h"):                 "from 30s to 1d",
		canaryQueryOf("window=1s"):                  "from 30s to 1d",
		canaryQueryOf("max_burn_rate=4"):            "ask twice",
		canaryQueryOf("open_incidents=page"):        "ask twice",
		canaryQueryOf("fix=true"):                   "ask twice",
		canaryQueryOf("since=2026-11-23T17:00:00Z"): "ask twice",
		canaryQueryOf("strict=perhaps"):             "strict",
		canaryQueryOf("select=x"):                   "select",
		canaryQueryOf("at=2030-01-01T00:00:00Z"):    "future",
		canaryQueryOf("at=yesterday"):               "at",
		"confidence=95%25&canary=a%3Db":             "baseline",
		"confidence=95%25":                          "canary: ",
		"canary=&baseline=":                         "canary: ",
	} {
		w := get(t, server, "/api/v1/gate?"+query)
		if p := problemOf(t, w); w.Code != 400 || !strings.Contains(p.Message, want) && !strings.Contains(p.Message, url.QueryEscape(want)) {
			t.Errorf("%s: status %d: %s", query, w.Code, p.Message)
		}
	}
}

func canaryQueryOf(more string) string {
	return strings.TrimPrefix(canaryGate, "/api/v1/gate?") + "&" + more
}

// An override that is not looked at must not look as if it had been taken.
func TestAComparisonIsNotOverridden(t *testing.T) {
	w := post((&twoVersions{}).server(t, 1), canaryGate, "application/json", `{"override":{"by":"anna","reason":"urgent"}}`)
	if p := problemOf(t, w); w.Code != http.StatusBadRequest || !strings.Contains(p.Message, "cannot be overridden") {
		t.Errorf("%d %+v", w.Code, p)
	}
}

func TestAServerIsNotExhaustedByComparisons(t *testing.T) {
	if w := get(t, (&twoVersions{}).server(t, 51), canaryGate); w.Code != 400 || !strings.Contains(problemOf(t, w).Message, "at most 50") {
		t.Errorf("51 SLOs: status %d: %s", w.Code, w.Body)
	}
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		versions := &twoVersions{}
		server := versions.server(t, 1)
		versions.reading = func(ctx context.Context) {
			if _, ok := ctx.Deadline(); !ok {
				t.Error("it may take for ever")
			}
			<-end
		}
		done := make(chan int)
		for range 2 {
			go func() { done <- get(t, server, canaryGate).Code }()
		}
		synctest.Wait()
		if w := get(t, server, canaryGate); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "a few at a time") {
			t.Errorf("a third one: status %d", w.Code)
		}
		close(end)
		for range 2 {
			if code := <-done; code != 200 {
				t.Errorf("one of the first two: status %d", code)
			}
		}
	})
}

func TestAServerWithoutVersionsSaysSo(t *testing.T) {
	if w := get(t, newFleet().server(t), canaryGate); w.Code != 404 {
		t.Errorf("status %d", w.Code)
	}
}

func TestABackendThatCannotBeReadAtAllIsAnError(t *testing.T) {
	if w := get(t, (&twoVersions{err: errors.New("down")}).server(t, 1), canaryGate); w.Code/100 != 5 {
		t.Errorf("status %d", w.Code)
	}
}
