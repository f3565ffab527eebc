package alerting

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// sums are the windows of an assessment; those not named are healthy.
type sums map[string]slo.WindowSum

func w(bad, total int64) slo.WindowSum {
	return slo.WindowSum{Counts: slo.Counts{Bad: bad, Total: total}, BadSlots: int(min(bad, 10)), Coverage: 1}
}

func covered(s slo.WindowSum, coverage float64) slo.WindowSum {
	s.Coverage = coverage
	return s
}

func inOneSlot(s slo.WindowSum) slo.WindowSum {
	s.BadSlots = 1
	return s
}

func assess(s slo.SLO, at time.Time, named sums) slo.Assessment {
	a := slo.Assessment{ID: s.ID, Objective: s.Objective, AsOf: at, State: slo.StateOK, Window: w(0, 10_000_000)}
	if window, ok := named["30d"]; ok {
		a.Window = window
	}
	a.Window.Length = s.Window.Length
	for _, length := range s.BurnWindows() {
		sum, ok := named[slo.FormatDuration(length)]
		if !ok {
			sum = w(0, int64(length/time.Second))
		}
		sum.Length = length
		a.Burns = append(a.Burns, sum)
	}
	return a
}

// TestDecideBegins is about alerts that were ok.
func TestDecideBegins(t *testing.T) {
	outage := sums{"1h": w(605, 12345), "5m": w(350, 10000), "6h": w(605, 80000), "30m": w(605, 6000), "3d": w(605, 900000)}
	for _, c := range []struct {
		name     string
		change   func(*slo.SLO)
		sums     sums
		phase    Phase
		severity slo.Severity
		tier     string
		reason   string
	}{
		{name: "nothing burns", phase: PhaseOK},
		{
			name: "both windows at the rate page", sums: sums{"1h": w(144, 10000), "5m": w(144, 10000)},
			phase: PhaseFiring, severity: slo.SeverityPage, tier: "fast", reason: "burn rate 14.4 over 1h and 14.4 over 5m, at or over 14.4; 144 of 10,000 calls bad",
		},
		{
			name: "the numbers are in the reason", sums: outage,
			phase: PhaseFiring, severity: slo.SeverityPage, tier: "fast", reason: "burn rate 49.0 over 1h and 35.0 over 5m, at or over 14.4; 605 of 12,345 calls bad",
		},
		{name: "one bad call under the rate does not", sums: sums{"1h": w(143, 10000), "5m": w(144, 10000)}, phase: PhaseOK},
		{name: "a long window over with a short one below does not", sums: sums{"1h": w(500, 10000), "5m": w(10, 10000)}, phase: PhaseOK},
		{name: "a short window over with a long one below does not", sums: sums{"1h": w(10, 10000), "5m": w(500, 10000)}, phase: PhaseOK},
		{
			name: "the slow tier pages on its own windows", sums: sums{"6h": w(60, 10000), "30m": w(60, 10000)},
			phase: PhaseFiring, severity: slo.SeverityPage, tier: "slow", reason: "over 6h and 6.0 over 30m, at or over 6",
		},
		{
			name: "the drain tier files a ticket", sums: sums{"3d": w(1000, 1000000), "6h": w(100, 100000)},
			phase: PhaseFiring, severity: slo.SeverityTicket, tier: "drain", reason: "at or over 1;",
		},
		{
			name: "four bad calls are no page but a ticket", sums: sums{"1h": w(4, 100), "5m": w(3, 10)},
			phase: PhaseFiring, severity: slo.SeverityTicket, tier: "fast", reason: "; a ticket only: a page needs 5 bad calls in 1h",
		},
		{
			name: "one bad call in the short window is no page but a ticket", sums: sums{"1h": w(6, 100), "5m": w(1, 10)},
			phase: PhaseFiring, severity: slo.SeverityTicket, tier: "fast", reason: "; a ticket only: a page needs 2 bad calls in 5m, there was 1",
		},
		{
			name: "two bad calls wait", sums: sums{"1h": w(2, 100), "5m": w(2, 10)},
			phase: PhasePending, reason: "burn rate 20.0 over 1h and 200.0 over 5m, at or over 14.4; 2 of 100 calls bad; a ticket needs 3 bad calls in 1h",
		},
		{
			name: "four bad calls of one slot wait", sums: sums{"1h": inOneSlot(w(4, 100)), "5m": inOneSlot(w(4, 10))},
			phase: PhasePending, reason: "a ticket needs them in 2 slots, this was 1",
		},
		{
			name: "five bad calls of one slot page all the same", sums: sums{"1h": inOneSlot(w(5, 100)), "5m": inOneSlot(w(5, 10))},
			phase: PhaseFiring, severity: slo.SeverityPage, tier: "fast",
		},
		{
			name: "a long window known by half is enough", sums: sums{"1h": covered(w(144, 10000), 0.5), "5m": w(144, 10000)},
			phase: PhaseFiring, severity: slo.SeverityPage, tier: "fast",
		},
		{
			name: "a long window known by less waits", sums: sums{"1h": covered(w(144, 10000), 0.49), "5m": w(144, 10000)},
			phase: PhasePending, reason: "; only 49% of the last 1h is known",
		},
		{
			name: "a short window known by less waits", sums: sums{"1h": w(144, 10000), "5m": covered(w(144, 10000), 0.2)},
			phase: PhasePending, reason: "; only 20% of the last 5m is known",
		},
		{
			name: "what maintenance excludes is not counted, and said", sums: sums{"1h": excluding(w(144, 10000), 40, 0.5), "5m": w(144, 10000)},
			phase: PhaseFiring, severity: slo.SeverityPage, tier: "fast", reason: "144 of 10,000 calls bad; 40 slots are excluded by maintenance",
		},
		{
			name: "a long window of which more than half is excluded waits", sums: sums{"1h": excluding(w(144, 10000), 61, 0.508), "5m": w(144, 10000)},
			phase: PhasePending, reason: "144 of 10,000 calls bad; 50.8% of the last 1h is excluded by maintenance, more than half",
		},
		{
			name: "so does a short one", sums: sums{"1h": w(144, 10000), "5m": excluding(w(144, 10000), 8, 0.8)},
			phase: PhasePending, reason: "; 80% of the last 5m is excluded by maintenance, more than half",
		},
		{name: "a budget of which more than half is excluded is not spent", sums: sums{"30d": excluding(w(1235, 1234000), 43_201, 0.51)}, phase: PhaseOK},
		{
			name: "one of which half is may be", sums: sums{"30d": excluding(w(1235, 1234000), 43_200, 0.5)},
			phase: PhaseFiring, severity: slo.SeverityTicket, tier: "budget", reason: "the error budget is spent; 43,200 slots are excluded by maintenance",
		},
		{
			name: "an SLO that may not page files a ticket", change: func(s *slo.SLO) { s.MaxSeverity = slo.SeverityTicket }, sums: outage,
			phase: PhaseFiring, severity: slo.SeverityTicket, tier: "fast", reason: "; a ticket, for this SLO never pages",
		},
		{
			name: "no cap set is no cap", change: func(s *slo.SLO) { s.MaxSeverity = slo.SeverityNone }, sums: outage,
			phase: PhaseFiring, severity: slo.SeverityPage, tier: "fast",
		},
		{
			name: "a spent budget files a ticket", sums: sums{"30d": w(1235, 1234000)},
			phase: PhaseFiring, severity: slo.SeverityTicket, tier: "budget", reason: "1,235 bad of 1,234 allowed in 30d: the error budget is spent",
		},
		{name: "a budget with something left does not", sums: sums{"30d": w(1233, 1234000)}, phase: PhaseOK},
		{name: "a budget of four calls is too thin to be spent", sums: sums{"30d": w(5, 4000)}, phase: PhaseOK},
		{name: "a budget known by less than half is not spent", sums: sums{"30d": covered(w(1235, 1234000), 0.4)}, phase: PhaseOK},
		{name: "nor is one whose history is still being read", sums: sums{"30d": covered(w(1235, 1234000), 0.89)}, phase: PhaseOK},
		{name: "a policy without tiers alerts about nothing", change: func(s *slo.SLO) { s.Tiers = nil }, sums: sums{"30d": w(9999, 10000)}, phase: PhaseOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := chargeCard("availability")
			if c.change != nil {
				c.change(&s)
			}
			got, changes := Decide(Input{SLO: s, Assessment: assess(s, noon, c.sums)})
			if got.Phase != c.phase || got.Severity != c.severity || got.Tier != c.tier || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("got %s %s by %q: %s\nwant %s %s by %q: %s", got.Phase, got.Severity, got.Tier, got.Reason, c.phase, c.severity, c.tier, c.reason)
			}
			if c.reason == "" && c.phase == PhaseOK && got.Reason != "" {
				t.Errorf("an alert that is ok says %q", got.Reason)
			}
			if quiet := c.phase == PhaseOK; quiet != (len(changes) == 0) {
				t.Errorf("transitions: %+v", changes)
			}
			again, changes := Decide(Input{SLO: s, Previous: got, Assessment: assess(s, noon, c.sums)})
			if diff := cmp.Diff(got, again); diff != "" || len(changes) != 0 {
				t.Errorf("the same slot decided again changes something: %v\n%s", changes, diff)
			}
		})
	}
}

