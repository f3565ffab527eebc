package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

// TestABackendInTroubleDecidesNothing breaks the backend in every way it can
// break while an alert fires: the alert stays, nobody hears of an end or of
// another page, and it is said why. When the backend is back the story goes on.
func TestABackendInTroubleDecidesNothing(t *testing.T) {
	answer := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	const sample = `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"function":"create-order"},"values":[[1773842850,"NaN"],[1773842880,"NaN"],[1773842910,"NaN"],[1773842940,"NaN"]]}]}}`
	for _, tc := range []struct {
		what string
		door http.HandlerFunc
		says string // part of the reason
	}{
		{"it hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
		{"it answers 500", answer(500, "application/json", `{"status":"error","errorType":"internal","error":"broken"}`), "500"},
		{"it answers 503 in HTML", answer(503, "text/html", "<html><body>down for maintenance</body></html>"), "503"},
		{"a proxy answers 200 in HTML", answer(200, "text/html", "<html><body>please log in</body></html>"), ""},
		{"the JSON is cut", answer(200, "application/json", sample[:len(sample)/2]), ""},
		{"nothing at all", answer(200, "application/json", ""), ""},
		{"it redirects", answer(302, "text/plain", ""), "302"},
		{"it refuses us", answer(401, "text/plain", "who are you"), "401"},
		{"every value is NaN", answer(200, "application/json", sample), ""},
		{"every answer is empty", answer(200, "application/json", `{"status":"success","data":{"resultType":"matrix","result":[]}}`), ""},
		{"it warns that the answer is partial", answer(200, "application/json", `{"status":"success","warnings":["receive series from Addr: store-1:10901: rpc error: code = Unavailable"],"data":{"resultType":"matrix","result":[]}}`), ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, configuration{})
			fault, _ := s.burn()
			s.prom.shut(tc.door)
			s.mend(fault) // nobody can see it
			s.pass(4)
			got := s.alert()
			if got.Alert.State != "firing" || got.Alert.Severity != "page" {
				t.Errorf("the alert is %+v", got.Alert)
			}
			for range 5 {
				s.clock.advance(2 * time.Minute)
				s.tick()
			}
			got = s.alert()
			if got.Alert.State != "firing" || got.Data.State == "ok" || got.Data.Reason == "" || !strings.Contains(got.Data.Reason, tc.says) {
				t.Errorf("after 12 minutes: alert %+v, data %+v, want a reason with %q", got.Alert, got.Data, tc.says)
			}
			t.Logf("%s: %s", got.Data.State, got.Data.Reason)
			s.pager.noneOf(t, s.function) // of the backend there may be
			s.prom.open()
			s.round()
			s.calm()
			if end := s.pager.nextOf(t, s.function); end.body.Status != "resolved" {
				t.Errorf("then it says %+v", end.body.Incident)
			}
			s.pager.noneOf(t, s.function)
		})
	}
}

