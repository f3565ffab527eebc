package suppress_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

// rollout is a deploy of checkout that holds messages back for half an hour.
func rollout() suppress.Deploy {
	return suppress.Deploy{ID: "d1", Service: "checkout", Functions: []string{"charge"}, Version: "v42", By: "token ci", StartsAt: noon, EndsAt: noon.Add(30 * time.Minute)}
}

func holding(d ...suppress.Deploy) *suppress.Set { return suppress.NewSet(noon, nil, d, nil) }

func TestCheck_refuses_a_deploy_that_says_too_little_or_holds_too_long(t *testing.T) {
	for _, tc := range []struct {
		what   string
		change func(*suppress.Deploy)
		want   string // empty: nothing is wrong
	}{
		{"all there", func(*suppress.Deploy) {}, ""},
		{"all functions", func(d *suppress.Deploy) { d.Functions = nil }, ""},
		{"no version", func(d *suppress.Deploy) { d.Version = "" }, ""},
		{"no id", func(d *suppress.Deploy) { d.ID = "" }, "leave it out to get one"},
		{"a path", func(d *suppress.Deploy) { d.ID = "a/b" }, "letters, digits"},
		{"a long id", func(d *suppress.Deploy) { d.ID = strings.Repeat("x", 101) }, "up to 100"},
		{"no service", func(d *suppress.Deploy) { d.Service = "" }, "service is missing"},
		{"a function without a name", func(d *suppress.Deploy) { d.Functions = []string{""} }, "a function has no name"},
		{"no end", func(d *suppress.Deploy) { d.EndsAt = time.Time{} }, "ends_at is missing"},
		{"backwards", func(d *suppress.Deploy) { d.EndsAt = noon.Add(-1) }, "ends_at is not after starts_at"},
		{"two hours", func(d *suppress.Deploy) { d.EndsAt = noon.Add(2 * time.Hour) }, ""},
		{"a second more", func(d *suppress.Deploy) { d.EndsAt = noon.Add(2*time.Hour + time.Second) }, "at most 2h"},
	} {
		d := rollout()
		tc.change(&d)
		err := d.Check()
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: %v, want %q", tc.what, err, tc.want)
		}
	}
}

func TestADeployHoldsBackPagesAndTicketsOfItsFunctions(t *testing.T) {
	for _, tc := range []struct {
		what     string
		change   func(*suppress.Deploy)
		severity slo.Severity
		after    time.Duration
		muted    bool
		state    suppress.State
	}{
		{"a moment before", nil, slo.SeverityPage, -1, false, suppress.StatePending},
		{"a page at its start", nil, slo.SeverityPage, 0, true, suppress.StateActive},
		{"a ticket at its start", nil, slo.SeverityTicket, 0, true, suppress.StateActive},
		{"a moment before its end", nil, slo.SeverityTicket, 30*time.Minute - 1, true, suppress.StateActive},
		{"at its end", nil, slo.SeverityTicket, 30 * time.Minute, false, suppress.StateOver},
		{"another function", func(d *suppress.Deploy) { d.Functions = []string{"refund"} }, slo.SeverityPage, 0, false, suppress.StateActive},
		{"all functions", func(d *suppress.Deploy) { d.Functions = nil }, slo.SeverityPage, 0, true, suppress.StateActive},
		{"another service", func(d *suppress.Deploy) { d.Service = "media" }, slo.SeverityPage, 0, false, suppress.StateActive},
		{"before it succeeded", endedAfter(10*time.Minute, "succeeded"), slo.SeverityPage, 10*time.Minute - 1, true, suppress.StateActive},
		{"when it succeeded", endedAfter(10*time.Minute, "succeeded"), slo.SeverityPage, 10 * time.Minute, false, suppress.StateOver},
		{"when it failed", endedAfter(10*time.Minute, "failed"), slo.SeverityTicket, 10 * time.Minute, false, suppress.StateOver},
		{"when it was rolled back", endedAfter(10*time.Minute, "rolled_back"), slo.SeverityTicket, 10 * time.Minute, false, suppress.StateOver},
		{"ended after its end", endedAfter(time.Hour, "succeeded"), slo.SeverityPage, 45 * time.Minute, false, suppress.StateOver},
		{"taken back", func(d *suppress.Deploy) { d.WithdrawnAt = noon.Add(time.Minute) }, slo.SeverityPage, 2 * time.Minute, false, suppress.StateWithdrawn},
	} {
		d := rollout()
		if tc.change != nil {
			tc.change(&d)
		}
		at := noon.Add(tc.after)
		var want []alerting.Muting
		if tc.muted {
			want = []alerting.Muting{{Kind: "deploy", ID: "d1", By: "token ci", Reason: "deploy of v42", Until: noon.Add(30 * time.Minute)}}
		}
		got, pierced := holding(d).Mute(burning(tc.severity, at))
		if diff := cmp.Diff(want, got); diff != "" || pierced != nil {
			t.Errorf("%s: pierced %v (-want +got):\n%s", tc.what, pierced, diff)
		}
		if got := d.State(at); got != tc.state {
			t.Errorf("%s: %s, want %s", tc.what, got, tc.state)
		}
	}
}