// run decides one assessment after the other and reports the last.
type run struct {
	t     *testing.T
	slo   slo.SLO
	alert Alert
	acked bool
	said  []Transition
}

func (r *run) at(offset time.Duration, named sums) *run {
	r.t.Helper()
	return r.assess(assess(r.slo, noon.Add(offset), named))
}

func (r *run) frozen(offset time.Duration, state slo.DataState, named sums) *run {
	r.t.Helper()
	a := assess(r.slo, noon.Add(offset), named)
	a.State, a.Reason = state, "connection refused"
	return r.assess(a)
}

func (r *run) assess(a slo.Assessment) *run {
	r.alert, r.said = Decide(Input{SLO: r.slo, Previous: r.alert, Assessment: a, Acked: r.acked})
	return r
}

func (r *run) want(phase Phase, severity slo.Severity) *run {
	r.t.Helper()
	if r.alert.Phase != phase || r.alert.Severity != severity {
		r.t.Fatalf("at %s: %s %s (%s), want %s %s", r.alert.DecidedAt.Sub(noon), r.alert.Phase, r.alert.Severity, r.alert.Reason, phase, severity)
	}
	return r
}

func (r *run) because(part string) *run {
	r.t.Helper()
	if !strings.Contains(r.alert.Reason, part) {
		r.t.Fatalf("reason %q does not say %q", r.alert.Reason, part)
	}
	return r
}

