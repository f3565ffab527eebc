package spec

import (
	"cmp"
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

// isQuery reports whether it counts by a query of any kind.
func (ind *indicator) isQuery() bool { return queryOf(ind.sli) != nil }

// queryOf is the free query of an SLI, to be read or replaced; nil if it has none.
func queryOf(sli slo.SLI) *string {
	switch {
	case sli.Threshold != nil:
		return &sli.Threshold.Query
	case sli.ErrorRatio != nil:
		return &sli.ErrorRatio.Query
	}
	return nil
}

// usesFunction reports whether what it counts depends on the function's name.
func (ind *indicator) usesFunction() bool {
	if query := queryOf(ind.sli); query != nil {
		return strings.Contains(*query, functionVariable)
	}
	return usesFunction(ind.sli.Selectors())
}

// forFunction makes the SLI of one function of a sound indicator.
func (ind *indicator) forFunction(function string) (slo.SLI, error) {
	var failure error
	sli := reselected(ind.sli, func(s slo.Selector) slo.Selector {
		filled, err := forFunction(s, function)
		failure = cmp.Or(failure, err)
		return filled
	})
	if query := queryOf(sli); query != nil && failure == nil {
		*query, failure = fillQuery(*query, function)
	}
	return sli, failure
}

// narrowed adds a matcher to every selector of an SLI.
func narrowed(sli slo.SLI, m slo.Matcher) slo.SLI {
	return reselected(sli, func(s slo.Selector) slo.Selector {
		s.Matchers = append(slices.Clone(s.Matchers), m)
		return s
	})
}

// reselected is a copy of an SLI with every selector changed.
func reselected(sli slo.SLI, change func(slo.Selector) slo.Selector) slo.SLI {
	all := func(list []slo.Selector) []slo.Selector {
		out := slices.Clone(list)
		for i := range out {
			out[i] = change(out[i])
		}
		return out
	}
	switch {
	case sli.Ratio != nil:
		sli.Ratio = &slo.Ratio{Total: all(sli.Ratio.Total), Good: all(sli.Ratio.Good), Bad: all(sli.Ratio.Bad)}
	case sli.Latency != nil:
		latency := *sli.Latency
		latency.Histogram = change(latency.Histogram)
		sli.Latency = &latency
	case sli.Threshold != nil:
		threshold := *sli.Threshold
		sli.Threshold = &threshold
	case sli.ErrorRatio != nil:
		ratio := *sli.ErrorRatio
		ratio.Weight = all(ratio.Weight)
		sli.ErrorRatio = &ratio
	}
	sli.Fingerprint = slices.Clone(sli.Fingerprint)
	return sli
}
