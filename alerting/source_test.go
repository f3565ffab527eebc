package alerting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// main is the backend of these tests, down since noon.
func backendDown() Source {
	return Source{Name: "main", Answered: true, DownSince: noon, Reason: "connection refused", SLOs: 1_234}
}

func TestABackendThatIsDownFilesATicketThenPages(t *testing.T) {
	minutes := func(n float64) time.Time { return noon.Add(time.Duration(n * float64(time.Minute))) }
	up := Source{Name: "main", Answered: true, SLOs: 1_234}
	again := backendDown()
	again.DownSince = minutes(20)
	unknown := Source{Name: "main"}
	var alert Alert
	for _, step := range []struct {
		name     string
		source   Source
		minute   float64
		phase    Phase
		severity slo.Severity
		changes  int
		reason   string
	}{
		{"up", up, -1, PhaseOK, slo.SeverityNone, 0, ""},
		{"a moment", backendDown(), 4.5, PhaseOK, slo.SeverityNone, 0, ""},
		{
			"five minutes", backendDown(), 5, PhaseFiring, slo.SeverityTicket, 1,
			"backend main does not answer since 12:00 UTC (5m): connection refused. What stands on it (1,234 SLOs) is frozen: nothing alerts and nothing resolves until it answers; does it run, and do its address and credentials in the configuration still hold?",
		},
		{"on and on", backendDown(), 14.5, PhaseFiring, slo.SeverityTicket, 0, "backend main does not answer since 12:00 UTC (14m30s)"},
		{"a quarter of an hour", backendDown(), 15, PhaseFiring, slo.SeverityPage, 1, "backend main does not answer since 12:00 UTC (15m)"},
		{"not asked since a restart", unknown, 16, PhaseFiring, slo.SeverityPage, 0, "backend main does not answer since 12:00 UTC (15m)"},
		{"an answer", up, 18, PhaseRecovering, slo.SeverityPage, 1, "backend main answers again since 12:18 UTC"},
		{"too soon", up, 19.5, PhaseRecovering, slo.SeverityPage, 0, "backend main answers again since 12:18 UTC"},
		{"and down again", again, 20, PhaseFiring, slo.SeverityPage, 1, "backend main does not answer since 12:20 UTC (0s)"},
		{"an answer again", up, 21, PhaseRecovering, slo.SeverityPage, 1, "backend main answers again since 12:21 UTC"},
		{"for two minutes", up, 23, PhaseOK, slo.SeverityNone, 1, "backend main answers again since 12:21 UTC"},
	} {
		next, changes := decideSource(step.source, alert, minutes(step.minute))
		if next.Phase != step.phase || next.Severity != step.severity || len(changes) != step.changes || !strings.HasPrefix(next.Reason, step.reason) {
			t.Errorf("%s: %s %s by %+v: %s", step.name, next.Phase, next.Severity, changes, next.Reason)
		}
		same, changes := decideSource(step.source, next, minutes(step.minute))
		if diff := cmp.Diff(next, same); diff != "" || len(changes) != 0 {
			t.Errorf("%s: the same again changes it by %+v:\n%s", step.name, changes, diff)
		}
		alert = next
	}
}

// A process that was restarted counts the time from its own beginning, and the incident
// from its own.
func TestABackendStaysDownThroughARestart(t *testing.T) {
	alert, _ := decideSource(backendDown(), Alert{}, noon.Add(5*time.Minute))
	restarted := backendDown()
	restarted.DownSince = noon.Add(14 * time.Minute)
	alert, changes := decideSource(restarted, alert, noon.Add(15*time.Minute))
	if alert.Severity != slo.SeverityPage || len(changes) != 1 || !alert.FiringSince.Equal(noon.Add(5*time.Minute)) {
		t.Errorf("%+v, %+v", alert, changes)
	}
}

func TestOnlyBackendsAreSources(t *testing.T) {
	for id, want := range map[slo.ID]bool{
		sourceID("main"): true, sourceID("a/b"): true, {Service: "slofuse", Function: "backend/main", Name: "availability"}: false,
		{Service: "shop", Function: "backend/main", Name: SourceDownTier}: false, chargeCard("availability").ID: false,
	} {
		if got := IsSource(id); got != want {
			t.Errorf("%s is a source: %v", id, got)
		}
	}
}

// A backend that is down is one incident for whoever looks after it, whatever number
// of SLOs stands still meanwhile.
func TestABackendThatIsDownIsOneIncident(t *testing.T) {
	s := newScene(t, "availability", "latency")
	platform := Destination{Receiver: "platform", Name: "platform/webhook/0"}
	s.engine.settings.Platform = []Destination{platform}
	down := Source{Name: "main", Answered: true, Reason: "connection refused", SLOs: 2}
	s.engine.sources = func() []Source { return []Source{down} }
	s.slots(10*time.Minute, nil)
	s.store.told()
	down.DownSince = s.clock
	for range 40 { // twenty minutes
		for _, o := range s.slos {
			s.worlds[o.ID].lose(slo.StateSourceDown)
		}
		if err := s.observe(); err != nil {
			t.Fatal(err)
		}
	}
	told := s.store.told()
	if to := func(n Notification) bool { return n.Destination == platform }; !slices.ContainsFunc(told, to) {
		t.Errorf("the platform is not told: %+v", told)
	}
	incidents := map[string]bool{}
	var worst slo.Severity
	for _, n := range told {
		incidents[n.Incident.ID], worst = true, max(worst, n.Incident.Severity)
		if n.Incident.Function != "backend/main" || len(n.Facts) != 1 || n.Facts[0].Objective != "" || n.Facts[0].BurnRateLong != nil {
			t.Errorf("told of %s with %+v", n.Incident.Function, n.Facts)
		}
	}
	if len(incidents) != 1 || worst != slo.SeverityPage {
		t.Errorf("%d incidents, up to a %s", len(incidents), worst)
	}
	down.DownSince = time.Time{}
	s.slots(5*time.Minute, nil)
	ends := slices.DeleteFunc(s.store.told(), func(n Notification) bool { return n.Status != StatusResolved })
	if !slices.ContainsFunc(ends, func(n Notification) bool {
		return n.Destination == platform && strings.Contains(n.Reason, "backend main answers again since")
	}) {
		t.Errorf("its end: %+v", ends)
	}
}