func endedAfter(after time.Duration, status string) func(*suppress.Deploy) {
	return func(d *suppress.Deploy) { d.EndedAt, d.EndedBy, d.Status = noon.Add(after), "token ci", status }
}

// page is a page of charge with the tiers of the default policy, none of which holds.
func page(after time.Duration) alerting.Mutable {
	m := burning(slo.SeverityPage, noon.Add(after))
	m.SLO.Tiers = []slo.Tier{
		{Name: "slow", BurnRate: 6, Severity: slo.SeverityPage},
		{Name: "fast", BurnRate: 14.4, Severity: slo.SeverityPage},
		{Name: "wild", BurnRate: 20, Severity: slo.SeverityTicket},
	}
	return m
}

func TestWhatPiercesADeployWindow(t *testing.T) {
	hold := func(tier string, from, below time.Duration, severity slo.Severity) func(*alerting.Mutable) {
		return func(m *alerting.Mutable) {
			h := alerting.Hold{Since: noon.Add(from), Severity: severity}
			if below != 0 {
				h.BelowSince = noon.Add(below)
			}
			m.Alert.Holds = map[string]alerting.Hold{tier: h}
		}
	}
	const minute = time.Minute
	for _, tc := range []struct {
		what   string
		after  time.Duration
		change func(*alerting.Mutable)
		want   string // empty: it holds
	}{
		{"nothing holds", 20 * minute, func(*alerting.Mutable) {}, ""},
		{"fast for a moment less than 5m", 7*minute - 1, hold("fast", 2*minute, 0, slo.SeverityPage), ""},
		{"fast for 5m", 7 * minute, hold("fast", 2*minute, 0, slo.SeverityPage), "fast tier has held for 5m"},
		{"fast since before the deploy", minute, hold("fast", -10*minute, 0, slo.SeverityPage), "fast tier has held for 11m"},
		{"fast for 4m and below since", 20 * minute, hold("fast", 2*minute, 6*minute, slo.SeverityPage), ""},
		{"fast for 6m and below since", 20 * minute, hold("fast", 2*minute, 8*minute, slo.SeverityPage), "fast tier has held for 6m"},
		{"fast below its guard", 20 * minute, hold("fast", 2*minute, 0, slo.SeverityTicket), ""},
		{"a slower tier", 20 * minute, hold("slow", 2*minute, 0, slo.SeverityPage), ""},
		{"the highest rate files tickets", 20 * minute, hold("wild", 2*minute, 0, slo.SeverityPage), ""},
		{"fast, and known until 6m only", 20 * minute, func(m *alerting.Mutable) {
			hold("fast", 2*minute, 0, slo.SeverityPage)(m)
			m.Alert.DecidedAt = noon.Add(6 * minute)
		}, ""},
		{"fast, of a ticket", 20 * minute, func(m *alerting.Mutable) {
			hold("fast", 2*minute, 0, slo.SeverityPage)(m)
			m.Alert.Severity = slo.SeverityTicket
		}, ""},
		{"class data_loss", 0, func(m *alerting.Mutable) { m.SLO.Class = slo.ClassDataLoss }, "an SLO of class data_loss is never held back"},
		{"class security, a ticket", 0, func(m *alerting.Mutable) {
			m.SLO.Class, m.Alert.Severity = slo.ClassSecurity, slo.SeverityTicket
		}, "an SLO of class security is never held back"},
	} {
		m := page(tc.after)
		tc.change(&m)
		mutedBy, pierced := holding(rollout()).Mute(m)
		want := []string(nil)
		if tc.want != "" {
			want = []string{"deploy d1 of checkout v42 pierced: " + tc.want}
		}
		if !slices.Equal(want, pierced) || (len(mutedBy) == 0) != (tc.want != "") {
			t.Errorf("%s: muted by %+v, pierced %q, want %q", tc.what, mutedBy, pierced, want)
		}
	}
}

