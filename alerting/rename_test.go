package alerting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// renames gives an SLO of a scene another id; what happens to it goes on.
func (s *scene) renames(from, to slo.ID) {
	s.t.Helper()
	for n, o := range s.slos {
		if o.ID == from {
			s.slos[n].ID, s.slos[n].RenamedFrom = to, from
			s.worlds[to] = s.worlds[from]
			return
		}
	}
	s.t.Fatalf("there is no %s", from)
}

func named(id slo.ID, name string) slo.ID {
	id.Name = name
	return id
}

// texts are the lines of an incident's timeline.
func texts(i Incident) (out []string) {
	for _, e := range i.Timeline {
		out = append(out, e.Text)
	}
	return out
}

func TestARenamedSLOStaysInItsIncident(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.slots(10*time.Minute, quiet)
	page := s.until(outage)[0]
	if _, err := s.engine.Acknowledge(t.Context(), page.Incident.ID, "ana", ""); err != nil {
		t.Fatal(err)
	}
	s.store.told()
	s.renames(s.first(), named(s.first(), "success"))
	renamed := map[string]int64{"success": 100}
	s.slots(2*time.Minute, renamed)
	wantTold(t, s.store.told())
	i := s.incident()
	if i.ID != page.Incident.ID || i.Key != page.Incident.Key || i.State != IncidentAcked || len(i.Alerts) != 1 || i.Alerts[0].ID != s.first() {
		t.Errorf("the incident became %+v", i)
	}
	if !slices.Contains(texts(i), "availability is called success now") {
		t.Errorf("the timeline does not say so: %q", texts(i))
	}
	s.restart()
	s.slots(time.Minute, renamed)
	wantTold(t, s.store.told())
	if old := s.engine.Alert(named(s.first(), "availability")); old.Phase != PhaseOK {
		t.Errorf("the alert of the old name is %s", old.Phase)
	}
	end := s.until(quiet)
	for end[0].Status != StatusResolved {
		end = s.until(quiet)
	}
	if end[0].Incident.ID != page.Incident.ID {
		t.Errorf("the end is of incident %s, want %s", end[0].Incident.ID, page.Incident.ID)
	}
}

func TestAnIncidentMovesWithItsFunction(t *testing.T) {
	s := newScene(t, "availability")
	s.slots(10*time.Minute, quiet)
	page := s.until(outage)[0]
	pay := s.first()
	pay.Function = "pay"
	s.renames(s.first(), pay)
	s.slots(2*time.Minute, outage)
	wantTold(t, s.store.told())
	s.restart()
	s.slots(2*time.Minute, outage)
	wantTold(t, s.store.told())
	i := s.incident()
	if i.ID != page.Incident.ID || i.Key != page.Incident.Key || i.Function != "pay" || s.engine.OpenIncident(pay) != i.ID {
		t.Errorf("the incident became %+v", i)
	}

	// The old name may be given to something else, whose incident is another one.
	again := chargeCard("availability")
	s.slos = append(s.slos, again)
	s.worlds[again.ID] = newWorld().healthy(30*24*time.Hour + s.worlds[pay].now().Sub(s.worlds[pay].start) - 30*24*time.Hour)
	other := s.until(outage)
	if other[0].Kind != EventOpened || other[0].Incident.Key == page.Incident.Key || other[0].Incident.Function != "charge-card" {
		t.Errorf("told %s of %+v", other[0].Kind, other[0].Incident)
	}
}

// An alert that is over does not hold an incident where it was.
func TestAnIncidentMovesWithWhatStillBurns(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.slots(10*time.Minute, quiet)
	s.until(map[string]int64{"availability": 100, "latency": 100})
	s.slots(90*time.Minute, outage)
	before := s.incident()
	if latency := slices.IndexFunc(before.Alerts, func(a Alert) bool { return a.ID.Name == "latency" }); latency < 0 || before.Alerts[latency].Active() {
		t.Fatalf("latency still burns: %+v", before.Alerts)
	}
	pay := s.first()
	pay.Function = "pay"
	s.renames(s.first(), pay)
	s.slots(2*time.Minute, outage)
	if i := s.incident(); i.ID != before.ID || i.Function != "pay" {
		t.Errorf("incident %s of %s, want %s of pay", i.ID, i.Function, before.ID)
	}
}

