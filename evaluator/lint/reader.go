package lint

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// Backend is asked about what there is. [prom.Client] is one.
type Backend interface {
	read.Querier
	Lister
}

// Lister tells what there is without reading samples. Not every backend does, so an
// error of it is no reason to stop.
type Lister interface {
	Series(ctx context.Context, selectors []string, in prom.Span, limit int) (sets []map[string]string, all bool, err error)
	LabelNames(ctx context.Context, selector string, in prom.Span, limit int) (names []string, all bool, err error)
	MetricNames(ctx context.Context, in prom.Span, limit int) (names []string, all bool, err error)
	Types(ctx context.Context) (types map[string][]string, err error)
}

// Bounds on what is asked for, so that no answer is large.
const (
	maxListed  = 20_000 // series, names of labels or metrics of one answer
	maxSighted = 2_000  // series of which it is asked when they were seen last
)

// Reader gathers facts.
type Reader struct {
	Backend
	Step   time.Duration // width of the slots that are counted
	Limits Limits
	// Progress, which may be nil, hears what is asked now and how much of it all is
	// done, from 0 to 1.
	Progress func(what string, done float64)
}

// gathering is one run of a Reader.
type gathering struct {
	*Reader
	slos  []slo.SLO
	facts *Facts
	span  prom.Span          // of the longest window
	uses  map[string][]use   // by the key of the metric
	asked map[string]bool    // sentences in Untold
	about map[string][]use   // by [slo.SLI.Key]
	slis  map[string]slo.SLI // by their key
}

// Gather asks about objectives, as of the end of a slot. The error is of a backend
// that does not answer: then nothing can be said.
func (r *Reader) Gather(ctx context.Context, slos []slo.SLO, at time.Time) (*Facts, error) {
	g := &gathering{
		Reader: r, slos: slos,
		facts: &Facts{At: at, Metrics: map[string]*Metric{}, Counted: map[string]Count{}, Traffic: map[string]Traffic{}, Sums: map[string][]Sum{}},
		uses:  map[string][]use{}, about: map[string][]use{}, slis: map[string]slo.SLI{}, asked: map[string]bool{},
	}
	g.prepare(at)
	steps := []struct {
		what string
		do   func(context.Context) error
	}{
		{"series", g.census},
		{"what is missing", g.missing},
		{"types", g.types},
		{"the last hour", g.count},
		{"sums", g.sums},
		{"traffic", g.traffic},
		{"history", g.history},
		{"cost", g.cost},
	}
	for i, step := range steps {
		if r.Progress != nil {
			r.Progress(step.what, float64(i)/float64(len(steps)))
		}
		if err := step.do(ctx); err != nil {
			return nil, err
		}
	}
	return g.facts, nil
}

func (g *gathering) prepare(at time.Time) {
	var longest time.Duration
	for _, s := range g.slos {
		key := s.SLI.Key("")
		longest = max(longest, s.Window.Reach())
		if _, known := g.slis[key]; known {
			continue
		}
		g.slis[key], g.about[key] = s.SLI, usesOf(s.SLI)
		for _, u := range g.about[key] {
			g.uses[u.key()] = append(g.uses[u.key()], u)
		}
	}
	g.span = prom.Span{From: at.Add(-longest), To: at}
}

// key is that of the metric in [Facts.Metrics]: a native histogram is another one
// than a counter of its name.
func (u use) key() string {
	if u.role == roleNative {
		return "native " + u.sel.Metric
	}
	return u.sel.Metric
}

// keys are those of all metrics, in order.
func (g *gathering) keys() []string { return slices.Sorted(maps.Keys(g.uses)) }

// questionOf asks about uses of one metric.
func questionOf(uses []use) question {
	selectors := make([]slo.Selector, len(uses))
	for i, u := range uses {
		selectors[i] = u.sel
	}
	q := about(uses[0].sel.Metric, selectors)
	q.native = uses[0].role == roleNative
	if slices.ContainsFunc(uses, func(u use) bool { return u.role == roleBucket }) && !slices.Contains(q.by, "le") {
		q.by = append(q.by, "le")
	}
	return q
}

// untold notes once what the backend would not say.
func (g *gathering) untold(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !g.asked[text] {
		g.asked[text] = true
		g.facts.Untold = append(g.facts.Untold, text)
	}
}

// census counts the series of every metric.
func (g *gathering) census(ctx context.Context) error {
	for _, key := range g.keys() {
		m := &Metric{Name: g.uses[key][0].sel.Metric}
		g.facts.Metrics[key] = m
		var err error
		if m.Now, m.Refused, err = g.countSeries(ctx, questionOf(g.uses[key])); err != nil {
			return err
		}
	}
	return nil
}

// countSeries is an index of the series there are now. Refused is why the backend
// does not count them while it does answer other questions.
func (g *gathering) countSeries(ctx context.Context, q question) (x *Index, refused, err error) {
	answer, err := g.Query(ctx, q.count(), g.facts.At)
	switch {
	case err == nil:
		rows := make([]Row, len(answer))
		for i, s := range answer {
			rows[i] = Row{Labels: read.LabelsOf(s.Metric), Series: int(s.Value)}
		}
		return NewIndex(rows, true), nil, nil
	case q.native && prom.KindOf(err) == prom.BadQuery: // who does not know native histograms has none
		return NewIndex(nil, true), nil, nil
	case g.atFault(ctx, err):
		return NewIndex(nil, false), err, nil
	}
	return nil, nil, err
}

// atFault reports whether a question failed by itself, and the backend answers
// others.
func (g *gathering) atFault(ctx context.Context, err error) bool {
	r := &read.Reader{Querier: g.Backend, Step: int64(g.Step / time.Second)}
	return r.AtFault(ctx, err, g.facts.At.Unix())
}

// types asks what the targets say their metrics are.
func (g *gathering) types(ctx context.Context) error {
	types, err := g.Types(ctx)
	if err != nil {
		g.untold("the backend does not tell the types of metrics (%v), so nothing says which are gauges", err)
		return ctx.Err()
	}
	for _, m := range g.facts.Metrics {
		m.Types = types[m.Name]
	}
	return nil
}

// cost asks how often the series of expensive objectives are sampled.
func (g *gathering) cost(ctx context.Context) error {
	for _, sli := range g.slis {
		uses := g.about[sli.Key("")]
		if g.facts.seriesOf(uses) <= g.Limits.MaxSeries {
			continue
		}
		for _, u := range uses {
			if err := g.sampled(ctx, u); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *gathering) sampled(ctx context.Context, u use) error {
	m := g.facts.Metrics[u.key()]
	if m.Each > 0 || m.Now.Empty() {
		return nil
	}
	answer, err := g.Query(ctx, question{metric: u.sel.Metric, matchers: u.sel.Matchers}.samples(), g.facts.At)
	if err != nil && !g.atFault(ctx, err) {
		return err
	}
	for _, s := range answer {
		m.Each = 6 * float64(s.Value)
	}
	return nil
}
