package alerting

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// vanished is an assessment of data that is gone for some time.
func vanished(s slo.SLO, since time.Time, lasting time.Duration) slo.Assessment {
	a := assess(s, since.Add(lasting), nil)
	a.State, a.Reason = slo.StateNoData, "no sample since "+since.Format(time.RFC3339)
	a.Absence = &slo.Absence{Since: since, For: lasting}
	return a
}

// watched is an SLO that asks for something when its data is gone.
func watched(asks slo.Severity) slo.SLO {
	s := chargeCard("availability")
	s.NoData = asks
	s.SLI = slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "calls_total"}}}}
	return s
}

func TestDataThatIsGoneFilesATicket(t *testing.T) {
	minutes := func(n float64) time.Duration { return time.Duration(n * float64(time.Minute)) }
	for _, c := range []struct {
		name     string
		asks     slo.Severity
		lasting  time.Duration
		change   func(*slo.SLO, *slo.Assessment)
		severity slo.Severity
		reason   string
	}{
		{
			name: "ten minutes", asks: slo.SeverityTicket, lasting: minutes(10), severity: slo.SeverityTicket,
			reason: "no data for 10m: the last sample of calls_total came at 2026-03-02 12:00:00 UTC, and the backend has data of others since; it may be gone for 10m here; does the function run, is it scraped, and are its metric and labels still called so?",
		},
		{name: "a slot less", asks: slo.SeverityTicket, lasting: minutes(9.5)},
		{name: "a page where the SLO asks for one", asks: slo.SeverityPage, lasting: minutes(12), severity: slo.SeverityPage, reason: "no data for 12m: "},
		{
			name: "no page where it never pages", asks: slo.SeverityPage, lasting: minutes(12),
			change: func(s *slo.SLO, _ *slo.Assessment) { s.MaxSeverity = slo.SeverityTicket }, severity: slo.SeverityTicket, reason: "; a ticket, for this SLO never pages",
		},
		{name: "ignored", asks: slo.SeverityNone, lasting: 24 * time.Hour},
		{
			name: "no longer than it was gone before", asks: slo.SeverityTicket, lasting: 12*time.Hour - step,
			change: func(_ *slo.SLO, a *slo.Assessment) { a.Absence.LongestGap = 8 * time.Hour },
		},
		{
			name: "half as long again as it was gone before", asks: slo.SeverityTicket, lasting: 12 * time.Hour, severity: slo.SeverityTicket,
			change: func(_ *slo.SLO, a *slo.Assessment) { a.Absence.LongestGap = 8 * time.Hour },
			reason: "it may be gone for 12h here, since the longest gap of the last 14d that ended by itself was 8h",
		},
		{ // 0.01 × 5 % of 30 days = 21.6 minutes
			name: "a promise that is easily kept waits longer", asks: slo.SeverityTicket, lasting: minutes(21.5),
			change: func(s *slo.SLO, a *slo.Assessment) { a.Objective = slo.MustObjective("95%") },
		},
		{
			name: "the backend had no data of anything for most of it", asks: slo.SeverityTicket, lasting: time.Hour,
			change: func(_ *slo.SLO, a *slo.Assessment) { a.Absence.For = minutes(9.5) },
		},
		{
			name: "never seen", asks: slo.SeverityTicket, lasting: 24 * time.Hour,
			change: func(_ *slo.SLO, a *slo.Assessment) { a.Absence = nil },
		},
		{
			name: "the backend does not answer", asks: slo.SeverityTicket, lasting: 24 * time.Hour,
			change: func(_ *slo.SLO, a *slo.Assessment) { a.State = slo.StateSourceDown },
		},
		{
			name: "idle", asks: slo.SeverityTicket, lasting: 24 * time.Hour,
			change: func(_ *slo.SLO, a *slo.Assessment) { a.State, a.Absence = slo.StateIdle, nil },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := watched(c.asks)
			a := vanished(s, noon, c.lasting)
			if c.change != nil {
				c.change(&s, &a)
			}
			in := Input{SLO: s, Previous: Alert{ID: s.ID, Phase: PhaseOK, DecidedAt: noon}, Assessment: a}
			got, changes := Decide(in)
			if c.severity == slo.SeverityNone {
				if got.Active() || len(changes) != 0 || len(got.Holds) != 0 {
					t.Fatalf("it alerts: %+v, %+v", got, changes)
				}
				return
			}
			if got.Phase != PhaseFiring || got.Severity != c.severity || got.Tier != NoDataTier || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("%s %s by %q: %s", got.Phase, got.Severity, got.Tier, got.Reason)
			}
			if !got.FiringSince.Equal(a.AsOf) || !got.DecidedAt.Equal(a.AsOf) || len(changes) != 1 || !changes[0].Began() {
				t.Errorf("it fires since %v, decided at %v, with %+v", got.FiringSince, got.DecidedAt, changes)
			}
			in.Previous = got
			again, changes := Decide(in)
			if diff := cmp.Diff(got, again); diff != "" || len(changes) != 0 {
				t.Errorf("the same again changes it by %+v:\n%s", changes, diff)
			}
		})
	}
}

