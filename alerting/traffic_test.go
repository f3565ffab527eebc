package alerting

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// calledBy is an assessment of a function with so many calls in ten minutes of a
// thousand that are usual.
func calledBy(s slo.SLO, at time.Time, calls float64) slo.Assessment {
	a := assess(s, at, nil)
	a.Traffic = &slo.Traffic{Calls: calls, Expected: 1_000, Weeks: 3}
	return a
}

// counted is an SLO that asks for something when its calls stay away.
func counted(asks slo.Severity) slo.SLO {
	s := chargeCard("availability")
	s.TrafficDrop = asks
	return s
}

func TestLostTrafficFilesATicket(t *testing.T) {
	for _, c := range []struct {
		name     string
		asks     slo.Severity
		traffic  *slo.Traffic
		state    slo.DataState
		highest  slo.Severity
		severity slo.Severity
		reason   string
	}{
		{
			name: "under a tenth", asks: slo.SeverityTicket, traffic: &slo.Traffic{Calls: 99, Expected: 1_234.4, Weeks: 3}, severity: slo.SeverityTicket,
			reason: "99 calls in 10m, where this hour of the last 3 weeks had at least 1,234, under 10% of that; do its callers still reach it: load balancer, names, queues, their last deploys?",
		},
		{name: "a page where the SLO asks for one", asks: slo.SeverityPage, traffic: &slo.Traffic{Expected: 100, Weeks: 2}, severity: slo.SeverityPage, reason: "0 calls in 10m, where this hour of the last 2 weeks had at least 100"},
		{
			name: "no page where it never pages", asks: slo.SeverityPage, highest: slo.SeverityTicket, traffic: &slo.Traffic{Expected: 100, Weeks: 3},
			severity: slo.SeverityTicket, reason: "; a ticket, for this SLO never pages",
		},
		{name: "nothing at all, which is idle", asks: slo.SeverityTicket, state: slo.StateIdle, traffic: &slo.Traffic{Expected: 1_000, Weeks: 3}, severity: slo.SeverityTicket},
		{name: "a tenth", asks: slo.SeverityTicket, traffic: &slo.Traffic{Calls: 100, Expected: 1_000, Weeks: 3}},
		{name: "too few are usual", asks: slo.SeverityTicket, traffic: &slo.Traffic{Expected: 99.9, Weeks: 3}},
		{name: "one week proves nothing", asks: slo.SeverityTicket, traffic: &slo.Traffic{Expected: 1_000, Weeks: 1}},
		{name: "nothing is known", asks: slo.SeverityTicket},
		{name: "ignored", traffic: &slo.Traffic{Expected: 1_000, Weeks: 3}},
		{name: "no data", asks: slo.SeverityTicket, state: slo.StateNoData, traffic: &slo.Traffic{Expected: 1_000, Weeks: 3}},
		{name: "the backend does not answer", asks: slo.SeverityTicket, state: slo.StateSourceDown, traffic: &slo.Traffic{Expected: 1_000, Weeks: 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := counted(c.asks)
			if c.highest != slo.SeverityNone {
				s.MaxSeverity = c.highest
			}
			a := assess(s, noon, nil)
			a.Traffic = c.traffic
			if c.state != "" {
				a.State = c.state
			}
			in := Input{SLO: s, Assessment: a}
			got, changes := Decide(in)
			if c.severity == slo.SeverityNone {
				if got.Active() || len(changes) != 0 || len(got.Holds) != 0 {
					t.Fatalf("it alerts: %+v, %+v", got, changes)
				}
				return
			}
			if got.Phase != PhaseFiring || got.Severity != c.severity || got.Tier != TrafficTier || !strings.Contains(got.Reason, c.reason) || len(changes) != 1 {
				t.Errorf("%s %s by %q: %s", got.Phase, got.Severity, got.Tier, got.Reason)
			}
			in.Previous = got
			again, changes := Decide(in)
			if diff := cmp.Diff(got, again); diff != "" || len(changes) != 0 {
				t.Errorf("the same again changes it by %+v:\n%s", changes, diff)
			}
		})
	}
}

// TestLostTrafficComesBack follows an alert through ever more calls.
func TestLostTrafficComesBack(t *testing.T) {
	s := counted(slo.SeverityTicket)
	var alert Alert
	for _, step := range []struct {
		minute int
		calls  float64 // below 0: not known
		phase  Phase
		reason string
	}{
		{0, 50, PhaseFiring, "50 calls in 10m"},
		{1, 150, PhaseFiring, "150 calls in 10m"}, // neither lost nor back
		{2, 200, PhaseRecovering, "the calls are back: 200 calls in 10m, where this hour of the last 3 weeks had at least 1,000"},
		{8, 199, PhaseFiring, "199 calls in 10m"}, // the time begins anew
		{9, 900, PhaseRecovering, "the calls are back"},
		{18, 900, PhaseRecovering, "the calls are back"},
		{19, 950, PhaseOK, "the calls are back: 950 calls in 10m"},
		{20, 0, PhaseFiring, "0 calls in 10m"},
		{21, -1, PhaseRecovering, "nothing is known any more of what to expect of this hour"},
		{31, -1, PhaseOK, "nothing is known any more of what to expect of this hour"},
	} {
		a := calledBy(s, noon.Add(time.Duration(step.minute)*time.Minute), step.calls)
		if step.calls < 0 {
			a.Traffic = nil
		}
		story(t, s, &alert, a)
		if alert.Phase != step.phase || !strings.HasPrefix(alert.Reason, step.reason) {
			t.Errorf("minute %d: %s: %q, want %s: %q", step.minute, alert.Phase, alert.Reason, step.phase, step.reason)
		}
	}
}

