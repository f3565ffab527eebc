package main

import (
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/web/api"
)

// quickFile has objectives of one function that alert by the fast tier only, so
// that a story is over in minutes.
const quickFile = `version: 1
service: checkout
owner: team-checkout
policy: {base: default, tiers: {slow: off, steady: off, drain: off}}
functions:
  - name: create-order
    slos:
      - name: availability
        objective: 99.9%
        window: 7d
        sli: {ratio: {total: 'function_calls_total{function="create-order"}', bad: 'function_calls_total{function="create-order",code=~"5.."}', fingerprint: [code]}}
`

// story is a service that watches one function of the fleet and tells one
// receiver, in slots of 30 seconds.
type story struct {
	*running
	clock *clock
	prom  *backend
	pager *receiver

	serviceName, function string
}

func newStory(t *testing.T, c configuration) *story {
	t.Helper()
	return newStoryOf(t, c, "checkout", "create-order")
}

func newStoryOf(t *testing.T, c configuration, service, function string) *story {
	t.Helper()
	s := &story{clock: newClock(wednesday), pager: newReceiver(t), serviceName: service, function: function}
	s.prom = newBackend(t, fleet.Options{Seed: 1, Now: s.clock.Now})
	dir := t.TempDir()
	text := strings.NewReplacer("create-order", function, "service: checkout", "service: "+service).Replace(quickFile)
	writeFile(t, filepath.Join(dir, "slos", "quick.yaml"), text)
	c.backend, c.hook, c.storage = s.prom.URL, s.pager.URL+c.hook, filepath.Join(dir, "slofuse.db")
	s.running = start(t, c.write(t, dir), s.clock.Now)
	s.round()
	return s
}

// pass lets slots go by, a round in each.
func (s *story) pass(slots int) {
	s.t.Helper()
	for range slots {
		s.clock.advance(30 * time.Second)
		s.tick()
	}
}

func (s *story) breakIt() fleet.Fault { s.t.Helper(); return s.breakItAt(s.clock.Now()) }

func (s *story) breakItAt(at time.Time) fleet.Fault {
	s.t.Helper()
	fault, err := s.prom.Start(fleet.Fault{Kind: fleet.Outage, Service: s.serviceName, Function: s.function}, at)
	if err != nil {
		s.t.Fatal(err)
	}
	return fault
}

func (s *story) mend(fault fleet.Fault) {
	s.t.Helper()
	if _, err := s.prom.Stop(fault.ID, s.clock.Now()); err != nil {
		s.t.Fatal(err)
	}
}

// alert is where the objective stands for whoever asks the API.
func (s *story) alert() api.SLO {
	s.t.Helper()
	code, body := s.get("/api/v1/slos/" + s.serviceName + "/" + s.function + "/availability")
	if code != http.StatusOK {
		s.t.Fatalf("status %d: %s", code, body)
	}
	test, ok := s.t.(*testing.T)
	if !ok {
		s.t.Fatal("not a test")
	}
	return unmarshal[api.SLO](test, body)
}

// burn breaks the function and lets slots pass until the page is out.
func (s *story) burn() (fleet.Fault, delivery) {
	s.t.Helper()
	fault := s.breakIt()
	for range 10 {
		s.pass(1)
		if s.alert().Alert.State == "firing" {
			return fault, s.pager.next(s.t)
		}
	}
	s.t.Fatalf("no page within 5 minutes: %+v", s.alert())
	return fault, delivery{}
}

// later waits for a delivery that is tried again, and lets time pass meanwhile:
// attempts are put off by the clock of the story.
func (s *story) later() delivery {
	s.t.Helper()
	passing := time.NewTicker(100 * time.Millisecond)
	defer passing.Stop()
	deadline := time.After(patience)
	for {
		select {
		case d := <-s.pager.got:
			return d
		case <-passing.C:
			s.clock.advance(10 * time.Second)
		case <-deadline:
			s.t.Fatalf("nothing was sent:\n%s", s.log)
		}
	}
}

// calm lets slots pass until the alert is over.
func (s *story) calm() {
	s.t.Helper()
	for range 40 {
		s.pass(1)
		if s.alert().Alert.State == "ok" {
			return
		}
	}
	got := s.alert()
	s.t.Fatalf("no end within 20 minutes: alert %+v, data %+v", got.Alert, got.Data)
}

func TestAPageArrivesAndItsEnd(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.pass(2)
	s.pager.none(t)
	fault, page := s.burn()
	if page.body.Status != "firing" || page.body.Incident.Severity != "page" || page.body.SLO == nil || page.body.SLO.ID != "checkout/create-order/availability" {
		t.Errorf("the page is %+v", page.body)
	}
	if page.body.Incident.URL != "http://slo.example.com/incidents/"+page.body.Incident.ID {
		t.Errorf("it links %s", page.body.Incident.URL)
	}
	code, body := s.get("/api/v1/incidents/" + page.body.Incident.ID)
	if code != http.StatusOK || unmarshal[api.Incident](t, body).State != "open" {
		t.Errorf("status %d: %s", code, body)
	}
	if _, body := s.get("/incidents/" + page.body.Incident.ID); !strings.Contains(body, "create-order") {
		t.Errorf("the page of the incident does not name the function:\n%s", body)
	}
	s.mend(fault)
	s.calm()
	end := s.pager.next(t)
	if end.body.Status != "resolved" || end.body.GroupKey != page.body.GroupKey || end.id == page.id || end.body.Incident.ResolvedAt == nil {
		t.Errorf("the end is %+v", end.body)
	}
	s.pager.none(t)
}

