package plan_test

import (
	"math"
	"testing"

	"github.com/slofuse/slofuse/evaluator/plan"
)

// A share of 1/4096 stands for one series that did not simply go on.
func TestSplitSteady(t *testing.T) {
	const share = 1.0 / 4096
	tests := map[string]struct {
		value, growth float64
		all, broken   bool
	}{
		"nothing happened":                 {value: 0, all: true},
		"all series went on":               {value: 17, growth: 17, all: true},
		"one of them was born":             {value: 17 + share, growth: 17},
		"three of them, and no growth":     {value: 3 * share},
		"so much that shares are lost":     {value: 1<<40 + 1},
		"a value that is no number":        {value: math.NaN()},
		"a value without end":              {value: math.Inf(1)},
		"counters that count in fractions": {value: 17.3, broken: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			growth, all, err := plan.SplitSteady(tc.value)
			if growth != tc.growth || all != tc.all || (err != nil) != tc.broken {
				t.Errorf("%v, %v, %v", growth, all, err)
			}
		})
	}
}
