package survey

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/starter"
	"github.com/slofuse/slofuse/slo"
)

// Bounds of what is asked for.
const (
	recent       = time.Hour // what has no series in it is gone
	mostNames    = 50_000
	mostLabels   = 200
	mostCounters = 30
	// MostFunctions is how many functions a file is begun with: those with the most
	// calls.
	MostFunctions = 50
)

// Prometheus is what is asked.
type Prometheus interface {
	Query(ctx context.Context, query string, at time.Time) (model.Vector, error)
	MetricNames(ctx context.Context, in prom.Span, limit int) (names []string, all bool, err error)
	LabelNames(ctx context.Context, selector string, in prom.Span, limit int) (names []string, all bool, err error)
}

// Options say what to look at.
type Options struct {
	Service  string        // empty: the only one there is
	Select   []slo.Matcher // what all series have to have
	At       time.Time
	Lookback time.Duration // measured over; less where there are many series
}

// Choice says that there are several services and none was chosen, or one that
// there is not.
type Choice struct{ Services []string }

// Error lists the services.
func (c *Choice) Error() string { return fmt.Sprintf("there are several services: %v", c.Services) }

type survey struct {
	Options
	prometheus Prometheus
	names      []string
	lookback   time.Duration // that all of what is counted can be asked over
}

// candidate is an instrument with the values of its labels that may name a service.
type candidate struct {
	starter.Instrument
	services []naming
}

// naming is a label that may name a service, with the values it has.
type naming struct {
	label  string
	values []string
}

// Look finds what counts calls of a service and measures it. Facts without anything
// found are no error; a [*Choice] is one.
func Look(ctx context.Context, p Prometheus, o Options) (starter.Facts, error) {
	s := &survey{Options: o, prometheus: p, lookback: o.Lookback}
	var err error
	if s.names, _, err = p.MetricNames(ctx, s.span(), mostNames); err != nil {
		return starter.Facts{}, err
	}
	all, err := s.candidates(ctx)
	if err != nil {
		return starter.Facts{}, err
	}
	service, err := choose(all, o)
	if err != nil {
		return starter.Facts{}, err
	}
	var asked []starter.Found
	for _, c := range all {
		if matchers, ok := c.matchers(service, knows(all, service)); ok {
			asked = append(asked, starter.Found{Instrument: c.Instrument, Matchers: slices.Concat(matchers, o.Select)})
		}
	}
	if err := s.shorten(ctx, asked); err != nil {
		return starter.Facts{}, err
	}
	facts := starter.Facts{Service: service, At: o.At, Lookback: s.lookback}
	for _, found := range asked {
		if err := s.measure(ctx, &found); err != nil {
			return starter.Facts{}, err
		}
		if len(found.Functions) > 0 {
			facts.Found = append(facts.Found, found)
		}
	}
	return facts, nil
}

func (s *survey) span() prom.Span { return prom.Span{From: s.At.Add(-recent), To: s.At} }

// candidates are the known instrumentations that are there, and counters that look
// like one.
func (s *survey) candidates(ctx context.Context) ([]candidate, error) {
	known := starter.Instruments(s.names)
	var out []candidate
	for _, i := range known {
		labels, err := s.labels(ctx, i.Metric())
		if err != nil {
			return nil, err
		}
		if !slices.Contains(labels, i.Function) {
			continue // the metric of another instrumentation, by chance, or not of the service that is asked about
		}
		c, err := s.named(ctx, i, labels)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	for _, counter := range starter.Counters(s.names, known, mostCounters) {
		c, ok, err := s.guess(ctx, counter)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, c)
		}
	}
	return out, nil
}

func (s *survey) labels(ctx context.Context, metric string) ([]string, error) {
	names, _, err := s.prometheus.LabelNames(ctx, s.selector(slo.Selector{Metric: metric}, nil), s.span(), mostLabels)
	return names, err
}

// selector narrows a selector to what was asked for.
func (s *survey) selector(of slo.Selector, more []slo.Matcher) string {
	of.Matchers = slices.Concat(of.Matchers, s.Select, more)
	return of.String()
}

// guess makes an instrument of a counter, if its labels say what it counts.
func (s *survey) guess(ctx context.Context, counter string) (candidate, bool, error) {
	labels, err := s.labels(ctx, counter)
	if err != nil {
		return candidate{}, false, err
	}
	function, result, ok := starter.Labels(labels)
	if !ok {
		return candidate{}, false, nil
	}
	calls := slo.Selector{Metric: counter}
	values, err := s.values(ctx, calls, result)
	if err != nil {
		return candidate{}, false, err
	}
	failed, ok := starter.Failed(result, values)
	if !ok {
		return candidate{}, false, nil
	}
	i := starter.Instrument{
		Function: function, Fingerprint: []string{result},
		Calls: slo.Ratio{Total: []slo.Selector{calls}, Bad: []slo.Selector{{Metric: counter, Matchers: []slo.Matcher{failed}}}},
	}
	if i.Duration.Histogram.Metric, err = s.histogram(ctx, counter, function); err != nil {
		return candidate{}, false, err
	}
	i.Duration.Unit = starter.UnitOf(i.Duration.Histogram.Metric)
	c, err := s.named(ctx, i, labels)
	return c, err == nil, err
}

// histogram is the one that tells the durations of what a counter counts: named like
// it, with the same label for functions.
func (s *survey) histogram(ctx context.Context, counter, function string) (string, error) {
	for _, base := range starter.Histograms(s.names, counter) {
		metric := base
		if slices.Contains(s.names, base+"_bucket") {
			metric = base + "_bucket"
		}
		labels, err := s.labels(ctx, metric)
		if err != nil || slices.Contains(labels, function) {
			return base, err
		}
	}
	return "", nil
}

// values are those of a label, with the most series first.
func (s *survey) values(ctx context.Context, of slo.Selector, label string) ([]string, error) {
	counted, err := s.sums(ctx, fmt.Sprintf("topk(100, count by (%s) (%s))", label, s.selector(of, nil)), label)
	if err != nil {
		return nil, err
	}
	var out []string
	for value := range counted {
		if value != "" {
			out = append(out, value)
		}
	}
	slices.Sort(out)
	return out, nil
}

// sums reads one number for each value of a label.
func (s *survey) sums(ctx context.Context, query, label string) (map[string]float64, error) {
	vector, err := s.prometheus.Query(ctx, query, s.At)
	out := make(map[string]float64, len(vector))
	for _, sample := range vector {
		out[string(sample.Metric[model.LabelName(label)])] = float64(sample.Value)
	}
	return out, err
}
