package canary

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// Tolerance is how much worse than the baseline a canary may be: a share of all calls,
// or so many times the share that the objective lets fail. The zero value tolerates
// nothing.
type Tolerance struct {
	Budgets float64 // times 1 − objective
	Ratio   float64 // of all calls
}

// DefaultTolerance lets a canary fail for as many calls more as the objective lets fail
// at all: by itself, on all calls, it would just use up the error budget.
func DefaultTolerance() Tolerance { return Tolerance{Budgets: 1} }

// ParseTolerance reads "1x", times the share that the objective lets fail, or "0.1%",
// of all calls.
func ParseTolerance(text string) (Tolerance, error) {
	text = strings.TrimSpace(text)
	if times, ok := strings.CutSuffix(text, "x"); ok {
		n, err := strconv.ParseFloat(times, 64)
		if err != nil || !(n >= 0) || math.IsInf(n, 0) {
			return Tolerance{}, fmt.Errorf("%q is not a number of budgets such as 1x", text)
		}
		return Tolerance{Budgets: n}, nil
	}
	if !strings.HasSuffix(text, "%") {
		return Tolerance{}, fmt.Errorf("%q is no tolerance: write 0.1%% of all calls, or 1x the share that the objective lets fail", text)
	}
	ratio, err := slo.ParseShare(text)
	if err != nil || ratio >= 1 {
		return Tolerance{}, fmt.Errorf("%q is not a share of the calls such as 0.1%%", text)
	}
	return Tolerance{Ratio: ratio}, nil
}

// String is the text that [ParseTolerance] reads.
func (t Tolerance) String() string {
	if t.Ratio > 0 {
		return strconv.FormatFloat(t.Ratio*100, 'g', 12, 64) + "%"
	}
	return strconv.FormatFloat(t.Budgets, 'g', -1, 64) + "x"
}

// Margin is the tolerated difference of error ratios for an objective.
func (t Tolerance) Margin(o slo.Objective) float64 { return t.Ratio + t.Budgets*o.ErrorRatio() }
