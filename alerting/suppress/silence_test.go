package suppress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

// quiet is a silence of an hour that says all it has to.
func quiet(t *testing.T) suppress.Silence {
	return suppress.Silence{
		ID: "s1", Matchers: matching(t, `service="checkout"`), StartsAt: noon, EndsAt: noon.Add(time.Hour), Author: "Mia", Reason: "known",
	}
}

// burning is a firing alert of checkout/charge.
func burning(severity slo.Severity, at time.Time) alerting.Mutable {
	id := slo.ID{Service: "checkout", Function: "charge", Name: "availability"}
	return alerting.Mutable{
		SLO:   slo.SLO{ID: id, Owner: "team-a", Labels: map[string]string{"tier": "critical"}},
		Alert: alerting.Alert{ID: id, Phase: alerting.PhaseFiring, Severity: severity},
		At:    at,
	}
}

func TestCheck_refuses_a_silence_that_says_too_little_or_lasts_too_long(t *testing.T) {
	for _, tc := range []struct {
		what    string
		longest time.Duration
		change  func(*suppress.Silence)
		want    string // empty: nothing is wrong
	}{
		{"all there", suppress.DefaultMaxSilence, func(*suppress.Silence) {}, ""},
		{"of a severity", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.Matchers = matching(t, `severity="ticket"`) }, ""},
		{"no matchers", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.Matchers = matching(t) }, "matchers are missing"},
		{"matchers of everything", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.Matchers = matching(t, `owner=~".*"`) }, "take everything"},
		{"no author", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.Author = "" }, "author is missing"},
		{"no reason", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.Reason = "" }, "reason is missing"},
		{"no start", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.StartsAt = time.Time{} }, "starts_at is missing"},
		{"no end", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.EndsAt = time.Time{} }, "ends_at is missing"},
		{"no time", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.EndsAt = s.StartsAt }, "ends_at is not after starts_at"},
		{"a week", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.EndsAt = noon.AddDate(0, 0, 7) }, ""},
		{"a second more", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.EndsAt = noon.AddDate(0, 0, 7).Add(time.Second) }, "at most 7d"},
		{"a moment less than 30 days", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.EndsAt = noon.AddDate(0, 0, 30).Add(-time.Millisecond) }, "would last 30d; at most 7d"},
		{"of another severity", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.Matchers = matching(t, `service="checkout"`, `severity="critical"`) }, `severity="critical" matches nothing: a severity is page or ticket`},
		{"of either severity", suppress.DefaultMaxSilence, func(s *suppress.Silence) { s.Matchers = matching(t, `severity=~"page|ticket"`) }, ""},
		{"longer than is configured", time.Hour, func(s *suppress.Silence) { s.EndsAt = noon.Add(2 * time.Hour) }, "would last 2h; at most 1h, which alerting.max_silence"},
	} {
		s := quiet(t)
		tc.change(&s)
		err := s.Check(tc.longest)
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: %v, want %q", tc.what, err, tc.want)
		}
	}
}

