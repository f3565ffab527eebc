package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// manyKinds tells each bad event of a step apart from all others, by values that are as
// long and as hostile as they can be.
func manyKinds(payload string, kinds int) func(*slo.DetailStep) {
	return func(d *slo.DetailStep) {
		d.Classes, d.Bad = nil, int64(2*kinds)
		for i := range kinds {
			d.Classes = append(d.Classes, slo.ClassCount{
				Labels: map[string]string{"route": fmt.Sprint(i, payload), "code": fmt.Sprint(500 + i%100), payload: strings.Repeat("x", 200)}, Bad: 2,
			})
		}
	}
}

// TestAFunctionWithHundredsOfKindsOfErrors shows the most frequent, adds up, and stays
// small.
func TestAFunctionWithHundredsOfKindsOfErrors(t *testing.T) {
	f := newFleet()
	f.detailed = manyKinds(strings.Repeat("wide ", 40), 300)
	server := f.server(t)
	w := get(t, server, "/api/v1"+charging+"/detail?from=now-30d")
	got := decode[api.Detail](t, w)
	if len(got.Calls.Classes) != 6 || !strings.HasPrefix(got.Calls.Classes[5].Name, "other") || w.Body.Len() > 20_000 {
		t.Errorf("%d lines in %d bytes", len(got.Calls.Classes), w.Body.Len())
	}
	for i := 1; i < len(got.T); i++ {
		var sum int64
		for _, class := range got.Calls.Classes {
			sum += class.Values[i]
		}
		if sum != 600 {
			t.Fatalf("step %d adds up to %d", i, sum)
		}
	}
	body := get(t, server, charging+"?from=now-30d").Body.String()
	if n := strings.Count(body, `<th scope="row">`); n != 17 || len(body) > 45_000 {
		t.Errorf("%d label values in %d bytes", n, len(body))
	}
}

func TestKindsOfErrorsBecomeNoMarkup(t *testing.T) {
	for _, payload := range payloads {
		f := newFleet()
		f.detailed = manyKinds(payload, 10)
		server := f.server(t)
		body := get(t, server, charging+"?from=now-1d").Body.String()
		for _, problem := range foreign(body) {
			t.Errorf("%q: %s", payload, problem)
		}
		if w := get(t, server, "/api/v1"+charging+"/detail"); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "<script>") {
			t.Errorf("%q: status %d, or markup in the answer", payload, w.Code)
		}
	}
}

// TestRangesAtTheirEdges: each is answered in a bounded number of steps, or refused with
// what to write instead.
func TestRangesAtTheirEdges(t *testing.T) {
	server := newFleet().server(t)
	for query, want := range map[string]struct {
		status int
		steps  string // of the answer: how long
		says   string
	}{
		"from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z": {400, "", "before now"},
		"from=now&to=now": {400, "", "a minute or more before"},
		"from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z": {400, "", "a minute or more before"},
		"from=soon":     {400, "", "now-6h"},
		"from=now-13mo": {400, "", "now-6h"},
		"from=now-2y":   {400, "", "400 days"},
		"from=1971-01-01T00:00:00Z&to=1971-01-02T00:00:00Z": {200, "1d", ""},
		"from=now-365d": {200, "2d", ""},
		"from=now-400d": {200, "2d", ""},
		"from=now-1m":   {200, "30s", ""},
		"from=2026-03-01T11:58:59%2B00:00&to=2026-03-01T13:00:00%2B01:00": {200, "30s", ""},
		"from=2026-03-01T00:00:00Z&to=2100-12-31T23:59:59Z":               {200, "5m", ""},
		"from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z&slo=latency":   {400, "", "now-6h"},
		"from=now-1h&to=now-1h":                         {400, "", "a minute or more before"},
		"from=now-1h&to=" + strings.Repeat("9", 300):    {400, "", "now-6h"},
		"from=%3Cscript%3Ealert(1)%3C/script%3E&to=now": {400, "", "now-6h"},
	} {
		w := get(t, server, "/api/v1"+charging+"/detail?"+query)
		page := get(t, server, charging+"?"+query)
		if w.Code != want.status || page.Code != want.status || len(foreign(page.Body.String())) > 0 {
			t.Errorf("%s: status %d, of the page %d: %.200s", query, w.Code, page.Code, w.Body)
			continue
		}
		if want.status != http.StatusOK {
			if !strings.Contains(w.Body.String(), want.says) || !strings.Contains(page.Body.String(), want.says) {
				t.Errorf("%s: it does not say %q: %s", query, want.says, w.Body)
			}
			continue
		}
		if got := decode[api.Detail](t, w); got.Step != want.steps || len(got.T) > 302 || len(got.T) == 0 || w.Body.Len() > 30_000 || page.Body.Len() > 45_000 {
			t.Errorf("%s: %d steps of %s in %d bytes, the page has %d", query, len(got.T), got.Step, w.Body.Len(), page.Body.Len())
		}
	}
}

// TestThirtyDaysOfAFunctionAreSmall has a latency with many buckets as well: what is
// drawn is bounded, however much is kept.
func TestThirtyDaysOfAFunctionAreSmall(t *testing.T) {
	f := newFleet()
	for i := range f.slos {
		if f.slos[i].ID.String() == "checkout/charge-card/latency" {
			f.slos[i].SLI = slo.SLI{Latency: &slo.Latency{Histogram: slo.Selector{Metric: "s"}, Threshold: 1e9, Unit: 1e9}}
		}
	}
	f.detailed = func(d *slo.DetailStep) {
		if d.Buckets == nil {
			return
		}
		d.Buckets = nil
		for i := range 160 { // as a native histogram has
			d.Buckets = append(d.Buckets, slo.Bucket{LowerBound: float64(i) / 40, UpperBound: float64(i+1) / 40, Count: int64(1000 + i)})
		}
	}
	server := f.server(t)
	for path, most := range map[string]int{
		charging + "?from=now-30d": 90_000, "/api/v1" + charging + "/detail?from=now-30d": 60_000,
	} {
		w := get(t, server, path)
		if w.Code != http.StatusOK || w.Body.Len() > most {
			t.Errorf("%s: status %d, %d bytes", path, w.Code, w.Body.Len())
		}
		t.Logf("%s: %d bytes", path, w.Body.Len())
	}
}
