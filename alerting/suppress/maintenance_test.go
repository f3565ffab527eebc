package suppress_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func matching(t *testing.T, texts ...string) suppress.Matchers {
	t.Helper()
	m, err := suppress.ParseMatchers(texts...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// window is a maintenance of an hour that says all it has to.
func window(t *testing.T) suppress.Maintenance {
	return suppress.Maintenance{
		ID: "m1", Matchers: matching(t, `service="checkout"`), StartsAt: noon, EndsAt: noon.Add(time.Hour),
		Correct: true, Author: "Mia", Reason: "new disks",
	}
}

func TestCheck_refuses_what_says_too_little_or_takes_too_much(t *testing.T) {
	for _, tc := range []struct {
		what   string
		change func(*suppress.Maintenance)
		want   string // empty: nothing is wrong
	}{
		{"all there", func(*suppress.Maintenance) {}, ""},
		{"an hour of the past", func(m *suppress.Maintenance) { m.StartsAt, m.EndsAt = noon.AddDate(0, -1, 0), noon.AddDate(0, -1, 1) }, ""},
		{"no matchers", func(m *suppress.Maintenance) { m.Matchers = matching(t) }, "matchers are missing"},
		{"matchers of everything", func(m *suppress.Maintenance) { m.Matchers = matching(t, `tier!="low"`, `owner=~".*"`) }, "take everything"},
		{"no author", func(m *suppress.Maintenance) { m.Author = "" }, "author is missing"},
		{"no reason", func(m *suppress.Maintenance) { m.Reason = "" }, "reason is missing"},
		{"no start", func(m *suppress.Maintenance) { m.StartsAt = time.Time{} }, "starts_at is missing"},
		{"no end", func(m *suppress.Maintenance) { m.EndsAt = time.Time{} }, "ends_at is missing"},
		{"no time", func(m *suppress.Maintenance) { m.EndsAt = m.StartsAt }, "ends_at is not after starts_at"},
		{"31 days", func(m *suppress.Maintenance) { m.EndsAt = m.StartsAt.Add(suppress.MaxMaintenance) }, ""},
		{"a second more", func(m *suppress.Maintenance) { m.EndsAt = m.StartsAt.Add(suppress.MaxMaintenance + time.Second) }, "at most 31d"},
		{"nothing that it does", func(m *suppress.Maintenance) { m.Correct = false }, "neither correct nor mute is set"},
		{"muting alone", func(m *suppress.Maintenance) { m.Correct, m.Mute = false, true }, ""},
		{"muting pages", func(m *suppress.Maintenance) {
			m.Correct, m.Mute, m.Matchers = false, true, matching(t, `severity="page"`)
		}, ""},
		{"a severity", func(m *suppress.Maintenance) { m.Matchers = matching(t, `severity="page"`) }, "cannot match severity"},
	} {
		m := window(t)
		tc.change(&m)
		err := m.Check()
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: %v, want %q", tc.what, err, tc.want)
		}
	}
}

func TestMatchers_pick_by_what_an_SLO_is_and_its_labels(t *testing.T) {
	s := slo.SLO{
		ID:    slo.ID{Service: "checkout", Function: "GET /cart/{id}", Name: "availability"},
		Owner: "team-a", Labels: map[string]string{"tier": "critical", "service": "another"},
	}
	for texts, want := range map[string]bool{
		`service="checkout"`:                          true,
		`service="another"`:                           false, // which SLO it is goes first
		`function="GET /cart/{id}"`:                   true,
		`function=~"GET .*",slo="availability"`:       true,
		`owner="team-a"` + "\n" + `tier!="low"`:       true,
		`owner="team-a"` + "\n" + `tier="low"`:        false,
		`region=""` + "\n" + `service="checkout"`:     true,
		`{tier=~"critical|high", service!~"check.*"}`: false,
		`function=~"GET"`:                             false, // anchored
	} {
		if got := matching(t, strings.Split(texts, "\n")...).Match(s); got != want {
			t.Errorf("%s: %v", texts, got)
		}
	}
}

func TestMatchers_are_texts_in_JSON(t *testing.T) {
	in := matching(t, `service="che\"ckout"`, `{a=~"b.*",c!="d"}`)
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out suppress.Matchers
	if err := json.Unmarshal(raw, &out); err != nil || !slices.Equal(in.Texts(), out.Texts()) || len(out.Texts()) != 3 {
		t.Errorf("%v became %s and %v: %v", in.Texts(), raw, out.Texts(), err)
	}
	if err := json.Unmarshal([]byte(`["service"]`), &out); err == nil || !strings.Contains(err.Error(), `is not a matcher such as service="checkout"`) {
		t.Errorf("half a matcher: %v", err)
	}
}

func TestCorrections_are_of_the_windows_that_match_and_were_not_withdrawn(t *testing.T) {
	s := slo.SLO{ID: slo.ID{Service: "checkout", Function: "charge", Name: "availability"}}
	one, other, withdrawn := window(t), window(t), window(t)
	other.Matchers = matching(t, `service="media"`)
	withdrawn.WithdrawnAt = noon
	later := window(t)
	later.ID, later.StartsAt, later.EndsAt = "m2", noon.Add(3*time.Hour), noon.Add(4*time.Hour)
	all := []suppress.Maintenance{one, other, withdrawn, later}
	first := slo.Correction{ID: "m1", Reason: "new disks", From: noon, To: noon.Add(time.Hour)}
	second := slo.Correction{ID: "m2", Reason: "new disks", From: noon.Add(3 * time.Hour), To: noon.Add(4 * time.Hour)}
	for _, tc := range []struct {
		what     string
		from, to time.Duration
		want     []slo.Correction
	}{
		{"both", -time.Hour, 24 * time.Hour, []slo.Correction{first, second}},
		{"until the first begins", -time.Hour, 0, nil},
		{"a second of it", -time.Hour, time.Second, []slo.Correction{until(first, noon.Add(time.Second))}},
		{"from its end on", time.Hour, 2 * time.Hour, nil},
		{"from a second before", time.Hour - time.Second, 2 * time.Hour, []slo.Correction{since(first, noon.Add(time.Hour-time.Second))}},
	} {
		if diff := cmp.Diff(tc.want, suppress.Corrections(all, s, noon.Add(tc.from), noon.Add(tc.to))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.what, diff)
		}
	}
}