// story follows the alert of an SLO through assessments.
func story(t *testing.T, s slo.SLO, alert *Alert, a slo.Assessment) []Transition {
	t.Helper()
	next, changes := Decide(Input{SLO: s, Previous: *alert, Assessment: a})
	*alert = next
	return changes
}

func TestDataThatIsBackEndsItsTicket(t *testing.T) {
	s := watched(slo.SeverityTicket)
	var alert Alert
	story(t, s, &alert, assess(s, noon, nil))
	story(t, s, &alert, vanished(s, noon, 10*time.Minute))
	down := vanished(s, noon, 20*time.Minute)
	down.State, down.Absence = slo.StateSourceDown, nil
	if changes := story(t, s, &alert, down); len(changes) != 0 || alert.Phase != PhaseFiring {
		t.Errorf("a backend that is down ends it: %+v", changes)
	}
	idle := assess(s, noon.Add(21*time.Minute), sums{"5m": w(0, 0)})
	idle.State = slo.StateIdle
	changes := story(t, s, &alert, idle)
	if len(changes) != 1 || !changes[0].Ended() || changes[0].Reason != "the data is back" || alert.Phase != PhaseOK || alert.Holds != nil || alert.Frozen != "" {
		t.Errorf("%+v, %+v", alert, changes)
	}
}

func TestNobodyWantsToHearOfItAnyMore(t *testing.T) {
	s := watched(slo.SeverityPage)
	var alert Alert
	story(t, s, &alert, assess(s, noon, nil))
	story(t, s, &alert, vanished(s, noon, 10*time.Minute))
	s.NoData = slo.SeverityTicket
	changes := story(t, s, &alert, vanished(s, noon, 11*time.Minute))
	if len(changes) != 1 || alert.Severity != slo.SeverityTicket || alert.Phase != PhaseFiring {
		t.Errorf("a ticket only: %+v, %+v", alert, changes)
	}
	s.NoData = slo.SeverityNone
	changes = story(t, s, &alert, vanished(s, noon, 12*time.Minute))
	if len(changes) != 1 || !changes[0].Ended() || changes[0].Reason != "no_data of the SLO is ignore now" || alert.Phase != PhaseOK {
		t.Errorf("ignored: %+v, %+v", alert, changes)
	}
}

// A page goes on while its data is gone, and the clock of its recovery stands still
// through it: 4 of 5 minutes were over, so the fifth ends it afterwards.
func TestABurnIsFrozenBesideItsMissingData(t *testing.T) {
	s := watched(slo.SeverityTicket)
	outage, calm := sums{"1h": w(605, 12345), "5m": w(350, 10000)}, sums{"1h": w(605, 12345)}
	var alert Alert
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	story(t, s, &alert, assess(s, at(0), outage))
	story(t, s, &alert, assess(s, at(1), calm))
	story(t, s, &alert, assess(s, at(5), calm))
	if alert.Phase != PhaseRecovering || !alert.BelowSince.Equal(at(1)) {
		t.Fatalf("%+v", alert)
	}
	changes := story(t, s, &alert, vanished(s, at(5), 10*time.Minute))
	if alert.Phase != PhaseFiring || alert.Severity != slo.SeverityPage || alert.Tier != "fast" || len(changes) != 1 {
		t.Errorf("without data it is %+v, by %+v", alert, changes)
	}
	if !strings.HasPrefix(alert.Reason, "burn rate 49.0 over 1h") || !strings.Contains(alert.Reason, "; since then no data for 10m: ") {
		t.Errorf("reason %q", alert.Reason)
	}
	story(t, s, &alert, vanished(s, at(5), 15*time.Minute))
	story(t, s, &alert, assess(s, at(20), calm))
	if alert.Phase != PhaseRecovering || !alert.BelowSince.Equal(at(16)) {
		t.Errorf("back: %s, below since %v, want since 12:16", alert.Phase, alert.BelowSince)
	}
	if story(t, s, &alert, assess(s, at(21), calm)); alert.Phase != PhaseOK {
		t.Errorf("a minute later it is %+v", alert)
	}
}

// A ticket becomes a page when the data that is gone asks for one.
func TestMissingDataMayBeWorseThanTheBurnBeforeIt(t *testing.T) {
	s := watched(slo.SeverityPage)
	var alert Alert
	story(t, s, &alert, assess(s, noon, sums{"3d": w(1000, 1_000_000), "6h": w(100, 100_000)}))
	changes := story(t, s, &alert, vanished(s, noon, 10*time.Minute))
	if alert.Severity != slo.SeverityPage || alert.Tier != NoDataTier || len(changes) != 1 || len(alert.Holds) != 2 || !alert.FiringSince.Equal(noon) {
		t.Errorf("%+v, %+v", alert, changes)
	}
	changes = story(t, s, &alert, assess(s, noon.Add(11*time.Minute), sums{"3d": w(1000, 1_000_000), "6h": w(100, 100_000)}))
	if alert.Severity != slo.SeverityTicket || alert.Tier != "drain" || len(changes) != 1 || len(alert.Holds) != 1 {
		t.Errorf("%+v, %+v", alert, changes)
	}
}

