package slo_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// threeTiers has a fixed tier of each severity and one that follows the window.
func threeTiers() slo.Policy {
	fixed := func(d time.Duration) slo.Span { return slo.Span{Fixed: d} }
	return slo.Policy{Name: "three", Tiers: []slo.TierRule{
		{Name: "fast", BurnRate: 14.4, Long: fixed(time.Hour), Short: fixed(5 * time.Minute), Severity: slo.SeverityPage},
		{Name: "steady", BurnRate: 4, Long: fixed(6 * time.Hour), Short: fixed(30 * time.Minute), Severity: slo.SeverityTicket, PageAfter: 4 * time.Hour},
		{Name: "drain", BurnRate: 1, Long: slo.Span{Fraction: 10, Min: day, Max: 7 * day}, Short: slo.Span{Fraction: 12}, Severity: slo.SeverityTicket},
	}}
}

func TestPolicy_windows_follow_the_period(t *testing.T) {
	for _, tc := range []struct {
		what        string
		window      time.Duration
		long, short time.Duration // of the tier that follows
	}{
		{"a week: a tenth is below the minimum", 7 * day, day, 2 * time.Hour},
		{"four weeks: a tenth", 28 * day, 67*time.Hour + 12*time.Minute, 5*time.Hour + 36*time.Minute},
		{"thirty days: a tenth", 30 * day, 3 * day, 6 * time.Hour},
		{"ninety days: a tenth is above the maximum", 90 * day, 7 * day, 14 * time.Hour},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got, unreachable := threeTiers().For(tc.window, slo.MustObjective("99.9%"))
			want := []slo.Tier{
				{Name: "fast", BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage},
				{Name: "steady", BurnRate: 4, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: slo.SeverityTicket, PageAfter: 4 * time.Hour},
				{Name: "drain", BurnRate: 1, Long: tc.long, Short: tc.short, Severity: slo.SeverityTicket},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("tiers (-want +got):\n%s", diff)
			}
			if len(unreachable) != 0 {
				t.Errorf("unreachable: %v", unreachable)
			}
		})
	}
}

func TestPolicy_tells_tiers_that_can_never_fire(t *testing.T) {
	for _, tc := range []struct {
		objective   string
		unreachable []string
	}{
		{"99.9%", nil},
		{"93.1%", nil},            // at most 14.49 times
		{"93%", []string{"fast"}}, // at most 14.28 times
		{"90%", []string{"fast"}}, // 144 % of the calls would have to fail
		{"75%", []string{"fast"}}, // a rate of 4 needs every call to fail, and that can be
		{"74%", []string{"fast", "steady"}},
	} {
		t.Run(tc.objective, func(t *testing.T) {
			tiers, unreachable := threeTiers().For(30*day, slo.MustObjective(tc.objective))
			var names []string
			for _, tier := range unreachable {
				names = append(names, tier.Name)
			}
			if diff := cmp.Diff(tc.unreachable, names); diff != "" {
				t.Errorf("unreachable (-want +got):\n%s", diff)
			}
			if len(tiers)+len(unreachable) != 3 {
				t.Errorf("%d tiers are kept and %d not, of 3", len(tiers), len(unreachable))
			}
		})
	}
}

func TestSpan_is_rounded_to_the_minute_within_its_bounds(t *testing.T) {
	for _, tc := range []struct {
		what string
		span slo.Span
		want time.Duration
	}{
		{"fixed wins over a share", slo.Span{Fixed: time.Hour, Fraction: 2}, time.Hour},
		{"a share is rounded", slo.Span{Fraction: 7}, 13*time.Hour + 43*time.Minute},
		{"a share below the minimum", slo.Span{Fraction: 100, Min: 2 * time.Hour}, 2 * time.Hour},
		{"a share above the maximum", slo.Span{Fraction: 2, Max: 2 * time.Hour}, 2 * time.Hour},
	} {
		t.Run(tc.what, func(t *testing.T) {
			if got := tc.span.In(96 * time.Hour); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestSeverity_is_ordered_and_written_in_words(t *testing.T) {
	if !(slo.SeverityNone < slo.SeverityTicket && slo.SeverityTicket < slo.SeverityPage) {
		t.Error("a page is not above a ticket, or a ticket not above none")
	}
	for severity, word := range map[slo.Severity]string{
		slo.SeverityNone: `"none"`, slo.SeverityTicket: `"ticket"`, slo.SeverityPage: `"page"`,
	} {
		text, err := json.Marshal(severity)
		if err != nil || string(text) != word {
			t.Errorf("%v is written %s (%v)", severity, text, err)
		}
		var back slo.Severity
		if err := json.Unmarshal(text, &back); err != nil || back != severity {
			t.Errorf("%s is read as %v (%v)", text, back, err)
		}
	}
	for _, word := range []string{`""`, `"Page"`, `"warning"`} {
		severity := slo.SeverityTicket
		if err := json.Unmarshal([]byte(word), &severity); err == nil {
			t.Errorf("%s is read as %v", word, severity)
		} else if severity != slo.SeverityTicket {
			t.Errorf("a refused %s has changed the value to %v", word, severity)
		}
	}
}

func TestBurnWindows_are_the_policys_and_the_usual_ones_each_once(t *testing.T) {
	tiers, _ := threeTiers().For(28*day, slo.MustObjective("99.9%"))
	got := slo.SLO{Tiers: tiers}.BurnWindows()
	want := []time.Duration{
		5 * time.Minute, 30 * time.Minute, time.Hour, 5*time.Hour + 36*time.Minute, 6 * time.Hour,
		67*time.Hour + 12*time.Minute, 72 * time.Hour,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("windows (-want +got):\n%s", diff)
	}
	again := slo.SLO{}.BurnWindows()
	if diff := cmp.Diff([]time.Duration{5 * time.Minute, time.Hour, 6 * time.Hour, 72 * time.Hour}, again); diff != "" {
		t.Errorf("without a policy (-want +got):\n%s", diff)
	}
}
