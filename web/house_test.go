package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
)

// lasting hands out one list of assessments until it makes another, as a service does
// between two rounds.
type lasting struct {
	*fleet
	list []slo.Assessment
}

func (l *lasting) Assess(ctx context.Context, slos []slo.SLO, at time.Time, windows ...time.Duration) ([]slo.Assessment, error) {
	if len(slos) != len(l.slos) || !at.IsZero() || len(windows) > 0 {
		return l.fleet.Assess(ctx, slos, at, windows...)
	}
	if len(l.list) != len(slos) {
		l.list, _ = l.fleet.Assess(ctx, slos, at)
	}
	return l.list, nil
}

// lastingServer serves a fleet that lasts.
func lastingServer(t testing.TB, f *fleet) (*lasting, *web.Server) {
	t.Helper()
	l, config := &lasting{fleet: f}, f.config()
	config.Objectives = l
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return l, server
}

// TestTheListFollowsWhatItIsMadeOf changes one thing after another between two
// requests of the same list.
func TestTheListFollowsWhatItIsMadeOf(t *testing.T) {
	l, server := lastingServer(t, newFleet())
	for _, change := range []struct {
		why        string
		make       func()
		gone, here string
	}{
		{"nothing", func() {}, "", "flags"},
		{"an alert ends", func() { l.alerts[0].Phase, l.alerts[0].Reason = alerting.PhaseRecovering, "it calms down" }, "31.0 over 5m", "it calms down"},
		{"its message is held back", func() { l.alerts[0].MutedBy = []alerting.Muting{{Kind: alerting.MutingSilence, ID: "s-9"}} }, "", "held back by"},
		{"the incident is over", func() { l.incidents[0].State = alerting.IncidentResolved }, `/incidents/inc-1"`, ""},
		{"a round", func() {
			id := slo.ID{Service: "flags", Function: "evaluate", Name: "availability"}
			of := l.assessments[id]
			of.State, of.Reason = slo.StateNoData, "the series are gone"
			l.assessments[id], l.list = of, nil
		}, "", "the series are gone"},
		{"an SLO is added", func() {
			l.add(member{service: "zoo", function: "feed", name: "up", owner: "keepers", objective: "99%"})
		}, "", `<option>keepers</option>`},
	} {
		before := get(t, server, "/slos").Body.String()
		change.make()
		after := get(t, server, "/slos").Body.String()
		if change.gone != "" && (!strings.Contains(before, change.gone) || strings.Contains(after, change.gone)) {
			t.Errorf("%s: %q is not there before, or after it still", change.why, change.gone)
		}
		if change.here != "" && !strings.Contains(after, change.here) {
			t.Errorf("%s: %q is not there", change.why, change.here)
		}
	}
}