// With 99.9 % of 1,000,000 calls 1,000 may fail: 2 % of them are 20.
func TestABudgetThatGoesPiercesADeployWindow(t *testing.T) {
	sum := func(length, from time.Duration, bad int64) slo.WindowSum {
		return slo.WindowSum{Length: length, From: noon.Add(from), To: noon.Add(from + length), Counts: slo.Counts{Total: 10_000, Bad: bad}, Coverage: 1}
	}
	const minute = time.Minute
	for _, tc := range []struct {
		what  string
		burns []slo.WindowSum
		alter func(*slo.Assessment)
		want  string // empty: it holds
	}{
		{"19 calls", []slo.WindowSum{sum(5*minute, 5*minute, 19)}, nil, ""},
		{"20 calls", []slo.WindowSum{sum(5*minute, 5*minute, 20)}, nil, "2% of the error budget has gone since it began"},
		{"a window from the very start", []slo.WindowSum{sum(5*minute, 0, 31)}, nil, "3.10% of the error budget has gone since it began"},
		{"a window from before the start", []slo.WindowSum{sum(5*minute, -1, 500)}, nil, ""},
		{"the longest window that began after it", []slo.WindowSum{sum(5*minute, 25*minute, 10), sum(30*minute, 0, 45), sum(60*minute, -30*minute, 900)}, nil, "4.50% of the error budget has gone since it began"},
		{"a short window that lost little", []slo.WindowSum{sum(5*minute, 25*minute, 10), sum(60*minute, -30*minute, 900)}, nil, ""},
		{"no window", nil, nil, ""},
		{"history is being read", []slo.WindowSum{sum(5*minute, 5*minute, 500)}, func(a *slo.Assessment) { a.Window.Unread = time.Hour }, ""},
		{"a period without a forecast", []slo.WindowSum{sum(5*minute, 5*minute, 500)}, func(a *slo.Assessment) {
			a.Window.Calendar, a.Window.PeriodEnd = slo.Calendar("month"), noon.AddDate(0, 0, 20)
		}, ""},
		{"a period of which half is to come", []slo.WindowSum{sum(5*minute, 5*minute, 39)}, func(a *slo.Assessment) {
			a.Window.Calendar, a.Window.PeriodEnd, a.Window.ForecastFrom, a.Window.Expected = slo.Calendar("month"), noon.AddDate(0, 0, 20), time.Hour, 1_000_000
		}, ""},
		{"no calls", []slo.WindowSum{sum(5*minute, 5*minute, 500)}, func(a *slo.Assessment) { a.Window.Counts = slo.Counts{} }, ""},
		{"halves of slots", []slo.WindowSum{sum(5*minute, 5*minute, 40)}, func(a *slo.Assessment) { a.Scale.Unit, a.Window.Total = 2, 2_000_000 }, "2% of the error budget has gone since it began"},
	} {
		m := page(10 * time.Minute)
		m.Assessment = slo.Assessment{
			Objective: slo.MustObjective("99.9%"), Burns: tc.burns,
			Window: slo.WindowSum{Length: 30 * 24 * time.Hour, To: noon.Add(10 * time.Minute), Counts: slo.Counts{Total: 1_000_000, Bad: 100}, Coverage: 1},
		}
		if tc.alter != nil {
			tc.alter(&m.Assessment)
		}
		want := []string(nil)
		if tc.want != "" {
			want = []string{"deploy d1 of checkout v42 pierced: " + tc.want}
		}
		mutedBy, pierced := holding(rollout()).Mute(m)
		if !slices.Equal(want, pierced) || (len(mutedBy) == 0) != (tc.want != "") {
			t.Errorf("%s: muted by %+v, pierced %q, want %q", tc.what, mutedBy, pierced, want)
		}
	}
}

