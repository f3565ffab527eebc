package web_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

var errDown = errors.New("connection refused")

const ledgerPath = "/api/v1/slos/checkout/charge-card/availability/ledger"

func TestALongLedgerIsReadInParts(t *testing.T) {
	f := newFleet()
	begin := noon.Add(-24 * time.Hour)
	for i := range 10_500 {
		f.increments = append(f.increments, slo.Increment{End: begin.Unix() + int64(i+1), Width: 1, Counts: slo.Counts{Total: 2, Bad: 1}, Classes: map[string]int64{`{"code":"500"}`: 1}})
	}
	server := f.server(t)
	w := get(t, server, ledgerPath+"?from="+begin.Format(time.RFC3339))
	first := decode[api.Ledger](t, w)
	if len(first.Slots) != 10_000 || first.Next == nil || !first.Next.Equal(begin.Add(10_000*time.Second)) || !first.To.Equal(*first.Next) {
		t.Fatalf("%d slots up to %v, next %v", len(first.Slots), first.To, first.Next)
	}
	if s := first.Slots[0]; !s.End.Equal(begin.Add(time.Second)) || s.Total != 2 || s.Good != 1 || s.Bad != 1 || s.Classes[0].Labels["code"] != "500" || s.Classes[0].Count != 1 {
		t.Errorf("slot %+v", s)
	}
	w = get(t, server, ledgerPath+"?from="+first.Next.Format(time.RFC3339))
	if rest := decode[api.Ledger](t, w); len(rest.Slots) != 500 || rest.Next != nil || !rest.Slots[0].End.Equal(first.Next.Add(time.Second)) {
		t.Errorf("then %d slots, next %v", len(rest.Slots), rest.Next)
	}
	for _, bad := range []string{"?from=yesterday", "?from=2026-03-01T12:00:00Z&to=2026-03-01T11:00:00Z", "?step=1m"} {
		if w := get(t, server, ledgerPath+bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d", bad, w.Code)
		}
	}
}

func TestVerificationsAreBoundedAndOneAtATime(t *testing.T) {
	f := newFleet()
	f.comparison = slo.Comparison{Ledger: slo.Counts{Total: 100, Bad: 1}, Backend: slo.Counts{Total: 100, Bad: 2}, Slots: 12}
	server := f.server(t)
	meanwhile := 0
	f.verify = func() {
		if meanwhile == 0 {
			meanwhile = get(t, server, ledgerPath+"/verification").Code
		}
	}
	w := get(t, server, ledgerPath+"/verification")
	got := decode[api.Verification](t, w)
	if got.Verdict != "fail" || got.Deviation != 0.5 || got.Ledger.Bad != 1 || got.Backend.Bad != 2 || got.Slots != 12 || !got.To.Equal(noon.Add(-5*time.Minute)) || got.To.Sub(got.From) != 6*time.Hour {
		t.Errorf("verification %+v", got)
	}
	if meanwhile != http.StatusServiceUnavailable {
		t.Errorf("a second one meanwhile: status %d", meanwhile)
	}
	if w := get(t, server, ledgerPath+"/verification?from=2026-02-27T00:00:00Z"); w.Code != http.StatusBadRequest {
		t.Errorf("two days at once: status %d", w.Code)
	}
	f.err = errDown
	if w := get(t, server, ledgerPath+"/verification"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), errDown.Error()) {
		t.Errorf("a backend that is down: status %d, %s", w.Code, w.Body)
	}
}

// Each holds the slots of a whole span in memory.
func TestFewSpansAreReadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		var reading, done atomic.Int32
		goOn := make(chan struct{})
		f.reading = func() { reading.Add(1); <-goOn; reading.Add(-1) }
		server := f.server(t)
		for range 5 {
			go func() {
				if w := get(t, server, ledgerPath); w.Code != http.StatusOK {
					t.Errorf("status %d, %s", w.Code, w.Body)
				}
				done.Add(1)
			}()
		}
		synctest.Wait()
		if n := reading.Load(); n != 2 {
			t.Errorf("%d are read at once", n)
		}
		close(goOn)
		synctest.Wait()
		if n := done.Load(); n != 5 {
			t.Errorf("%d of 5 were answered", n)
		}
	})
}

func TestThePageOfAnSLOShowsAnnotationsAndRevisions(t *testing.T) {
	f := newFleet()
	f.annotations = []slo.Annotation{
		{End: noon.Add(-time.Hour).Unix(), Width: 600, Kind: slo.Bridged, Text: "300 events are spread <evenly>"},
		{End: noon.Add(-30 * time.Minute).Unix(), Kind: slo.Seam, Text: "revision 2 begins"},
	}
	for i := range f.slos {
		f.slos[i].History = []slo.Revision{
			{Number: 1, From: noon.Add(-48 * time.Hour), Objective: slo.MustObjective("99%"), Window: f.slos[i].Window},
			{Number: 2, From: noon.Add(-30 * time.Minute), Objective: f.slos[i].Objective, Window: f.slos[i].Window, Change: "objective 99% → 99.9%"},
		}
	}
	body := get(t, f.server(t), "/slos/checkout/charge-card/availability").Body.String()
	for _, want := range []string{"Annotations", "300 events are spread &lt;evenly&gt;", "Gap", "Changed", "objective 99% → 99.9%", "the first one known: 99% over"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Index(body, "revision 2 begins") > strings.Index(body, "300 events") {
		t.Error("the newest annotation is not first")
	}
	w := get(t, f.server(t), "/api/v1/slos/checkout/charge-card/availability/series?from=2026-03-01T00:00:00Z&step=6h")
	series := decode[api.Series](t, w)
	if len(series.Annotations) != 2 || series.Annotations[0].Kind != "bridged" || series.Annotations[0].To.Sub(series.Annotations[0].From) != 10*time.Minute {
		t.Errorf("annotations %+v", series.Annotations)
	}
}
