package web_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

func (k *kept) server(t *testing.T, f *fleet) *web.Server {
	t.Helper()
	config := f.config()
	config.Exemplars = k
	s, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const exemplarsOfCharging = charging + "/exemplars"

func TestExemplarsAreOfFailedCallsNewestFirst(t *testing.T) {
	k := &kept{}
	server := k.server(t, newFleet())
	k.of = func(o slo.SLO) []slo.Exemplar {
		if o.ID.Name != "availability" {
			return nil
		}
		return fourExemplars(o)
	}
	got := decode[api.Exemplars](t, get(t, server, "/api/v1"+exemplarsOfCharging+"?from=now-1h"))
	if got.Found != 4 || got.Bad != 2 || len(got.Exemplars) != 2 || !got.From.Equal(noon.Add(-time.Hour)) || !got.To.Equal(noon) {
		t.Fatalf("%+v", got)
	}
	first := got.Exemplars[0]
	if !first.T.Equal(noon.Add(-6*time.Minute)) || first.SLO != "availability" || !first.Bad || first.TraceID != "4bf92f3577b34da6503" || first.Series["code"] != "503" ||
		first.URL != "https://traces.example.com/availability/4bf92f3577b34da6503" || *first.Value != 1 || first.Seconds != nil {
		t.Errorf("%+v", first)
	}
	if len(k.slos) != 2 || !k.from.Equal(noon.Add(-time.Hour)) || !k.to.Equal(noon) || k.asked.Load() != 1 {
		t.Errorf("the backend was asked %d times about %d SLOs from %s to %s", k.asked.Load(), len(k.slos), k.from, k.to)
	}
	if all := decode[api.Exemplars](t, get(t, server, "/api/v1"+exemplarsOfCharging+"?from=now-1h&calls=all")); len(all.Exemplars) != 4 || all.Exemplars[0].Bad {
		t.Errorf("%+v", all)
	}
}

// TestExemplarsOfALatencyAreSlowestFirst: values are in the unit of the histogram.
func TestExemplarsOfALatencyAreSlowestFirst(t *testing.T) {
	f := newFleet()
	for i := range f.slos {
		if f.slos[i].ID.String() == "checkout/charge-card/latency" {
			f.slos[i].SLI = slo.SLI{Latency: &slo.Latency{Histogram: slo.Selector{Metric: "call_ms"}, Threshold: time.Second, Unit: time.Millisecond}}
		}
	}
	k := &kept{of: func(o slo.SLO) (out []slo.Exemplar) {
		for i, ms := range []float64{1200, 3400, 90, math.NaN(), math.Inf(1)} {
			out = append(out, slo.Exemplar{Time: noon.Add(time.Duration(-i) * time.Minute), Value: ms, Series: map[string]string{"__name__": "call_ms_bucket"}})
		}
		if o.SLI.Latency == nil {
			return nil
		}
		return out
	}}
	server := k.server(t, f)
	got := decode[api.Exemplars](t, get(t, server, "/api/v1"+exemplarsOfCharging+"?order=slowest&calls=all"))
	var took []string
	for _, e := range got.Exemplars {
		text := "unknown"
		if e.Seconds != nil {
			text = fmt.Sprint(*e.Seconds)
		}
		took = append(took, text)
	}
	if want := "unknown 3.4 1.2 0.09 unknown"; strings.Join(took, " ") != want || got.Bad != 3 {
		t.Errorf("%s with %d bad, want %s", strings.Join(took, " "), got.Bad, want)
	}
	body := get(t, server, exemplarsOfCharging+"?order=slowest").Body.String()
	slow, fast := strings.Index(body, "<b>3.4 s</b>"), strings.Index(body, "<b>1.2 s</b>")
	if slow < 0 || fast < slow || strings.Contains(body, "90 ms") || !strings.Contains(body, "5 exemplars, 3 of a failed or slow call.") {
		t.Errorf("3.4 s at %d and 1.2 s at %d", slow, fast)
	}
}

func TestThePageOfExemplars(t *testing.T) {
	body := get(t, newFleet().server(t), exemplarsOfCharging+"?from=2026-03-01T11:00:00Z&to=2026-03-01T12:00:00Z&slo=latency").Body.String()
	for _, want := range []string{
		`href="/functions/checkout/charge-card?from=2026-03-01T11%3A00%3A00Z&amp;slo=latency&amp;to=2026-03-01T12%3A00%3A00Z"`, // back
		`<a href="https://traces.example.com/availability/4bf92f3577b34da6503" rel="noopener noreferrer">trace 4bf92f3577b34da6503</a>`,
		"<span>Failed</span>", "<small>code=503</small>", "8 exemplars, 4 of a failed or slow call.",
		`calls=all&amp;from=2026-03-01T11%3A00%3A00Z&amp;order=newest&amp;slo=latency`, `<a href="/slos/checkout/charge-card/availability">availability</a>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(body, "code=404") {
		t.Error("a good call is listed")
	}
}

// TestThePageOfAFunctionLeadsToExemplarsAndAsksForNone.
func TestThePageOfAFunctionLeadsToExemplarsAndAsksForNone(t *testing.T) {
	k := &kept{}
	server := k.server(t, newFleet())
	body := get(t, server, charging+"?from=now-1h").Body.String()
	if want := `href="/functions/checkout/charge-card/exemplars?from=2026-03-01T11%3A00%3A00Z&amp;to=2026-03-01T12%3A00%3A00Z"`; !strings.Contains(body, want) || k.asked.Load() > 0 {
		t.Errorf("no link %s, or asked %d times", want, k.asked.Load())
	}
	body = get(t, server, exemplarsOfCharging+"?from=now-30d").Body.String()
	if !strings.Contains(body, "Only the last day") || !k.from.Equal(noon.Add(-24*time.Hour)) {
		t.Errorf("asked from %s", k.from)
	}
}

// TestWithoutExemplarsThePageSaysWhatToDo.
func TestWithoutExemplarsThePageSaysWhatToDo(t *testing.T) {
	none := func(slo.SLO) []slo.Exemplar { return nil }
	for name, c := range map[string]struct {
		k      *kept
		status int // of the API
		page   int
		says   string
	}{
		"not known":   {&kept{of: none, err: fmt.Errorf("backend main: %w", site.ErrNoExemplars)}, 404, 200, "--enable-feature=exemplar-storage"},
		"disabled":    {&kept{of: none}, 200, 200, "--enable-feature=exemplar-storage"},
		"down":        {&kept{of: none, err: errors.New("backend main: connection refused")}, 503, 200, "connection refused"},
		"all is well": {&kept{of: func(o slo.SLO) []slo.Exemplar { return fourExemplars(o)[:1] }}, 200, 200, "Show all calls"},
		"in part":     {&kept{err: errors.New("backend other: connection refused")}, 503, 200, "4bf92f3577b34da6503"},
	} {
		server := c.k.server(t, newFleet())
		if w := get(t, server, "/api/v1"+exemplarsOfCharging); w.Code != c.status {
			t.Errorf("%s: status %d: %s", name, w.Code, w.Body)
		}
		if w := get(t, server, exemplarsOfCharging); w.Code != c.page || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: status %d, and the page does not say %q", name, w.Code, c.says)
		}
	}
	f := newFleet()
	for i := range f.slos {
		f.slos[i].SLI = slo.SLI{Threshold: &slo.Threshold{Query: "x"}}
	}
	k := &kept{}
	if body := get(t, k.server(t, f), exemplarsOfCharging).Body.String(); !strings.Contains(body, "ask free queries") || k.asked.Load() > 0 {
		t.Errorf("asked %d times about free queries", k.asked.Load())
	}
}

func TestExemplarsThatCannotBeAskedFor(t *testing.T) {
	k := &kept{}
	server := k.server(t, newFleet())
	for query, status := range map[string]int{
		"from=now-25h": 400, "from=yesterday": 400, "order=oldest": 400, "calls=none": 400, "limit=9": 400, "from=now&to=now-1h": 400,
		"from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z": 400,
	} {
		if w := get(t, server, "/api/v1"+exemplarsOfCharging+"?"+query); w.Code != status {
			t.Errorf("%s: status %d", query, w.Code)
		}
	}
	for _, path := range []string{"/functions/checkout/charge-crad/exemplars", "/api/v1/functions/checkout/charge-crad/exemplars"} {
		if w := get(t, server, path); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "charge-card") {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	if k.asked.Load() > 0 {
		t.Errorf("the backend was asked %d times", k.asked.Load())
	}
}

// TestManyExemplarsAreCut: an answer has a hundred, and says how many there were.
func TestManyExemplarsAreCut(t *testing.T) {
	k := &kept{of: func(o slo.SLO) (out []slo.Exemplar) {
		for range 200 {
			out = append(out, fourExemplars(o)...)
		}
		return out
	}}
	server := k.server(t, newFleet())
	got := decode[api.Exemplars](t, get(t, server, "/api/v1"+exemplarsOfCharging))
	if len(got.Exemplars) != 100 || got.Found != 1600 || got.Bad != 800 {
		t.Errorf("%d of %d, %d bad", len(got.Exemplars), got.Found, got.Bad)
	}
	w := get(t, server, exemplarsOfCharging)
	if body := w.Body.String(); !strings.Contains(body, "And 700 more") || len(body) > 100_000 {
		t.Errorf("%d bytes", len(body))
	}
}

// TestAFewAskForExemplarsAtATime: two are answered, the third is told to come again.
func TestAFewAskForExemplarsAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kept{reading: func(ctx context.Context) { <-ctx.Done() }}
		server := k.server(t, newFleet())
		var asking sync.WaitGroup
		for range 2 {
			asking.Go(func() { get(t, server, "/api/v1"+exemplarsOfCharging) })
		}
		synctest.Wait()
		if w := get(t, server, "/api/v1"+exemplarsOfCharging); w.Code != http.StatusServiceUnavailable || k.asked.Load() != 2 {
			t.Errorf("status %d, and %d were asked", w.Code, k.asked.Load())
		}
		asking.Wait()
	})
}