// With a budget that goes in a window that slides, 2 % may be less a slot later.
func TestWhatHasPiercedIsNotHeldBackAgain(t *testing.T) {
	const minute = time.Minute
	told := alerting.Alert{Phase: alerting.PhaseFiring, Severity: slo.SeverityPage, DecidedAt: noon.Add(9 * minute)}
	for _, tc := range []struct {
		what   string
		change func(*alerting.Alert)
		held   bool
	}{
		{"a page that nothing held", func(*alerting.Alert) {}, false},
		{"one that recovers", func(a *alerting.Alert) { a.Phase = alerting.PhaseRecovering }, false},
		{"one that a silence held", func(a *alerting.Alert) { a.MutedBy = []alerting.Muting{{Kind: alerting.MutingSilence, ID: "d1"}} }, false},
		{"one that this deploy held", func(a *alerting.Alert) { a.MutedBy = []alerting.Muting{{Kind: alerting.MutingDeploy, ID: "d1"}} }, true},
		{"a ticket", func(a *alerting.Alert) { a.Severity = slo.SeverityTicket }, true},
		{"one of before the deploy", func(a *alerting.Alert) { a.DecidedAt = noon.Add(-1) }, true},
		{"one of before it was announced", func(a *alerting.Alert) { a.DecidedAt = noon.Add(3 * minute) }, true},
		{"one that was over", func(a *alerting.Alert) { a.Phase = alerting.PhaseOK }, true},
	} {
		m, d := page(10*minute), rollout()
		d.MadeAt = noon.Add(4 * minute)
		m.Previous = told
		tc.change(&m.Previous)
		if mutedBy, pierced := holding(d).Mute(m); (len(mutedBy) > 0) != tc.held || (len(pierced) > 0) == tc.held {
			t.Errorf("%s: muted by %+v, pierced %q", tc.what, mutedBy, pierced)
		}
	}
}

func TestWhatPiercesOneDeployPiercesAll(t *testing.T) {
	first, second := rollout(), rollout()
	second.ID, second.Version, second.StartsAt, second.EndsAt = "d2", "", noon.Add(9*time.Minute), noon.Add(time.Hour)
	m := page(10 * time.Minute)
	m.Assessment = slo.Assessment{
		Objective: slo.MustObjective("99.9%"),
		Window:    slo.WindowSum{Counts: slo.Counts{Total: 1_000_000}, Coverage: 1},
		Burns:     []slo.WindowSum{{Length: 5 * time.Minute, From: noon.Add(5 * time.Minute), To: noon.Add(10 * time.Minute), Counts: slo.Counts{Total: 10_000, Bad: 50}}},
	}
	mutedBy, pierced := holding(first, second).Mute(m)
	if mutedBy != nil || !slices.Equal(pierced, []string{"deploy d1 of checkout v42 pierced: 5% of the error budget has gone since it began"}) {
		t.Errorf("muted by %+v, pierced %q", mutedBy, pierced)
	}
	silenced, _ := suppress.NewSet(noon, []suppress.Silence{quiet(t)}, []suppress.Deploy{first}, nil).Mute(m)
	if len(silenced) != 1 || silenced[0].Kind != alerting.MutingSilence {
		t.Errorf("a silence holds what pierced a deploy: %+v", silenced)
	}
}