func until(c slo.Correction, to time.Time) slo.Correction {
	c.To = to
	return c
}

func since(c slo.Correction, from time.Time) slo.Correction {
	c.From = from
	return c
}

func TestState_says_where_a_window_stands(t *testing.T) {
	once, nightly, forever := window(t), recurring(t, twoToFour), recurring(t, twoToFour)
	forever.EndsAt = time.Time{}
	withdrawn := window(t)
	withdrawn.WithdrawnAt = noon
	for _, tc := range []struct {
		what string
		m    suppress.Maintenance
		at   time.Time
		want suppress.State
	}{
		{"before", once, noon.Add(-1), suppress.StatePending},
		{"at its start", once, noon, suppress.StateActive},
		{"at its end", once, noon.Add(time.Hour), suppress.StateOver},
		{"withdrawn", withdrawn, noon, suppress.StateWithdrawn},
		{"at night", nightly, time.Date(2026, 3, 5, 2, 0, 0, 0, time.UTC), suppress.StateActive},
		{"between two nights", nightly, time.Date(2026, 3, 5, 5, 0, 0, 0, time.UTC), suppress.StatePending},
		{"after the last night", nightly, nightly.EndsAt, suppress.StateOver},
		{"in a year without end", forever, noon.AddDate(1, 0, 0), suppress.StatePending},
	} {
		if got := tc.m.State(tc.at); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.what, got, tc.want)
		}
	}
}
