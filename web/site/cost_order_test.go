package site

import (
	"slices"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func TestCostsThatAreNotKnownComeLastHoweverMuchWasSpent(t *testing.T) {
	for what, want := range map[string][2]slo.Cost{
		"the higher cost":                    {{Share: new(0.2)}, {Share: new(0.1)}},
		"nothing before what is not known":   {{Share: new(0.0)}, {Spent: new(5.0)}},
		"of those not known, the most spent": {{Spent: new(0.4)}, {Spent: new(0.3)}},
		"what was spent before nothing":      {{Spent: new(0.0)}, {}},
	} {
		got := []Costed{{Cost: want[1]}, {Cost: want[0]}}
		slices.SortStableFunc(got, dearer)
		if got[0].Share != want[0].Share || got[0].Spent != want[0].Spent {
			t.Errorf("%s is not first", what)
		}
	}
}
