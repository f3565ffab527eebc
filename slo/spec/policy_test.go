package spec_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

func TestTheDefaultPolicyHasThePublishedNumbers(t *testing.T) {
	policies := spec.EmbeddedPolicies()
	if len(policies) != 1 || !strings.Contains(policies[0].Source, "Site Reliability Workbook") {
		t.Fatalf("policies %+v", policies)
	}
	const day = 24 * time.Hour
	want := slo.Policy{
		Name: "default", Source: policies[0].Source, Embedded: true, MinWindow: 7 * day,
		Tiers: []slo.TierRule{
			{Name: "fast", BurnRate: 14.4, Long: slo.Span{Fixed: time.Hour}, Short: slo.Span{Fixed: 5 * time.Minute}, Severity: slo.SeverityPage},
			{Name: "slow", BurnRate: 6, Long: slo.Span{Fixed: 6 * time.Hour}, Short: slo.Span{Fixed: 30 * time.Minute}, Severity: slo.SeverityPage},
			{Name: "steady", BurnRate: 4, Long: slo.Span{Fixed: 6 * time.Hour}, Short: slo.Span{Fixed: 30 * time.Minute}, Severity: slo.SeverityTicket, PageAfter: 4 * time.Hour},
			{Name: "drain", BurnRate: 1, Long: slo.Span{Fraction: 10, Min: day, Max: 7 * day}, Short: slo.Span{Fraction: 12}, Severity: slo.SeverityTicket},
		},
		Guard: slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2},
	}
	if diff := cmp.Diff(want, policies[0]); diff != "" {
		t.Error(diff)
	}
}

func TestTheDrainTierFollowsTheWindow(t *testing.T) {
	policy := spec.EmbeddedPolicies()[0]
	const day = 24 * time.Hour
	for window, want := range map[time.Duration][2]time.Duration{
		7 * day: {day, 2 * time.Hour}, 28 * day: {4032 * time.Minute, 336 * time.Minute},
		30 * day: {3 * day, 6 * time.Hour}, 90 * day: {7 * day, 14 * time.Hour},
	} {
		tiers, _ := policy.For(window, slo.MustObjective("99.9%"))
		if got := [2]time.Duration{tiers[3].Long, tiers[3].Short}; got != want {
			t.Errorf("%v: %v, want %v", window, got, want)
		}
	}
}

// parse reads one SLO with a window, an objective and a policy.
func parse(window, objective, policy string, o spec.Options) ([]slo.SLO, []string) {
	text := `{version: 1, service: s, owner: o, functions: [{name: f, slos: [{name: a, sli: {ratio: {total: a_total, bad: b_total}},
window: ` + window + `,
objective: ` + objective + `,
policy: ` + policy + `}]}]}`
	set, problems := spec.Parse([]spec.File{{Name: "f", Data: []byte(text)}}, o)
	slos := set.SLOs
	return slos, lines(problems)
}

// day is a policy for short windows.
func day() slo.Policy {
	return slo.Policy{
		Name: "day", MinWindow: 24 * time.Hour, Guard: slo.Guard{Page: 1, PageShort: 1, Ticket: 1, TicketSlots: 1},
		Tiers: []slo.TierRule{{Name: "fast", BurnRate: 20, Long: slo.Span{Fixed: time.Hour}, Short: slo.Span{Fixed: 5 * time.Minute}, Severity: slo.SeverityPage}},
	}
}

func TestAPolicyOfTheServiceConfigurationIsUsedByName(t *testing.T) {
	slos, problems := parse("1d", "99%", "day", spec.Options{Policies: []slo.Policy{day()}})
	if len(problems) != 0 || len(slos) != 1 {
		t.Fatal(problems)
	}
	want := []slo.Tier{{Name: "fast", BurnRate: 20, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage}}
	if diff := cmp.Diff(want, slos[0].Tiers); diff != "" || slos[0].Policy != "day" || slos[0].Guard != day().Guard {
		t.Error(diff, slos[0].Policy, slos[0].Guard)
	}
}

func TestAWindowThatNoPolicyFitsSaysWhichWould(t *testing.T) {
	o := spec.Options{Policies: []slo.Policy{day()}}
	_, problems := parse("3d", "99%", "default", o)
	want := []string{`f:2:9: a window of 3d does not fit policy "default", which is made for windows from 7d up; policies that fit it: day`}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error(diff)
	}
	_, problems = parse("3h", "99%", "day", o)
	want = []string{`f:2:9: a window of 3h does not fit policy "day", which is made for windows from 1d up; no other policy fits it: define one in the service configuration, or take a longer window`}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error(diff)
	}
}

