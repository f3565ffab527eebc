package spec

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// compareOps are the comparisons of a threshold.
var compareOps = []string{
	string(slo.Less), string(slo.LessOrEqual), string(slo.Greater), string(slo.GreaterOrEqual), string(slo.Equal), string(slo.NotEqual),
}

// readThresholdKind reads an SLI that compares a query with a number.
func (ind *indicator) readThresholdKind(v strictyaml.Value) {
	m, ok := v.Map()
	if !ok {
		return
	}
	threshold := &slo.Threshold{}
	if query, ok := m.Require("query"); ok {
		threshold.Query, _ = readQuery(query)
	}
	if op, ok := m.Require("op"); ok {
		threshold.Op = readOp(op)
	}
	if value, ok := m.Require("value"); ok {
		threshold.Value = readNumber(value)
	}
	ind.sli = slo.SLI{Threshold: threshold}
	m.Done()
}

func readOp(v strictyaml.Value) slo.CompareOp {
	text, ok := v.Text()
	if !ok {
		return ""
	}
	for _, op := range compareOps {
		if text == op {
			return slo.CompareOp(op)
		}
	}
	v.Errorf("unknown comparison %q: one of %s, in quotes", text, strings.Join(compareOps, " "))
	return ""
}

// readNumber reads a finite number, also below 0.
func readNumber(v strictyaml.Value) float64 {
	text, ok := v.Text()
	if !ok {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		v.Errorf("value must be a finite number such as 100 or 0.5, not %q", text)
		return 0
	}
	return n
}

// readErrorRatio reads an SLI whose share of bad events a query gives.
func (ind *indicator) readErrorRatio(v strictyaml.Value) {
	m, ok := v.Map()
	if !ok {
		return
	}
	ratio := &slo.ErrorRatio{}
	if query, ok := m.Require("query"); ok {
		ratio.Query, _ = readQuery(query)
	}
	if weight, ok := m.Take("weight"); ok {
		ratio.Weight = readSelectors(weight)
	}
	ind.sli = slo.SLI{ErrorRatio: ratio}
	m.Done()
}

// query is the free query of an indicator; empty for one that has none.
func (ind *indicator) query() string {
	switch {
	case ind.sli.Threshold != nil:
		return ind.sli.Threshold.Query
	case ind.sli.ErrorRatio != nil:
		return ind.sli.ErrorRatio.Query
	}
	return ""
}

// usesFunction reports whether what it counts depends on the function's name.
func (ind *indicator) usesFunction() bool {
	if ind.isQuery() {
		return strings.Contains(ind.query(), functionVariable)
	}
	return usesFunction(ind.sli.Selectors())
}

// forFunction makes the SLI of one function of a sound indicator.
func (ind *indicator) forFunction(function string) (slo.SLI, error) {
	sli := slo.SLI{Fingerprint: slices.Clone(ind.sli.Fingerprint)}
	var err error
	fill := func(selectors []slo.Selector) (out []slo.Selector) {
		if selectors != nil && err == nil {
			out, err = forFunction(selectors, function)
		}
		return out
	}
	switch whole := ind.sli; {
	case whole.Ratio != nil:
		r := whole.Ratio
		sli.Ratio = &slo.Ratio{Total: fill(r.Total), Good: fill(r.Good), Bad: fill(r.Bad)}
	case whole.Latency != nil:
		latency := *whole.Latency
		if filled := fill([]slo.Selector{latency.Histogram}); err == nil {
			latency.Histogram = filled[0]
		}
		sli.Latency = &latency
	case whole.Threshold != nil:
		threshold := *whole.Threshold
		threshold.Query, err = fillQuery(threshold.Query, function)
		sli.Threshold = &threshold
	default:
		ratio := slo.ErrorRatio{Weight: fill(whole.ErrorRatio.Weight)}
		if err == nil {
			ratio.Query, err = fillQuery(whole.ErrorRatio.Query, function)
		}
		sli.ErrorRatio = &ratio
	}
	return sli, err
}