func TestAServiceIsReadyAfterItsFirstRound(t *testing.T) {
	t.Parallel()
	c := newClock(wednesday)
	prom := newBackend(t, fleet.Options{Seed: 1, Now: c.Now})
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "slos", "quick.yaml"), quickFile)
	r := start(t, configuration{backend: prom.URL, storage: filepath.Join(dir, "slofuse.db")}.write(t, dir), c.Now)
	if code, body := r.get("/-/ready"); code != http.StatusServiceUnavailable || !strings.Contains(body, "first round") {
		t.Errorf("before: %d %s", code, body)
	}
	if code, _ := r.get("/-/healthy"); code != http.StatusOK {
		t.Errorf("healthy: %d", code)
	}
	r.round()
	if code, body := r.get("/-/ready"); code != http.StatusOK {
		t.Errorf("after: %d %s", code, body)
	}
}

func TestAReceiverThatWantsNoEndGetsNone(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{hookKeys: ", send_resolved: false"})
	fault, _ := s.burn()
	s.mend(fault)
	s.calm()
	// The next page is sent after the end it was spared.
	s.pass(70)
	_, again := s.burn()
	if again.body.Status != "firing" {
		t.Errorf("it got %s", again.body.Status)
	}
	s.pager.none(t)
}

func TestReload(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	slos := filepath.Join(filepath.Dir(s.file), "slos", "quick.yaml")
	post := func() int {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/-/reload", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	const metric = "slofuse_config_last_reload_successful"
	if got := s.metric(metric); got != "1" {
		t.Errorf("%s is %s at the start", metric, got)
	}
	fault, _ := s.burn()

	// A mistake leaves everything as it was, and says so.
	writeFile(t, slos, strings.Replace(quickFile, "owner:", "ownr:", 1))
	if code := post(); code != http.StatusUnprocessableEntity {
		t.Errorf("a bad file: status %d", code)
	}
	if got := s.metric(metric); got != "0" {
		t.Errorf("%s is %s after a bad file", metric, got)
	}
	if _, body := s.get("/slos"); !strings.Contains(body, "ownr") {
		t.Error("the pages do not say what is wrong with the file")
	}
	s.log.await(t, "reload failed, the old settings stay in force")
	if got := s.alert(); got.Owner != "team-checkout" || got.Alert.State != "firing" {
		t.Errorf("after a bad file: %+v", got)
	}

	// The same objective under another owner keeps its numbers and its alert.
	writeFile(t, slos, strings.Replace(quickFile, "team-checkout", "team-orders", 1))
	if code := post(); code != http.StatusOK {
		t.Errorf("a good file: status %d", code)
	}
	s.pass(1)
	if got := s.alert(); got.Owner != "team-orders" || got.Alert.State != "firing" || got.Data.Coverage < 0.99 {
		t.Errorf("after a good file: %+v", got)
	}
	if got := s.metric(metric); got != "1" {
		t.Errorf("%s is %s after a good file", metric, got)
	}
	s.pager.none(t)
	s.mend(fault)
	s.calm()
	if end := s.pager.next(t); end.body.Status != "resolved" {
		t.Errorf("the end is %+v", end.body)
	}

	// What a running service cannot take over is refused.
	text, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, s.file, string(text)+"evaluation: {step: 1m}\n")
	if code := post(); code != http.StatusUnprocessableEntity {
		t.Errorf("another step: status %d", code)
	}
	s.log.await(t, "a restart is needed for changes of evaluation")
}

func TestReloadOnHangup(t *testing.T) {
	s := newStory(t, configuration{})
	ours := make(chan os.Signal, 1)
	signal.Notify(ours, syscall.SIGHUP) // before the service does, it would end this process
	defer signal.Stop(ours)
	writeFile(t, filepath.Join(filepath.Dir(s.file), "slos", "quick.yaml"), strings.Replace(quickFile, "create-order", "charge-card", 1))
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for !strings.Contains(s.log.String(), "settings reloaded") {
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		<-again.C
	}
	if slos := s.SLOs(); len(slos) != 1 || slos[0].ID.Function != "charge-card" {
		t.Errorf("the objectives are %v", slos)
	}
}

// TestARemovedObjectiveEndsItsIncident: nobody is left with a page of something
// that no longer exists.
func TestARemovedObjectiveEndsItsIncident(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	_, page := s.burn()
	writeFile(t, filepath.Join(filepath.Dir(s.file), "slos", "quick.yaml"), strings.Replace(quickFile, "create-order", "charge-card", -1))
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.pass(1)
	end := s.pager.next(t)
	if end.body.Status != "resolved" || end.body.Incident.ID != page.body.Incident.ID || !strings.Contains(end.body.Incident.Reason, "removed") {
		t.Errorf("it ends with %+v", end.body.Incident)
	}
	if code, body := s.get("/api/v1/slos/checkout/create-order/availability"); code != http.StatusNotFound {
		t.Errorf("the removed one: %d %s", code, body)
	}
}