func newRun(t *testing.T) *run { return &run{t: t, slo: chargeCard("availability")} }

var (
	burning  = sums{"1h": w(500, 10000), "5m": w(100, 1000)}
	cooling  = sums{"1h": w(500, 10000), "5m": w(2, 1000)}
	silent   = sums{"1h": w(500, 10000), "5m": w(0, 0)}
	noTrace  = sums{"1h": w(0, 0), "5m": w(0, 0)}
	noErrors = sums{"1h": w(0, 40), "5m": w(0, 0)}
)

func TestDecideRecovers(t *testing.T) {
	t.Run("after one more short window below the rate", func(t *testing.T) {
		r := newRun(t).at(0, burning).want(PhaseFiring, slo.SeverityPage)
		r.at(time.Minute, cooling).want(PhaseRecovering, slo.SeverityPage).because("the latter below 14.4")
		r.at(6*time.Minute-step, cooling).want(PhaseRecovering, slo.SeverityPage)
		r.at(6*time.Minute, cooling).want(PhaseOK, slo.SeverityNone).because("burn rate 2.0 over 5m, below 14.4 for 5m")
		if len(r.said) != 1 || !r.said[0].Ended() || r.said[0].Tier != "fast" {
			t.Errorf("transitions: %+v", r.said)
		}
		r.at(7*time.Minute, nil).want(PhaseOK, slo.SeverityNone).because("below 14.4")
	})
	t.Run("burning again in between starts the wait anew", func(t *testing.T) {
		r := newRun(t).at(0, burning).at(time.Minute, cooling).at(5*time.Minute, burning).want(PhaseFiring, slo.SeverityPage)
		r.at(6*time.Minute, cooling).want(PhaseRecovering, slo.SeverityPage)
		r.at(11*time.Minute-step, cooling).want(PhaseRecovering, slo.SeverityPage)
		r.at(11*time.Minute, cooling).want(PhaseOK, slo.SeverityNone)
	})
	t.Run("so does a short window over the rate alone", func(t *testing.T) {
		shortOnly := sums{"1h": w(100, 10000), "5m": w(100, 1000)}
		r := newRun(t).at(0, burning).at(time.Minute, cooling).at(5*time.Minute, shortOnly).want(PhaseFiring, slo.SeverityPage)
		r.at(6*time.Minute, cooling).at(11*time.Minute-step, cooling).want(PhaseRecovering, slo.SeverityPage)
	})
	t.Run("a long window below the rate is not enough while the short one burns", func(t *testing.T) {
		r := newRun(t).at(0, burning)
		for m := range 20 {
			r.at(time.Duration(m)*time.Minute, sums{"1h": w(100, 10000), "5m": w(100, 1000)}).want(PhaseFiring, slo.SeverityPage)
		}
		r.because("the latter still at or over 14.4")
	})
	t.Run("half an hour is enough for a short window of six", func(t *testing.T) {
		over, below := sums{"3d": w(2000, 1000000), "6h": w(200, 100000)}, sums{"3d": w(2000, 1000000), "6h": w(50, 100000)}
		r := newRun(t).at(0, over).want(PhaseFiring, slo.SeverityTicket).at(time.Hour, below)
		r.at(90*time.Minute-step, below).want(PhaseRecovering, slo.SeverityTicket)
		r.at(90*time.Minute, below).want(PhaseOK, slo.SeverityNone)
	})
	t.Run("silence proves nothing", func(t *testing.T) {
		r := newRun(t).at(0, burning)
		for m := 1; m < 60; m++ {
			r.at(time.Duration(m)*time.Minute, silent).want(PhaseFiring, slo.SeverityPage)
		}
		r.because("no calls in the last 5m")
		r.at(time.Hour, noTrace).want(PhaseOK, slo.SeverityNone).because("no traffic in the last 1h")
	})
	t.Run("silence after good calls closes it when the last bad one has left the long window", func(t *testing.T) {
		r := newRun(t).at(0, burning).at(time.Hour, noErrors)
		r.want(PhaseOK, slo.SeverityNone).because("no traffic in the last 5m, and none of 40 calls bad in 1h")
	})
	t.Run("calls far apart can prove health too", func(t *testing.T) {
		r := newRun(t).at(0, burning).at(time.Minute, cooling).at(4*time.Minute, silent).want(PhaseRecovering, slo.SeverityPage)
		r.at(8*time.Minute, silent).want(PhaseRecovering, slo.SeverityPage)
		r.at(9*time.Minute, cooling).want(PhaseOK, slo.SeverityNone)
	})
	t.Run("a spent budget ends only when something is left again", func(t *testing.T) {
		spent, left := sums{"30d": w(1500, 1000000)}, sums{"30d": w(990, 1000000)}
		r := newRun(t).at(0, spent).at(48*time.Hour, spent).want(PhaseFiring, slo.SeverityTicket)
		r.at(49*time.Hour, left).want(PhaseRecovering, slo.SeverityTicket)
		r.at(49*time.Hour+30*time.Minute, left).want(PhaseOK, slo.SeverityNone).because("1.0% of the error budget is left again")
	})
	t.Run("a tier that left the policy ends", func(t *testing.T) {
		r := newRun(t).at(0, burning)
		r.slo.Tiers = r.slo.Tiers[1:]
		r.at(time.Minute, nil).want(PhaseOK, slo.SeverityNone).because("the policy has no tier fast any more")
	})
}