func TestASilenceMutesWhatItMatchesWhileItHolds(t *testing.T) {
	muting := alerting.Muting{Kind: "silence", ID: "s1", By: "Mia", Reason: "known", Until: noon.Add(time.Hour)}
	for _, tc := range []struct {
		what     string
		matchers string
		severity slo.Severity
		after    time.Duration
		early    time.Duration // when it is ended, 0 never
		muted    bool
		state    suppress.State
	}{
		{"a moment before", `service="checkout"`, slo.SeverityPage, -1, 0, false, suppress.StatePending},
		{"at its start", `service="checkout"`, slo.SeverityPage, 0, 0, true, suppress.StateActive},
		{"a moment before its end", `service="checkout"`, slo.SeverityPage, time.Hour - 1, 0, true, suppress.StateActive},
		{"at its end", `service="checkout"`, slo.SeverityPage, time.Hour, 0, false, suppress.StateOver},
		{"another service", `service="media"`, slo.SeverityPage, time.Minute, 0, false, suppress.StateActive},
		{"by a label", `tier="critical"`, slo.SeverityTicket, time.Minute, 0, true, suppress.StateActive},
		{"tickets, and it is one", `severity="ticket"`, slo.SeverityTicket, time.Minute, 0, true, suppress.StateActive},
		{"tickets, and it is a page", `severity="ticket"`, slo.SeverityPage, time.Minute, 0, false, suppress.StateActive},
		{"one of two matchers", `service="checkout",function="refund"`, slo.SeverityPage, time.Minute, 0, false, suppress.StateActive},
		{"before it was ended", `service="checkout"`, slo.SeverityPage, 19 * time.Minute, 20 * time.Minute, true, suppress.StateWithdrawn},
		{"when it was ended", `service="checkout"`, slo.SeverityPage, 20 * time.Minute, 20 * time.Minute, false, suppress.StateWithdrawn},
		{"ended before it began", `service="checkout"`, slo.SeverityPage, time.Minute, -time.Minute, false, suppress.StateWithdrawn},
		{"ended after its end", `service="checkout"`, slo.SeverityPage, 61 * time.Minute, 2 * time.Hour, false, suppress.StateWithdrawn},
	} {
		s := quiet(t)
		s.Matchers = matching(t, tc.matchers)
		if tc.early != 0 {
			s.WithdrawnAt, s.WithdrawnBy = noon.Add(tc.early), "Noa"
		}
		at := noon.Add(tc.after)
		mutedBy, pierced := suppress.NewSet(noon, []suppress.Silence{s}, nil, nil).Mute(burning(tc.severity, at))
		var want []alerting.Muting
		if tc.muted {
			want = []alerting.Muting{muting}
		}
		if diff := cmp.Diff(want, mutedBy); diff != "" || pierced != nil {
			t.Errorf("%s: pierced %v (-want +got):\n%s", tc.what, pierced, diff)
		}
		if got := s.State(at); got != tc.state {
			t.Errorf("%s: %s, want %s", tc.what, got, tc.state)
		}
	}
}

func TestAnOutageDoesNotPierceASilence(t *testing.T) {
	outage := burning(slo.SeverityPage, noon.Add(30*time.Minute))
	outage.SLO.Class = slo.ClassSecurity
	outage.SLO.Tiers = []slo.Tier{{Name: "fast", BurnRate: 14.4, Severity: slo.SeverityPage}}
	outage.Alert.Holds = map[string]alerting.Hold{"fast": {Since: noon, Severity: slo.SeverityPage}}
	if mutedBy, pierced := suppress.NewSet(noon, []suppress.Silence{quiet(t)}, nil, nil).Mute(outage); len(mutedBy) != 1 || pierced != nil {
		t.Errorf("muted by %+v, pierced %v", mutedBy, pierced)
	}
}

func TestMaintenanceThatMutesHoldsBackWhileItGoesOn(t *testing.T) {
	once, nightly, corrects, withdrawn, long := window(t), recurring(t, twoToFour), window(t), window(t), window(t)
	once.Mute, nightly.Mute, withdrawn.Mute, long.Mute = true, true, true, true
	withdrawn.WithdrawnAt = noon
	long.EndsAt = noon.AddDate(0, 0, 3)
	allWeek := recurring(t, `[{"weekdays":["monday:friday"]}]`)
	allWeek.Mute = true
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		what  string
		m     suppress.Maintenance
		at    time.Time
		until time.Time // zero: it mutes nothing
	}{
		{"before", once, noon.Add(-1), time.Time{}},
		{"at its start", once, noon, noon.Add(time.Hour)},
		{"at its end", once, noon.Add(time.Hour), time.Time{}},
		{"that only corrects", corrects, noon, time.Time{}},
		{"that was withdrawn", withdrawn, noon, time.Time{}},
		{"of three days", long, noon, noon.AddDate(0, 0, 3)},
		{"at night", nightly, monday.Add(3 * time.Hour), monday.Add(4 * time.Hour)},
		{"between two nights", nightly, monday.Add(5 * time.Hour), time.Time{}},
		{"from Monday to Friday", allWeek, monday.Add(time.Hour), monday.AddDate(0, 0, 5)},
	} {
		var want []alerting.Muting
		if !tc.until.IsZero() {
			want = []alerting.Muting{{Kind: "maintenance", ID: "m1", By: "Mia", Reason: "new disks", Until: tc.until}}
		}
		got, _ := suppress.NewSet(tc.at, nil, nil, []suppress.Maintenance{tc.m}).Mute(burning(slo.SeverityPage, tc.at))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.what, diff)
		}
	}
}
