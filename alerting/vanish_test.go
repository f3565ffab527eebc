package alerting

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// newJobs is a scene of functions that file a ticket when their data is gone; each is
// named with its job: "a/web".
func newJobs(t *testing.T, texts ...string) *scene {
	s := newScene(t)
	for _, text := range texts {
		name, job, _ := strings.Cut(text, "/")
		o := chargeCard(name)
		o.ID.Service, o.ID.Function, o.Owner, o.NoData = "shop", name, "team-"+name, slo.SeverityTicket
		if job != "" {
			o.SLI.Ratio = &slo.Ratio{Total: []slo.Selector{{Metric: "calls_total", Matchers: []slo.Matcher{{Label: "job", Op: slo.MatchEqual, Value: job}}}}}
		}
		s.slos, s.worlds[o.ID] = append(s.slos, o), newWorld().healthy(time.Hour)
	}
	s.routes = byOwner
	return s
}

// lose runs slots in which the functions named have no data since an instant, and
// lists what was told.
func (s *scene) lose(span time.Duration, since map[string]time.Time) []Notification {
	s.t.Helper()
	s.amend = func(a *slo.Assessment) {
		if at, gone := since[a.ID.Function]; gone {
			a.State, a.Absence = slo.StateNoData, &slo.Absence{Since: at, For: a.AsOf.Sub(at)}
		}
	}
	return s.run(span, quiet)
}

// causes lists what folded into what.
func (s *scene) causes() map[string]string {
	out, byID := map[string]string{}, map[string]string{}
	for _, i := range s.engine.incidents {
		byID[i.ID] = i.Function
	}
	for _, i := range s.engine.incidents {
		if i.Open() && i.Cause != "" {
			out[i.Function] = byID[i.Cause]
		}
	}
	return out
}

func TestFunctionsOfOneJobThatVanishAreOneIncident(t *testing.T) {
	s := newJobs(t, "a/web", "b/web", "c/web")
	now := s.worlds[s.slos[0].ID].now()
	gone := map[string]time.Time{"a": now, "b": now.Add(-time.Minute), "c": now}
	told := s.lose(20*time.Minute, gone)
	wantAbout(t, told[:1], "b: b/slack firing opened ticket")
	quietly := map[string]bool{}
	for _, n := range told[1:] {
		quietly[n.Destination.Name] = n.Incident.Function == "b" && n.Incident.Severity == slo.SeverityNone || n.Destination.Name == "b/slack"
	}
	if diff := cmp.Diff(map[string]bool{"a/slack": true, "b/slack": true, "c/slack": true}, quietly); diff != "" {
		t.Errorf("told of b (-want +got):\n%s\n%v", diff, about(told))
	}
	if diff := cmp.Diff(map[string]string{"a": "b", "c": "b"}, s.causes()); diff != "" {
		t.Errorf("folded (-want +got):\n%s", diff)
	}
	if text := told[1].Reason; text != "the data of shop/a, shop/c vanished with it (default: job web)" {
		t.Errorf("told: %s", text)
	}
	// b is scraped again, the others are not: one of them speaks for both.
	delete(gone, "b")
	s.lose(45*time.Minute, gone)
	if got := s.causes(); len(got) != 1 || got["a"] != "c" && got["c"] != "a" {
		t.Errorf("folded %v", got)
	}
	s.lose(time.Minute, nil)
	for name, i := range s.engine.incidents {
		if i.Open() {
			t.Errorf("%s stays open", name)
		}
	}
}

func TestWhatVanishesApartIsNotOneIncident(t *testing.T) {
	for what, tc := range map[string]struct {
		functions []string
		apart     time.Duration
		folded    int
	}{
		"one job, 5 minutes apart":      {[]string{"a/web", "b/web"}, 5 * time.Minute, 1},
		"one job, more than that apart": {[]string{"a/web", "b/web"}, 5*time.Minute + step, 0},
		"two jobs":                      {[]string{"a/web", "b/db"}, 0, 0},
		"one service that names no job": {[]string{"a", "b"}, 0, 1},
	} {
		t.Run(what, func(t *testing.T) {
			s := newJobs(t, tc.functions...)
			now := s.worlds[s.slos[0].ID].now()
			s.lose(30*time.Minute, map[string]time.Time{"a": now, "b": now.Add(-tc.apart)})
			if got := s.causes(); len(got) != tc.folded {
				t.Errorf("folded %v", got)
			}
		})
	}
}

func TestWhatBurnsIsNotPutDownToDataThatVanished(t *testing.T) {
	s := newJobs(t, "a/web", "b/web")
	now := s.worlds[s.slos[0].ID].now()
	s.lose(15*time.Minute, map[string]time.Time{"a": now.Add(-step), "b": now})
	if diff := cmp.Diff(map[string]string{"b": "a"}, s.causes()); diff != "" {
		t.Fatalf("folded (-want +got):\n%s", diff)
	}
	s.amend = func(a *slo.Assessment) {
		if a.ID.Function == "a" {
			a.State, a.Absence = slo.StateNoData, &slo.Absence{Since: now, For: a.AsOf.Sub(now)}
		}
	}
	told := s.until(burn(100, "b"))
	for len(told) > 0 && !told[0].Loud {
		told = s.until(burn(100, "b"))
	}
	if told[0].Incident.Function != "b" || told[0].Incident.Severity != slo.SeverityPage {
		t.Errorf("told: %v", about(told))
	}
}

func TestAJobOf10000IsOneIncident(t *testing.T) {
	const count = 10_000
	var names []string
	for n := range count {
		names = append(names, "f"+strconv.Itoa(n)+"/web")
	}
	s := newScene(t)
	s.routes = onlyTo(Destination{Receiver: "all", Name: "all/slack"})
	gone := newWorld().healthy(time.Hour)
	var slos []slo.SLO
	var assessments []slo.Assessment
	for _, name := range names {
		o := chargeCard("availability")
		o.ID.Function, o.NoData = name, slo.SeverityTicket
		a := gone.assess(o)
		a.State, a.Absence = slo.StateNoData, &slo.Absence{Since: a.AsOf.Add(-10 * time.Minute), For: 10 * time.Minute}
		slos, assessments = append(slos, o), append(assessments, a)
	}
	s.clock = gone.now()
	if err := s.engine.Observe(t.Context(), s.clock, slos, assessments); err != nil {
		t.Fatal(err)
	}
	told := s.store.told()
	if len(told) != 1 || told[0].Incident.Unlisted != count-1-maxListed || !strings.Contains(told[0].Reason, "and 9,996 more vanished with it") {
		t.Errorf("%d messages, the first: %+v", len(told), told[0].Reason)
	}
}