// TestABackendThatIsAwayIsNoBadEvent is the other side: a healthy function is
// not paged for, however long nobody can ask about it. The backend is.
func TestABackendThatIsAwayIsNoBadEvent(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.prom.shut(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for range 5 {
		s.clock.advance(2 * time.Minute)
		s.tick()
	}
	if got := s.alert(); got.Data.State != "source_down" || got.Alert.State == "firing" {
		t.Errorf("data %+v, alert %+v", got.Data, got.Alert)
	}
	if d := s.pager.nextOf(t, "backend/main"); d.body.Incident.Severity != "ticket" || !strings.Contains(d.body.Incident.Reason, "EOF") {
		t.Errorf("of the backend it says %+v", d.body.Incident)
	}
	_, page := s.get("/slos")
	if !strings.Contains(page, "main") || !strings.Contains(page, "EOF") {
		t.Errorf("the page does not say that the backend is away")
	}
	s.prom.open()
	s.round()
	if got := s.alert(); got.Data.State != "ok" || got.Data.Coverage < 0.99 {
		t.Errorf("when it is back: %+v", got.Data)
	}
	s.pager.noneOf(t, s.function)
	s.pass(5)
	if d := s.pager.nextOf(t, "backend/main"); d.body.Status != "resolved" || !strings.Contains(d.body.Incident.Reason, "answers again") {
		t.Errorf("then it says of the backend %+v", d.body.Incident)
	}
}

// TestSeriesThatVanishWhileTheyBurnAreNoEnd stops the scrapes of the function
// at the end of its outage.
func TestSeriesThatVanishWhileTheyBurnAreNoEnd(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	fault, _ := s.burn()
	s.mend(fault) // a longer outage would spend the budget, and that lasts
	down, err := s.prom.Start(fleet.Fault{Kind: fleet.TargetDown, Service: "checkout", Function: "create-order"}, s.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.pass(30)
	if got := s.alert(); got.Alert.State != "firing" || got.Data.State != "no_data" || !strings.Contains(got.Data.Reason, "no sample since") {
		t.Errorf("alert %+v, data %+v", got.Alert, got.Data)
	}
	s.pager.none(t)
	if _, err := s.prom.Stop(down.ID, s.clock.Now()); err != nil {
		t.Fatal(err)
	}
	s.calm()
	if end := s.pager.next(t); end.body.Status != "resolved" {
		t.Errorf("then it says %+v", end.body.Incident)
	}
}

// TestHalfOfTheSeriesVanish: what is left of an objective that spans two
// functions goes on burning, and goes on deciding.
func TestHalfOfTheSeriesVanish(t *testing.T) {
	t.Parallel()
	s := newStoryOf(t, configuration{}, "checkout", "create-order")
	writeFile(t, filepath.Join(filepath.Dir(s.file), "slos", "quick.yaml"),
		strings.ReplaceAll(quickFile, `function="create-order"`, `function=~"create-order|charge-card"`))
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.round()
	fault, page := s.burn()
	down, err := s.prom.Start(fleet.Fault{Kind: fleet.TargetDown, Service: "checkout", Function: "charge-card"}, s.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.pass(8)
	if got := s.alert(); got.Alert.State != "firing" || got.Data.State != "ok" {
		t.Errorf("alert %+v, data %+v", got.Alert, got.Data)
	}
	s.pager.none(t)
	if _, err := s.prom.Stop(down.ID, s.clock.Now()); err != nil {
		t.Fatal(err)
	}
	s.pass(2)
	s.pager.none(t)
	s.mend(fault)
	s.calm()
	if end := s.pager.next(t); end.body.GroupKey != page.body.GroupKey || end.body.Status != "resolved" {
		t.Errorf("it ends with %+v", end.body.Incident)
	}
}

// TestABackendThatIsSlowDelaysAndLosesNothing lets every query take its time.
func TestABackendThatIsSlowDelaysAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.prom.shut(func(w http.ResponseWriter, r *http.Request) {
		pause := time.NewTimer(20 * time.Millisecond)
		defer pause.Stop()
		<-pause.C
		s.prom.api.ServeHTTP(w, r)
	})
	fault, page := s.burn()
	s.mend(fault)
	s.calm()
	if end := s.pager.next(t); page.body.Status != "firing" || end.body.Status != "resolved" {
		t.Errorf("it told %s and %s", page.body.Status, end.body.Status)
	}
}

// TestAReceiverInTroubleGetsEverything refuses in every way a receiver can. What
// is owed arrives once it accepts, under the id of the first attempt.
func TestAReceiverInTroubleGetsEverything(t *testing.T) {
	gone := make(chan struct{})
	for _, tc := range []struct {
		what string
		door http.HandlerFunc
	}{
		{"429 with Retry-After", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		}},
		{"500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }},
		{"hanging up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{"401", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }},
		{"never answering", func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-gone:
			}
		}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, configuration{})
			s.pager.failing(tc.door)
			s.breakIt()
			for range 10 {
				if s.pass(1); s.alert().Alert.State == "firing" {
					break
				}
			}
			first := <-s.pager.requests
			s.log.await(t, "notification failed, will try again")
			s.pager.none(t)
			s.pager.accept()
			page := s.later()
			if page.id != first || page.body.Status != "firing" {
				t.Errorf("%s under %s, want the page under %s", page.body.Status, page.id, first)
			}
			s.pager.none(t)
		})
	}
	t.Cleanup(func() { close(gone) })
}

// TestAnOutageOfTheReceiverEndsInOneMessage: what began and ended while nobody
// could be told is told as one.
func TestAnOutageOfTheReceiverEndsInOneMessage(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.pager.failing(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	fault := s.breakIt()
	s.pass(4)
	s.log.await(t, "notification failed, will try again")
	s.mend(fault)
	s.calm()
	s.pager.accept()
	end := s.later()
	if end.body.Status != "resolved" || !strings.Contains(end.body.Incident.Reason, "late") {
		t.Errorf("it says %s: %s", end.body.Status, end.body.Incident.Reason)
	}
	s.pager.none(t)
}