func TestAnAlertMovesOnlyToANameThatTakesItsPlace(t *testing.T) {
	before := chargeCard("availability")
	after := chargeCard("success")
	after.RenamedFrom = before.ID
	for what, tc := range map[string]struct {
		slos   []slo.SLO
		alerts []slo.ID
		moves  bool
	}{
		"it was renamed":                         {[]slo.SLO{after}, []slo.ID{before.ID}, true},
		"the SLO of the old name is still there": {[]slo.SLO{before, after}, []slo.ID{before.ID}, false},
		"the new name has an alert of its own":   {[]slo.SLO{after}, []slo.ID{before.ID, after.ID}, false},
		"the old name had no alert":              {[]slo.SLO{after}, nil, false},
	} {
		s := &slot{slos: map[slo.ID]slo.SLO{}, alerts: map[slo.ID]Alert{}}
		for _, o := range tc.slos {
			s.slos[o.ID] = o
		}
		for _, id := range tc.alerts {
			s.alerts[id] = Alert{ID: id}
		}
		if moves := s.moves(); (moves[before.ID] == after.ID) != tc.moves || len(moves) > 1 {
			t.Errorf("%s: %v", what, moves)
		}
	}
}

func TestAnAlertThatMovesAloneLeavesItsIncident(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.slots(10*time.Minute, quiet)
	both := map[string]int64{"availability": 100, "latency": 100}
	page := s.until(both)[0]
	pay := s.first()
	pay.Function = "pay"
	s.renames(s.first(), pay)
	told := s.until(both)
	if opened := told[len(told)-1]; opened.Kind != EventOpened || opened.Incident.Function != "pay" {
		t.Errorf("told %q", summary(told))
	}
	s.slots(time.Minute, both)
	i, err := s.engine.Incident(t.Context(), page.Incident.ID)
	if err != nil || !i.Open() {
		t.Fatalf("the incident of what stayed: %+v, %v", i, err)
	}
	gone := slices.IndexFunc(i.Alerts, func(a Alert) bool { return a.ID.Name == "availability" })
	if gone < 0 || i.Alerts[gone].Active() {
		t.Errorf("what left is still part of it: %+v", i.Alerts)
	}
}

func TestWhatStaysBehindBurnsInAnIncidentOfItsOwn(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.slots(10*time.Minute, quiet)
	s.slots(2*time.Minute, map[string]int64{"availability": 100, "latency": 100})
	s.slots(6*time.Hour, map[string]int64{"availability": 100})
	if i := s.incident(); len(i.Alerts) != 2 || i.Alerts[1].Active() {
		t.Fatalf("want latency over and availability burning: %+v", i.Alerts)
	}
	pay := s.first()
	pay.Function = "pay"
	s.renames(s.first(), pay)
	s.slots(time.Minute, outage)
	s.store.told()
	told := s.until(map[string]int64{"availability": 100, "latency": 100})
	for _, n := range told {
		if n.Incident.Function != "charge-card" {
			t.Errorf("told %q of %s", n.Reason, n.Incident.Function)
		}
	}
	moved, err := s.engine.Incident(t.Context(), s.engine.OpenIncident(pay))
	if err != nil || len(moved.Alerts) != 1 {
		t.Errorf("the incident that moved lists %+v, %v", moved.Alerts, err)
	}
}

func TestWithoutRenamedFromAnotherNameIsAnotherSLO(t *testing.T) {
	s := newScene(t, "availability")
	s.slots(10*time.Minute, quiet)
	s.until(outage)
	s.renames(s.first(), named(s.first(), "success"))
	s.slos[0].RenamedFrom = slo.ID{}
	told := s.until(map[string]int64{"success": 100})
	i := s.incident()
	if !slices.ContainsFunc(texts(i), func(text string) bool { return strings.Contains(text, "removed") }) {
		t.Errorf("told %q, timeline %q", summary(told), texts(i))
	}
}

func TestARenamingThatCannotBeSavedIsTriedAgain(t *testing.T) {
	s := newScene(t, "availability")
	s.slots(10*time.Minute, quiet)
	page := s.until(outage)[0]
	s.renames(s.first(), named(s.first(), "success"))
	s.store.failing = errDisk
	renamed := map[string]int64{"success": 100}
	if err := s.slot(renamed); err == nil {
		t.Error("no error, and the disk is full")
	}
	s.store.failing = nil
	s.slots(time.Minute, renamed)
	wantTold(t, s.store.told())
	if i := s.incident(); i.ID != page.Incident.ID || !i.Open() || i.Alerts[0].ID != s.first() {
		t.Errorf("the incident became %+v", i)
	}
}
