package alerting

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// A budget of 10,000 calls over 30 days, while the fast tier fires.
func TestTheMarksOfABudget(t *testing.T) {
	outage := func(window slo.WindowSum) sums {
		return sums{"30d": window, "1h": w(144, 10_000), "5m": w(144, 10_000)}
	}
	for _, c := range []struct {
		name   string
		before int // told since it fires; -1 when it does not fire yet
		sums   sums
		split  map[string]string
		want   int
	}{
		{"one call less than half", 0, outage(w(4_999, 10_000_000)), nil, 0},
		{"half", 0, outage(w(5_000, 10_000_000)), nil, 50},
		{"half when it begins", -1, outage(w(5_000, 10_000_000)), nil, 50},
		{"three quarters", 50, outage(w(7_500, 10_000_000)), nil, 75},
		{"three quarters at once", 0, outage(w(7_500, 10_000_000)), nil, 75},
		{"all of it", 75, outage(w(12_000, 10_000_000)), nil, 75},
		{"less again", 75, outage(w(4_000, 10_000_000)), nil, 75},
		{"a window known by half", 0, outage(covered(w(9_000, 10_000_000), 0.89)), nil, 0},
		{"too thin a budget", 0, outage(w(4, 4_000)), nil, 0},
		{"a part of an SLO", 0, outage(w(9_000, 10_000_000)), map[string]string{"gateway": "a"}, 0},
		{"nothing fires", -1, sums{"30d": w(9_000, 10_000_000)}, nil, 0},
	} {
		s := chargeCard("availability")
		s.Split = c.split
		prev := Alert{ID: s.ID, Phase: PhaseOK}
		if c.before >= 0 {
			prev = Alert{ID: s.ID, Phase: PhaseFiring, Severity: slo.SeverityPage, Tier: "fast", Spent: c.before, Holds: map[string]Hold{"fast": {Since: noon, Severity: slo.SeverityPage}}}
		}
		if got, _ := Decide(Input{SLO: s, Previous: prev, Assessment: assess(s, noon, c.sums)}); got.Spent != c.want {
			t.Errorf("%s: %d, want %d", c.name, got.Spent, c.want)
		}
	}
}

// 60 % are gone, so 40 % of 30 days are left at a burn rate of 14.4: 20 hours.
func TestWhatTheTimelineTellsOfABudget(t *testing.T) {
	s := chargeCard("availability")
	for _, c := range []struct {
		mark int
		sums sums
		want string
	}{
		{50, sums{"30d": w(6_000, 10_000_000), "1h": w(144, 10_000)}, "50% of the error budget over 30d is gone, 60.0% by now; at the burn rate of now, 14.4 over 1h, the rest is gone at 2026-03-03 08:00:00 UTC"},
		{75, sums{"30d": w(12_000, 10_000_000), "1h": w(144, 10_000)}, "75% of the error budget over 30d is gone, 120% by now"},
		{50, sums{"30d": w(6_000, 10_000_000)}, "50% of the error budget over 30d is gone, 60.0% by now; at the burn rate of now, 0.0 over 6h, the rest lasts"},
	} {
		if got := spentText(c.mark, assess(s, noon, c.sums)); got != c.want {
			t.Errorf("%q\nwant %q", got, c.want)
		}
	}
}

// An outage eats a budget: its timeline tells of each mark once, and nobody is told
// because of it.
func TestTheTimelineTellsOfEachMarkOnce(t *testing.T) {
	s := newScene(t, "availability")
	for range 100 { // of the 8,640 bad calls of a month's budget, 43 slots of 100 are half
		if err := s.slot(map[string]int64{"availability": 100}); err != nil {
			t.Fatal(err)
		}
	}
	incidents, err := s.engine.Incidents(t.Context(), 0)
	if err != nil || len(incidents) != 1 {
		t.Fatal(incidents, err)
	}
	i, err := s.engine.Incident(t.Context(), incidents[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	var marks []string
	for _, e := range i.Timeline {
		if e.Kind == EventBudget {
			marks = append(marks, e.Text[:len("availability: 50%")])
		}
	}
	if diff := cmp.Diff([]string{"availability: 50%", "availability: 75%"}, marks); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if told := s.store.told(); slices.ContainsFunc(told, func(n Notification) bool { return n.Kind == EventBudget }) {
		t.Errorf("a mark was told: %+v", told)
	}
}