func TestLostTrafficThatIsIgnoredNowEnds(t *testing.T) {
	s := counted(slo.SeverityTicket)
	var alert Alert
	story(t, s, &alert, calledBy(s, noon, 0))
	s.TrafficDrop = slo.SeverityNone
	changes := story(t, s, &alert, calledBy(s, noon.Add(step), 0))
	if len(changes) != 1 || !changes[0].Ended() || changes[0].Reason != "traffic_drop of the SLO is ignore now" || alert.Holds != nil {
		t.Errorf("%+v, %+v", alert, changes)
	}
}

// What burns and what is lost are one alert: the worse of the two leads, and when
// both are equal what burns does. The timeline tells of the other.
func TestLostTrafficBesideABurn(t *testing.T) {
	burning := func(at time.Time, calls float64) slo.Assessment {
		a := assess(counted(slo.SeverityTicket), at, sums{"3d": w(1000, 1_000_000), "6h": w(100, 100_000)})
		a.Traffic = &slo.Traffic{Calls: calls, Expected: 1_000, Weeks: 3}
		return a
	}
	s := counted(slo.SeverityTicket)
	var alert Alert
	story(t, s, &alert, burning(noon, 1_000))
	changes := story(t, s, &alert, burning(noon.Add(step), 0))
	if alert.Tier != "drain" || len(alert.Holds) != 2 || len(changes) != 1 || changes[0].Tier != TrafficTier || !strings.HasPrefix(describe(changes[0]), "availability goes on: 0 calls in 10m") {
		t.Errorf("%+v, %+v", alert, changes)
	}
	s.TrafficDrop = slo.SeverityPage
	changes = story(t, s, &alert, burning(noon.Add(2*step), 0))
	if alert.Tier != TrafficTier || alert.Severity != slo.SeverityPage || len(changes) != 1 {
		t.Errorf("%+v, %+v", alert, changes)
	}
	for minute := range 12 {
		story(t, s, &alert, burning(noon.Add(time.Duration(minute+2)*time.Minute), 1_000))
	}
	if alert.Tier != "drain" || alert.Severity != slo.SeverityTicket || len(alert.Holds) != 1 || alert.Phase != PhaseFiring {
		t.Errorf("when the calls are back: %+v", alert)
	}
}

// Data that is gone says nothing about calls: their loss is kept as it is.
func TestLostTrafficIsFrozenWithoutData(t *testing.T) {
	s := counted(slo.SeverityTicket)
	s.NoData = slo.SeverityTicket
	var alert Alert
	story(t, s, &alert, calledBy(s, noon, 0))
	story(t, s, &alert, calledBy(s, noon.Add(time.Minute), 500))
	story(t, s, &alert, vanished(s, noon.Add(time.Minute), 10*time.Minute))
	if len(alert.Holds) != 2 || alert.Phase != PhaseFiring {
		t.Errorf("%+v", alert)
	}
	story(t, s, &alert, calledBy(s, noon.Add(12*time.Minute), 500))
	if h := alert.Holds[TrafficTier]; alert.Phase != PhaseRecovering || !h.BelowSince.Equal(noon.Add(12*time.Minute)) {
		t.Errorf("the time without data counts as time with calls: %+v", alert)
	}
}

func TestExplainTellsWhatTrafficIsUsual(t *testing.T) {
	s := counted(slo.SeverityTicket)
	var alert Alert
	for _, c := range []struct {
		name       string
		assessment slo.Assessment
		want       string
		conclusion string
	}{
		{
			"as usual", calledBy(s, noon, 900),
			"none no 900 calls in 10m, where this hour of the last 3 weeks had at least 1,000\nno calls in 10m: 900 < 100\nyes usual calls in it: 1,000 ≥ 100",
			"Does not fire: the burn rate over 5m is 0, below 14.4",
		},
		{
			"not known", assess(s, noon, nil),
			"none no fewer than 2 of the last 3 weeks are known, so nothing is expected\n? calls in 10m: unknown < 10% of the usual\n? usual calls in it: unknown ≥ 100",
			"Does not fire: the burn rate over 5m is 0, below 14.4",
		},
		{
			"lost", calledBy(s, noon, 5),
			"ticket yes \nyes calls in 10m: 5 < 100\nyes usual calls in it: 1,000 ≥ 100\nfires since 2026-03-02 12:00:00 UTC; it ends once 20% of the usual calls have been back for 10m",
			"Files a ticket: traffic_drop: 5 calls in 10m, where this hour of the last 3 weeks had at least 1,000, under 10% of that; do its callers still reach it: load balancer, names, queues, their last deploys?",
		},
		{
			"back", calledBy(s, noon.Add(time.Minute), 400),
			"none no 400 calls in 10m, where this hour of the last 3 weeks had at least 1,000\nno calls in 10m: 400 < 100\nyes usual calls in it: 1,000 ≥ 100\nfires since 2026-03-02 12:00:00 UTC, back since 2026-03-02 12:01:00 UTC; it ends at 2026-03-02 12:11:00 UTC if they stay",
			"Recovers (ticket): traffic_drop: the calls are back: 400 calls in 10m, where this hour of the last 3 weeks had at least 1,000",
		},
	} {
		story(t, s, &alert, c.assessment)
		e := Explain(s, c.assessment, &alert)
		if got := explained(e, TrafficTier); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
		if e.Conclusion != c.conclusion {
			t.Errorf("%s: it concludes\n%s\nwant\n%s", c.name, e.Conclusion, c.conclusion)
		}
	}
}