func TestDecideFreezes(t *testing.T) {
	for _, state := range []slo.DataState{slo.StateNoData, slo.StateSourceDown, slo.StateStale, slo.StateInvalid} {
		t.Run("data that is "+string(state)+" ends nothing and begins nothing", func(t *testing.T) {
			r := newRun(t).at(0, burning)
			before := r.alert
			for m := 1; m < 200; m++ {
				r.frozen(time.Duration(m)*time.Minute, state, noTrace).want(PhaseFiring, slo.SeverityPage)
				if len(r.said) != 0 {
					t.Fatalf("transitions: %+v", r.said)
				}
			}
			if want := string(state) + ": connection refused"; r.alert.Frozen != want || r.alert.Reason != before.Reason {
				t.Errorf("frozen %q with reason %q, want %q and the reason kept", r.alert.Frozen, r.alert.Reason, want)
			}
			newRun(t).frozen(0, state, burning).want(PhaseOK, slo.SeverityNone)
		})
	}
	t.Run("time that nobody saw does not count as recovery", func(t *testing.T) {
		r := newRun(t).at(0, burning).at(time.Minute, cooling)
		r.at(3*time.Minute, cooling).frozen(4*time.Minute, slo.StateSourceDown, nil).frozen(30*time.Minute, slo.StateSourceDown, nil)
		r.at(31*time.Minute, cooling).want(PhaseRecovering, slo.SeverityPage)
		if r.alert.Frozen != "" {
			t.Errorf("still frozen: %s", r.alert.Frozen)
		}
		r.at(34*time.Minute-step, cooling).want(PhaseRecovering, slo.SeverityPage)
		r.at(34*time.Minute, cooling).want(PhaseOK, slo.SeverityNone)
	})
	t.Run("a short window known by less than half does not count as below", func(t *testing.T) {
		unknown := sums{"1h": w(500, 10000), "5m": covered(w(0, 1000), 0.3)}
		r := newRun(t).at(0, burning)
		for m := 1; m < 30; m++ {
			r.at(time.Duration(m)*time.Minute, unknown).want(PhaseFiring, slo.SeverityPage)
		}
	})
	t.Run("a drained long window known by less than half does not close", func(t *testing.T) {
		newRun(t).at(0, burning).at(time.Hour, sums{"1h": covered(w(0, 0), 0.3), "5m": w(0, 0)}).want(PhaseFiring, slo.SeverityPage)
	})
	t.Run("a new function is decided like any other", func(t *testing.T) {
		newRun(t).frozen(0, slo.StateNew, burning).want(PhaseFiring, slo.SeverityPage)
	})
	t.Run("a slot of the past is not decided", func(t *testing.T) {
		r := newRun(t).at(time.Hour, burning)
		before := r.alert
		if r.at(0, nil); !cmp.Equal(before, r.alert) || len(r.said) != 0 {
			t.Errorf("changed to %+v", r.alert)
		}
	})
}