func TestATierOutOfReachIsAnErrorOnlyInAUsersPolicy(t *testing.T) {
	slos, problems := parse("30d", "90%", "default", spec.Options{})
	want := []string{`f:3:12: warning: tier "fast" of policy "default" can never fire: with an objective of 90% no burn rate is above 10, and it asks for 14.4; it is left out (tier-unreachable)`}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error(diff)
	}
	if len(slos) != 1 || len(slos[0].Tiers) != 3 || slos[0].Tiers[0].Name != "slow" {
		t.Errorf("SLOs %v", slos)
	}
	slos, problems = parse("30d", "90%", "day", spec.Options{Policies: []slo.Policy{day()}})
	want = []string{`f:3:12: tier "fast" of policy "day" can never fire: with an objective of 90% no burn rate is above 10, and it asks for 20`}
	if diff := cmp.Diff(want, problems); diff != "" || len(slos) != 0 {
		t.Error(diff, slos)
	}
}

// Who only says how urgent a tier is, still has the embedded policy: what pages at
// once waits for nothing, and what can never fire is left out.
func TestASeverityAloneIsNoPolicyOfOnesOwn(t *testing.T) {
	slos, problems := parse("30d", "90%", "{tiers: {fast: {severity: ticket}, steady: {severity: page}}}", spec.Options{})
	want := []string{`f:3:12: warning: tier "fast" of policy "default" can never fire: with an objective of 90% no burn rate is above 10, and it asks for 14.4; it is left out (tier-unreachable)`}
	if diff := cmp.Diff(want, problems); diff != "" || len(slos) != 1 {
		t.Fatal(diff)
	}
	if steady := slos[0].Tiers[1]; steady.Severity != slo.SeverityPage || steady.PageAfter != 0 {
		t.Errorf("steady is %+v", steady)
	}
}

func TestAnSLOFileCanChangeItsPolicy(t *testing.T) {
	slos, problems := parse("30d", "95%",
		"{base: default, tiers: {drain: off, fast: {burn_rate: 10, long: 2h, short: {share: 1/12}}, steady: {severity: page, page_after: 4h}}, guard: {page: 1, ticket: 1}}", spec.Options{})
	want := []string{`f:4:108: page_after is for tickets that become pages: tier "steady" pages at once`}
	if diff := cmp.Diff(want, problems); diff != "" || slos != nil {
		t.Error(diff)
	}
	slos, problems = parse("30d", "95%", "{tiers: {drain: off, steady: false, fast: {burn_rate: 10, long: 2h, short: {share: 1/12}}}, guard: {page: 1, ticket: 1}}", spec.Options{})
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	tiers := []slo.Tier{
		{Name: "fast", BurnRate: 10, Long: 2 * time.Hour, Short: 10 * time.Minute, Severity: slo.SeverityPage},
		{Name: "slow", BurnRate: 6, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: slo.SeverityPage},
	}
	if diff := cmp.Diff(tiers, slos[0].Tiers); diff != "" {
		t.Error(diff)
	}
	if slos[0].Guard != (slo.Guard{Page: 1, PageShort: 1, Ticket: 1, TicketSlots: 1}) {
		t.Errorf("guard %+v", slos[0].Guard)
	}
	if again := spec.EmbeddedPolicies()[0]; again.Tiers[0].BurnRate != 14.4 || len(again.Tiers) != 4 {
		t.Error("the override changed the policy itself")
	}
}

func TestBackendsAndRetentionAreCheckedWhenKnown(t *testing.T) {
	text := strings.Replace(withSLI("f", "{ratio: {total: a_total, bad: b_total}}"), "owner: o", "owner: o\nbackend: mian", 1)
	files := []spec.File{{Name: "f", Data: []byte(text)}}
	if _, problems := spec.Parse(files, spec.Options{}); len(problems) != 0 {
		t.Errorf("without options: %v", problems)
	}
	_, problems := spec.Parse(files, spec.Options{Backends: []string{"main", "eu"}, Retention: 20 * 24 * time.Hour})
	want := []string{
		`f:4:10: unknown backend "mian": did you mean "main"?`,
		`f:10:17: a window of 30d is longer than what the storage keeps, 20d: shorten it or raise storage.retention`,
	}
	if diff := cmp.Diff(want, lines(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestATierWhoseWindowCannotBeReadIsAProblemAndNothingMore(t *testing.T) {
	slos, problems := parse("30d", "95%", "{tiers: {steady: {long: 15}, fast: {short: soon}, drain: {long: {share: 10%}}}}", spec.Options{})
	want := []string{
		"f:4:33: long must be a duration such as 30d, 1h30m or 5m, in whole units",
		"f:4:52: short must be a duration such as 30d, 1h30m or 5m, in whole units",
		"f:4:81: a share is written like 1/10",
	}
	if diff := cmp.Diff(want, problems); diff != "" || slos != nil {
		t.Error(diff)
	}
}