func TestLastDeployIsTheLatestOfTheFunctionWithinADay(t *testing.T) {
	early, late, other, tomorrow, withdrawn := rollout(), rollout(), rollout(), rollout(), rollout()
	late.ID, late.StartsAt, late.EndsAt = "d2", noon.Add(time.Hour), noon.Add(90*time.Minute)
	endedAfter(70*time.Minute, "rolled_back")(&late)
	other.ID, other.Functions, other.StartsAt = "d3", []string{"refund"}, noon.Add(2*time.Hour)
	tomorrow.ID, tomorrow.StartsAt, tomorrow.EndsAt = "d4", noon.AddDate(0, 0, 1), noon.AddDate(0, 0, 1).Add(time.Hour)
	withdrawn.ID, withdrawn.StartsAt, withdrawn.WithdrawnAt = "d5", noon.Add(3*time.Hour), noon.Add(4*time.Hour)
	set := holding(late, early, other, tomorrow, withdrawn)
	for _, tc := range []struct {
		what   string
		before time.Duration
		want   *alerting.Deploy
	}{
		{"before all", -time.Hour, nil},
		{"at the start of the first", 0, nil},
		{"while the first goes on", time.Minute, &alerting.Deploy{ID: "d1", EndsAt: noon.Add(30 * time.Minute)}},
		{"when nobody ended the first", 31 * time.Minute, &alerting.Deploy{ID: "d1", EndsAt: noon.Add(30 * time.Minute), Status: "expired"}},
		{"after the second", 5 * time.Hour, &alerting.Deploy{ID: "d2", EndsAt: noon.Add(70 * time.Minute), Status: "rolled_back"}},
		{"a moment less than a day after it", 25*time.Hour - 1, &alerting.Deploy{ID: "d4", EndsAt: noon.AddDate(0, 0, 1).Add(time.Hour)}},
		{"a day after the last", 48 * time.Hour, nil},
	} {
		got := set.LastDeploy("checkout", "charge", noon.Add(tc.before))
		if (got == nil) != (tc.want == nil) || got != nil && (got.ID != tc.want.ID || !got.EndsAt.Equal(tc.want.EndsAt) || got.Status != tc.want.Status || got.Version != "v42") {
			t.Errorf("%s: %+v, want %+v", tc.what, got, tc.want)
		}
	}
	if got := set.LastDeploy("media", "charge", noon.Add(time.Hour)); got != nil {
		t.Errorf("of another service: %+v", got)
	}
}

func TestADeployThatSaysTheSameIsTheSame(t *testing.T) {
	one := rollout()
	one.Functions = []string{"charge", "refund"}
	for what, tc := range map[string]struct {
		change func(*suppress.Deploy)
		want   bool
	}{
		"by another, ended":   {func(d *suppress.Deploy) { d.By, d.Status, d.EndedAt = "Mia", "failed", noon }, true},
		"in another order":    {func(d *suppress.Deploy) { d.Functions = []string{"refund", "charge"} }, true},
		"another version":     {func(d *suppress.Deploy) { d.Version = "v43" }, false},
		"another function":    {func(d *suppress.Deploy) { d.Functions = []string{"charge"} }, false},
		"another service":     {func(d *suppress.Deploy) { d.Service = "media" }, false},
		"another run":         {func(d *suppress.Deploy) { d.URL = "https://ci.example.com/2" }, false},
		"another end":         {func(d *suppress.Deploy) { d.EndsAt = noon.Add(time.Hour) }, false},
		"another start":       {func(d *suppress.Deploy) { d.StartsAt = noon.Add(time.Second) }, false},
		"the same elsewhere":  {func(d *suppress.Deploy) { d.StartsAt = noon.In(time.FixedZone("CET", 3600)) }, true},
		"under another id":    {func(d *suppress.Deploy) { d.ID = "d2" }, false},
		"exactly as it stood": {func(*suppress.Deploy) {}, true},
	} {
		other := one
		tc.change(&other)
		if got := one.Same(other); got != tc.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}

func TestADeployAnswersUntilTheNextOfTheFunctionOrForADay(t *testing.T) {
	first, next, other, withdrawn, later := rollout(), rollout(), rollout(), rollout(), rollout()
	next.ID, next.Functions, next.StartsAt = "d2", nil, noon.Add(3*time.Hour) // of the whole service
	other.ID, other.Functions, other.StartsAt = "d3", []string{"refund"}, noon.Add(time.Hour)
	withdrawn.ID, withdrawn.StartsAt, withdrawn.WithdrawnAt = "d4", noon.Add(2*time.Hour), noon.Add(4*time.Hour)
	later.ID, later.StartsAt = "d5", noon.Add(5*time.Hour)
	all := []suppress.Deploy{later, next, withdrawn, other, first}
	if got := first.AnswersUntil("charge", all); !got.Equal(next.StartsAt) {
		t.Errorf("the first until %s", got)
	}
	if got := later.AnswersUntil("charge", all); !got.Equal(later.StartsAt.Add(24 * time.Hour)) {
		t.Errorf("the last until %s", got)
	}
}