// TestMissingDataTouchesNothingElse holds random stories against a clock of its own:
// the condition holds exactly from when it is due until there is data, and while there
// is none nothing else changes.
func TestMissingDataTouchesNothingElse(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 3))
		s := watched([]slo.Severity{slo.SeverityNone, slo.SeverityTicket, slo.SeverityPage}[rng.IntN(3)])
		var alert Alert
		var due bool
		last := noon
		for n := range 400 {
			at := noon.Add(time.Duration(n) * step)
			a := assess(s, at, sums{"1h": w(int64(rng.IntN(300)), 10_000), "5m": w(int64(rng.IntN(300)), 10_000)})
			switch kind := rng.IntN(30); {
			case kind == 0 || !at.After(last):
				last, due = at, false
			case kind == 1:
				a.State = slo.StateSourceDown
			default:
				a = vanished(s, last, at.Sub(last))
				due = due || at.Sub(last) >= 10*time.Minute
			}
			before := alert
			changes := story(t, s, &alert, a)
			_, holds := alert.Holds[NoDataTier]
			if want := due && s.NoData > slo.SeverityNone; holds != want {
				t.Fatalf("seed %d, slot %d: it holds: %v, want %v", seed, n, holds, want)
			}
			if err := untouched(before, alert, a, changes); err != nil {
				t.Fatalf("seed %d, slot %d: %v\nwas %+v\nis  %+v", seed, n, err, before, alert)
			}
		}
	}
}

func untouched(before, after Alert, a slo.Assessment, changes []Transition) error {
	if a.State.Measured() {
		return nil
	}
	was, is := maps.Clone(before.Holds), maps.Clone(after.Holds)
	delete(was, NoDataTier)
	delete(is, NoDataTier)
	switch {
	case !maps.Equal(was, is):
		return fmt.Errorf("the holds of tiers changed")
	case after.Severity < before.Severity:
		return fmt.Errorf("missing data lowered the severity")
	case before.Active() && !after.Active():
		return fmt.Errorf("missing data ended an alert")
	case len(changes) > 1:
		return fmt.Errorf("%d transitions", len(changes))
	}
	return nil
}

func TestExplainTellsHowLongDataIsGone(t *testing.T) {
	s := watched(slo.SeverityTicket)
	var alert Alert
	story(t, s, &alert, assess(s, noon, nil))
	for _, c := range []struct {
		name       string
		assessment slo.Assessment
		want       string
		conclusion string
	}{
		{"there", assess(s, noon, nil), "none no there is data\nno time without data: there is data ≥ 10m", "Does not fire: the burn rate over 5m is 0, below 14.4"},
		{
			"on the way", vanished(s, noon, 7*time.Minute), "none no no data for 7m of 10m\nno time without data: 7m ≥ 10m",
			"Cannot tell: no data for 7m of 10m, then a ticket",
		},
		{
			"stopped", func() slo.Assessment {
				a := vanished(s, noon, 8*time.Minute)
				a.State, a.Reason, a.Absence = slo.StateSourceDown, "connection refused", nil
				return a
			}(), "none ? the clock stands still: source_down: connection refused\n? time without data: unknown ≥ 10m",
			"Cannot tell: the data is source_down: connection refused",
		},
		{
			"due", vanished(s, noon, 10*time.Minute),
			"ticket yes \nyes time without data: 10m ≥ 10m\nfires since 2026-03-02 12:10:00 UTC; it ends when the data is back",
			"Files a ticket: no_data: no data for 10m: the last sample of calls_total came at 2026-03-02 12:00:00 UTC, and the backend has data of others since; it may be gone for 10m here; does the function run, is it scraped, and are its metric and labels still called so?",
		},
	} {
		story(t, s, &alert, c.assessment)
		e := Explain(s, c.assessment, &alert)
		if got := explained(e, NoDataTier); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
		if e.Conclusion != c.conclusion {
			t.Errorf("%s: it concludes\n%s\nwant\n%s", c.name, e.Conclusion, c.conclusion)
		}
	}
	if got := explained(Explain(watched(slo.SeverityNone), vanished(s, noon, time.Hour), nil), NoDataTier); got != "no such tier" {
		t.Errorf("ignored: %s", got)
	}
}

// What is left in the windows says nothing about now.
func TestAMessageAboutMissingDataHasNoBurnRates(t *testing.T) {
	s := watched(slo.SeverityTicket)
	a := vanished(s, noon, 10*time.Minute)
	alert, _ := Decide(Input{SLO: s, Previous: Alert{ID: s.ID, Phase: PhaseOK, DecidedAt: noon}, Assessment: a})
	f := newFact(s, a, alert)
	if f.BurnRateLong != nil || f.BurnRateShort != nil || f.Total != 0 || f.BudgetRemaining == nil || f.Reason != alert.Reason {
		t.Errorf("%+v", f)
	}
}