func TestDecideSeverity(t *testing.T) {
	slowToo := sums{"1h": w(500, 10000), "5m": w(100, 1000), "6h": w(500, 60000), "30m": w(300, 5000), "3d": w(1500, 1000000)}
	t.Run("a page falls to a ticket when its tier has recovered and another goes on", func(t *testing.T) {
		drain := sums{"1h": w(500, 10000), "3d": w(1500, 1000000), "6h": w(500, 60000), "5m": w(1, 1000)}
		r := newRun(t).at(0, sums{"1h": w(500, 10000), "5m": w(100, 1000), "3d": w(1500, 1000000), "6h": w(300, 60000)}).want(PhaseFiring, slo.SeverityPage)
		r.at(time.Minute, drain).want(PhaseFiring, slo.SeverityPage)
		r.at(6*time.Minute, drain).want(PhaseFiring, slo.SeverityTicket).because("at or over 1;")
		if len(r.said) != 1 || r.said[0].FromSeverity != slo.SeverityPage || r.said[0].ToSeverity != slo.SeverityTicket || r.said[0].Ended() {
			t.Errorf("transitions: %+v", r.said)
		}
	})
	t.Run("a page around its rate does not flap", func(t *testing.T) {
		r := newRun(t).at(0, burning)
		for m := 1; m < 60; m++ {
			named := burning
			if m%2 == 1 {
				named = cooling
			}
			if r.at(time.Duration(m)*time.Minute, named); r.alert.Severity != slo.SeverityPage {
				t.Fatalf("minute %d: %s %s", m, r.alert.Phase, r.alert.Severity)
			}
		}
	})
	t.Run("a ticket rises to a page", func(t *testing.T) {
		r := newRun(t).at(0, sums{"1h": w(4, 100), "5m": w(3, 10)}).want(PhaseFiring, slo.SeverityTicket)
		r.at(time.Minute, sums{"1h": w(5, 110), "5m": w(4, 20)}).want(PhaseFiring, slo.SeverityPage)
		if len(r.said) != 1 || r.said[0].ToSeverity != slo.SeverityPage || r.said[0].Began() {
			t.Errorf("transitions: %+v", r.said)
		}
		r.at(2*time.Minute, sums{"1h": w(5, 110), "5m": w(1, 20)}).want(PhaseFiring, slo.SeverityPage)
	})
	t.Run("the tier that leads is the first of those with the highest severity", func(t *testing.T) {
		r := newRun(t).at(0, slowToo).want(PhaseFiring, slo.SeverityPage)
		if r.alert.Tier != "fast" || len(r.alert.Holds) != 4 {
			t.Errorf("led by %q of %d", r.alert.Tier, len(r.alert.Holds))
		}
		recovering := sums{"1h": w(500, 10000), "5m": w(1, 1000), "6h": w(500, 60000), "30m": w(300, 5000), "3d": w(1500, 1000000)}
		if r.at(time.Minute, recovering); r.alert.Tier != "slow" {
			t.Errorf("led by %q while fast recovers, want slow", r.alert.Tier)
		}
	})
}

