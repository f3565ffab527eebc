package survey

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/internal/starter"
	"github.com/slofuse/slofuse/slo"
)

// mostSamples is what one question may read; with a scrape every 15 s.
const (
	mostSamples = 20_000_000
	scrape      = 15 * time.Second
)

// shorter are the times that a measurement is cut down to where there are many
// series.
var shorter = []time.Duration{24 * time.Hour, 6 * time.Hour, time.Hour, 10 * time.Minute}

// shorten cuts the lookback down to what can be asked of every counter, so that all
// numbers are of the same time.
func (s *survey) shorten(ctx context.Context, asked []starter.Found) error {
	for _, found := range asked {
		for _, selector := range slices.Concat(found.Calls.Total, found.Calls.Good, found.Calls.Bad) {
			selector.Matchers = slices.Concat(selector.Matchers, found.Matchers)
			over, err := s.affordable(ctx, selector)
			if err != nil {
				return err
			}
			s.lookback = min(s.lookback, over)
		}
	}
	return nil
}

// measure counts the calls of each function, and how long they took.
func (s *survey) measure(ctx context.Context, found *starter.Found) error {
	i := found.Instrument
	parts := map[string]map[string]float64{}
	for part, list := range map[string][]slo.Selector{"total": i.Calls.Total, "good": i.Calls.Good, "bad": i.Calls.Bad} {
		sum := map[string]float64{}
		for _, selector := range list {
			grown, err := s.grown(ctx, selector, found.Matchers, i.Function)
			if err != nil {
				return err
			}
			for function, n := range grown {
				sum[function] += n
			}
		}
		parts[part] = sum
	}
	found.Functions = functions(parts, len(i.Calls.Total) > 0, len(i.Calls.Bad) > 0)
	return s.durations(ctx, found)
}

// functions are those with the most calls, by name.
func functions(parts map[string]map[string]float64, total, bad bool) []starter.Function {
	var out []starter.Function
	names := map[string]bool{}
	for _, sum := range parts {
		for name := range sum {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := starter.Function{Name: name, Calls: parts["total"][name], Failed: parts["bad"][name]}
		if !total {
			f.Calls = parts["good"][name] + parts["bad"][name]
		}
		if !bad {
			f.Failed = f.Calls - parts["good"][name]
		}
		if name != "" && f.Calls > 0 {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b starter.Function) int { return cmp.Compare(b.Calls, a.Calls) })
	out = out[:min(len(out), MostFunctions)]
	slices.SortFunc(out, func(a, b starter.Function) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// grown is how much the counters of each function grew.
func (s *survey) grown(ctx context.Context, of slo.Selector, matchers []slo.Matcher, function string) (map[string]float64, error) {
	of.Matchers = slices.Concat(of.Matchers, matchers)
	return s.sums(ctx, fmt.Sprintf("topk(1000, sum by (%s) (increase(%s[%s])))", function, of, slo.FormatDuration(s.lookback)), function)
}

// affordable is how far back may be read of some series.
func (s *survey) affordable(ctx context.Context, of slo.Selector) (time.Duration, error) {
	vector, err := s.prometheus.Query(ctx, fmt.Sprintf("count(%s)", of), s.At)
	series := 0.0
	if len(vector) > 0 {
		series = float64(vector[0].Value)
	}
	for _, over := range append([]time.Duration{s.Lookback}, shorter...) {
		if over <= s.Lookback && series*float64(over/scrape) <= mostSamples {
			return over, err
		}
	}
	return shorter[len(shorter)-1], err
}

// durations reads how long calls took: from buckets, and for functions that have
// none from native histograms.
func (s *survey) durations(ctx context.Context, found *starter.Found) error {
	histogram := found.Duration.Histogram
	if histogram.Metric == "" {
		return nil
	}
	histogram.Matchers = slices.Concat(histogram.Matchers, found.Matchers)
	classic := histogram
	classic.Metric += "_bucket"
	over, err := s.affordable(ctx, classic)
	if err != nil {
		return err
	}
	vector, err := s.prometheus.Query(ctx, fmt.Sprintf("sum by (%s, le) (increase(%s[%s]))", found.Function, classic, slo.FormatDuration(over)), s.At)
	if err != nil {
		return err
	}
	for i := range found.Functions {
		f := &found.Functions[i]
		f.Bounds = bounds(vector, found.Function, f.Name, found.Duration.Unit)
	}
	if slices.ContainsFunc(found.Functions, func(f starter.Function) bool { return f.Bounds == nil }) && slices.Contains(s.names, found.Duration.Histogram.Metric) {
		return s.native(ctx, found, histogram)
	}
	return nil
}

// bounds are those of one function, rising, with the share of calls at or under each.
func bounds(vector model.Vector, label, function string, unit time.Duration) []starter.Bound {
	all := 0.0
	var out []starter.Bound
	for _, sample := range vector {
		if string(sample.Metric[model.LabelName(label)]) != function {
			continue
		}
		upper, err := strconv.ParseFloat(string(sample.Metric["le"]), 64)
		if err == nil && math.IsInf(upper, 1) {
			all = float64(sample.Value)
		} else if err == nil {
			out = append(out, starter.Bound{Upper: time.Duration(math.Round(upper * float64(unit))), Share: float64(sample.Value)})
		}
	}
	if all == 0 {
		return nil
	}
	for i := range out {
		out[i].Share /= all
	}
	slices.SortFunc(out, func(a, b starter.Bound) int { return cmp.Compare(a.Upper, b.Upper) })
	return out
}
