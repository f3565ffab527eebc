package alerting

import (
	"testing"
	"time"
)

func TestAnEndByHandHoldsThoughTheClockWasSetBack(t *testing.T) {
	s := newScene(t, "availability")
	opened := s.until(outage)[0].Incident
	s.clock = s.clock.Add(-2 * time.Hour)
	i, err := s.engine.Resolve(t.Context(), opened.ID, "ada", "", true)
	if err != nil {
		t.Fatal(err)
	}
	if i.ResolvedAt.Before(i.OpenedAt) {
		t.Errorf("opened at %s, resolved at %s", i.OpenedAt, i.ResolvedAt)
	}
	s.store.told()
	if err := s.observe(); err != nil { // the slot that opened it
		t.Fatal(err)
	}
	if told := s.store.told(); len(told) > 0 {
		t.Errorf("told %s %s: %s", told[0].Status, told[0].Kind, told[0].Reason)
	}
}

func TestNumbersOfAPastSlotAreToldToNobody(t *testing.T) {
	s := newScene(t, "availability")
	s.mutes = silenced("availability")
	s.slots(10*time.Minute, outage)
	bad := s.engine.latest[s.first()].Assessment.Window.Bad
	s.mutes = mutes{}
	was := s.worlds[s.first()]
	s.worlds[s.first()] = was.ago(15)
	if err := s.observe(); err != nil {
		t.Fatal(err)
	}
	told := s.store.told()
	if len(told) == 0 || told[0].Facts[0].Bad != bad {
		t.Errorf("want %d bad calls, told %+v", bad, told)
	}
}

func TestWhoIsPagedOfAnOldSlotHasTheWholeTimeToAnswer(t *testing.T) {
	s := newScene(t, "availability")
	s.routes, s.lag = escalating, time.Hour
	s.until(outage)
	s.wantSilence(15*time.Minute-step, outage)
	if told := s.until(outage); told[0].Kind != EventEscalated {
		t.Errorf("told %s after 15 minutes", told[0].Kind)
	}
}

func TestAClockThatWasHoursAheadKeepsNothingUndecided(t *testing.T) {
	for what, before := range map[string]struct {
		bad   map[string]int64
		told  []string
		state IncidentState
	}{
		"what was well":       {quiet, []string{"team/slack/0 firing opened page loud", "pager/webhook/0 firing opened page loud"}, IncidentOpen},
		"what burned already": {outage, nil, IncidentOpen},
	} {
		t.Run(what, func(t *testing.T) {
			s := newScene(t, "availability")
			w := s.worlds[s.first()]
			w.start = w.start.Add(10 * time.Hour)
			s.slots(10*time.Minute, before.bad)
			s.store.told()
			w.start = w.start.Add(-10 * time.Hour)
			s.slots(15*time.Minute, outage)
			wantTold(t, s.store.told(), before.told...)
			end := s.until(quiet)
			for s.incident().Open() {
				end = s.until(quiet)
			}
			wantTold(t, end, "team/slack/0 resolved resolved ticket", "pager/webhook/0 resolved resolved ticket")
		})
	}
}