func TestDecidePagesATicketThatNobodyTook(t *testing.T) {
	steady := sums{"6h": w(500, 100000), "30m": w(50, 10000)}
	t.Run("after it has held for four hours", func(t *testing.T) {
		r := newRun(t).at(0, steady).at(4*time.Hour-step, steady).want(PhaseFiring, slo.SeverityTicket)
		r.at(4*time.Hour, steady).want(PhaseFiring, slo.SeverityPage).because("a page because nobody acknowledged the ticket for 4h")
		r.acked = true
		r.at(4*time.Hour+step, steady).want(PhaseFiring, slo.SeverityPage) // taking it does not undo it
	})
	t.Run("not when somebody did", func(t *testing.T) {
		r := newRun(t)
		r.acked = true
		r.at(0, steady).at(4*time.Hour, steady).want(PhaseFiring, slo.SeverityTicket)
	})
	t.Run("not when its short window is below just then", func(t *testing.T) {
		newRun(t).at(0, steady).at(4*time.Hour, sums{"6h": w(500, 100000), "30m": w(1, 10000)}).want(PhaseRecovering, slo.SeverityTicket)
	})
	t.Run("not in a slot that was decided while it was acknowledged", func(t *testing.T) {
		r := newRun(t)
		r.acked = true
		r.at(0, steady).at(4*time.Hour, steady)
		r.acked = false
		r.at(4*time.Hour, steady).want(PhaseFiring, slo.SeverityTicket)
		r.at(4*time.Hour+step, steady).want(PhaseFiring, slo.SeverityPage)
	})
	t.Run("not below the guard of a page", func(t *testing.T) {
		few := sums{"6h": w(4, 100), "30m": w(3, 10)}
		r := newRun(t)
		r.slo.Tiers = r.slo.Tiers[2:3]
		r.at(0, few).at(5*time.Hour, few).want(PhaseFiring, slo.SeverityTicket)
	})
	t.Run("not when the SLO may not page", func(t *testing.T) {
		r := newRun(t)
		r.slo.MaxSeverity = slo.SeverityTicket
		r.at(0, steady).at(5*time.Hour, steady).want(PhaseFiring, slo.SeverityTicket)
	})
}

func TestDecideLeavesItsInputAlone(t *testing.T) {
	r := newRun(t).at(0, burning)
	holds := maps.Clone(r.alert.Holds)
	before := r.alert
	r.at(time.Minute, cooling).at(20*time.Minute, cooling)
	if diff := cmp.Diff(holds, before.Holds); diff != "" {
		t.Errorf("a decision changed the state it came from:\n%s", diff)
	}
}

func TestEnd(t *testing.T) {
	firing := newRun(t).at(0, burning).alert
	got, said := End(firing, noon.Add(time.Hour), "SLO removed")
	if got.Phase != PhaseOK || got.Active() || got.Reason != "SLO removed" || len(got.Holds) != 0 || len(said) != 1 || !said[0].Ended() {
		t.Errorf("got %+v, transitions %+v", got, said)
	}
}

// excluding takes slots out of a window, a share of its time.
func excluding(w slo.WindowSum, slots int, share float64) slo.WindowSum {
	w.Excluded = slo.Exclusion{Slots: slots, Share: share, Time: time.Duration(slots) * 30 * time.Second}
	return w
}

// An alert that fires waits while its short window is excluded: it neither recovers nor
// ends, and says why.
func TestDecide_ends_nothing_on_a_window_that_is_excluded(t *testing.T) {
	s := chargeCard("availability")
	alert, _ := Decide(Input{SLO: s, Assessment: assess(s, noon, sums{"1h": w(605, 12345), "5m": w(350, 10000)})})
	for i := range 20 {
		at := noon.Add(time.Duration(i+1) * time.Minute)
		a := assess(s, at, sums{"1h": w(144, 10000), "5m": excluding(w(0, 10), 9, 0.9)})
		var changes []Transition
		alert, changes = Decide(Input{SLO: s, Previous: alert, Assessment: a})
		if len(changes) != 0 || alert.Phase != PhaseFiring || alert.Severity != slo.SeverityPage || !strings.Contains(alert.Reason, "nothing is decided: 90% of the last 5m is excluded by maintenance") {
			t.Fatalf("after %d m: %s %s: %s", i+1, alert.Phase, alert.Severity, alert.Reason)
		}
	}
	at := noon.Add(30 * time.Minute)
	alert, _ = Decide(Input{SLO: s, Previous: alert, Assessment: assess(s, at, sums{"1h": w(144, 10000), "5m": w(0, 10)})})
	if alert.Phase != PhaseRecovering {
		t.Errorf("once it is known again: %s: %s", alert.Phase, alert.Reason)
	}
}
