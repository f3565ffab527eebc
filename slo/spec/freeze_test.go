package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

func TestAnSLOFileFreezesReleases(t *testing.T) {
	frozen := day()
	frozen.Freeze = slo.Freeze{On: true, Remaining: 0.2}
	for policy, want := range map[string]slo.Freeze{
		"default":                           {},
		"{freeze: 0%}":                      {On: true},
		"{base: default, freeze: 0}":        {On: true},
		"{freeze: 12.5%}":                   {On: true, Remaining: 0.125},
		"{freeze: off}":                     {},
		"day":                               {On: true, Remaining: 0.2},
		"{base: day}":                       {On: true, Remaining: 0.2},
		"{base: day, freeze: off}":          {},
		"{base: day, freeze: 5%}":           {On: true, Remaining: 0.05},
		"{base: day, guard: {ticket: 4}}":   {On: true, Remaining: 0.2},
		"{tiers: {drain: off}, freeze: 1%}": {On: true, Remaining: 0.01},
	} {
		slos, problems := parse("30d", "99.9%", policy, spec.Options{Policies: []slo.Policy{frozen}})
		if len(problems) != 0 || len(slos) != 1 {
			t.Errorf("%s: %v", policy, problems)
		} else if slos[0].Freeze != want {
			t.Errorf("%s: %s, want %s", policy, slos[0].Freeze, want)
		}
	}
}

func TestAFreezeThatIsNoShareIsNamed(t *testing.T) {
	for policy, want := range map[string]string{
		"{freeze: soon}": `f:4:18: freeze: "soon" is not a share such as 10%: write the share of the error budget at which releases stop, 0% for a budget that is spent, or off`,
		"{freeze: 0.1}":  `f:4:18: freeze: "0.1" is ambiguous: write 0.1% or 10%: write the share of the error budget at which releases stop, 0% for a budget that is spent, or off`,
		"{freeze: 101%}": `f:4:18: freeze: "101%" is not a share such as 10%: write the share of the error budget at which releases stop, 0% for a budget that is spent, or off`,
		"{freeze: -5%}":  `f:4:18: freeze: "-5%" is not a share such as 10%: write the share of the error budget at which releases stop, 0% for a budget that is spent, or off`,
		"{freeze: [0%]}": `f:4:18: freeze must be text, not a list`,
		"{freez: 0%}":    `f:4:10: unknown key "freez": did you mean "freeze"?`,
	} {
		_, problems := parse("30d", "99.9%", policy, spec.Options{})
		if diff := cmp.Diff([]string{want}, problems); diff != "" {
			t.Errorf("%s: %s", policy, diff)
		}
	}
}

func TestAPolicyOfTheConfigurationFreezesReleases(t *testing.T) {
	read := func(freeze string) ([]slo.Policy, error) {
		docs, report := strictyaml.Parse("c", []byte("gentle:\n  tiers: [{name: fast, burn_rate: 10, long: 1h, short: 5m, severity: page}]\n  freeze: "+freeze+"\n"))
		policies := spec.DecodePolicies(docs[0])
		return policies, report.Problems().Err()
	}
	policies, err := read("10%")
	if err != nil || len(policies) != 1 || policies[0].Freeze != (slo.Freeze{On: true, Remaining: 0.1}) {
		t.Errorf("%+v, %v", policies, err)
	}
	if _, err := read("never"); err == nil || err.Error() != `c:3:11: freeze: "never" is not a share such as 10%: write the share of the error budget at which releases stop, 0% for a budget that is spent, or off` {
		t.Error(err)
	}
	if embedded := spec.EmbeddedPolicies()[0]; embedded.Freeze.On {
		t.Error("the default policy freezes releases")
	}
}
