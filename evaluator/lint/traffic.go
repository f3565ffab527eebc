package lint

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// traffic reads how often everything is called: some hours of the window for
// everybody, and all hours for those who seem to be called rarely. Rare calls are
// few series, so that costs little.
func (g *gathering) traffic(ctx context.Context) error {
	keys := slices.Sorted(maps.Keys(g.slis))
	if err := g.readTraffic(ctx, keys); err != nil {
		return err
	}
	rare := map[string]bool{}
	for _, s := range g.slos {
		key := s.SLI.Key("")
		if t, known := g.facts.Traffic[key]; known && t.Every > time.Hour && g.Limits.mayBeRare(s, t) {
			rare[key] = true
		}
	}
	return g.readTraffic(ctx, slices.Sorted(maps.Keys(rare)))
}

// readTraffic reads the traffic of indicators, one question for each of their
// metrics.
func (g *gathering) readTraffic(ctx context.Context, keys []string) error {
	by := map[string][]use{}
	for _, key := range keys {
		for _, u := range counting(g.about[key]) {
			if !g.facts.Metrics[u.key()].Now.Empty() || !g.facts.Metrics[u.key()].Before.Empty() {
				by[u.key()] = append(by[u.key()], u)
			}
		}
	}
	answers := map[string]*hours{}
	for _, metric := range slices.Sorted(maps.Keys(by)) {
		h, err := g.hours(ctx, metric, by[metric])
		if err != nil {
			return err
		}
		answers[metric] = h
	}
	for _, key := range keys {
		g.addTraffic(key, answers)
	}
	return nil
}

// hours are answers about some hours of a window.
type hours struct {
	index  *Index
	points map[string][]Point // by the labels of a row
	every  time.Duration
	asked  int
}

// hours reads as many hours of a metric as cost little, evenly over the window;
// nil if the backend does not answer that.
func (g *gathering) hours(ctx context.Context, metric string, uses []use) (*hours, error) {
	m, series := g.facts.Metrics[metric], 1
	for _, u := range uses {
		series += max(seriesIn(m.Now.Match(u.sel.Matchers)), len(m.Before.Match(u.sel.Matchers)))
	}
	window := g.span.To.Sub(g.span.From)
	every := spread(window, series)
	if every > window {
		g.untold("the traffic of %s was not looked at: it has %d series", m.Name, series)
		return nil, nil
	}
	steps := prom.Range{Start: g.span.From.Add(time.Hour), End: g.span.To, Step: every}
	steps.Start = steps.End.Add(-steps.End.Sub(steps.Start) / every * every)
	answer, err := g.QueryRange(ctx, questionOf(uses).growth("3600s", true), steps)
	if err != nil && !g.atFault(ctx, err) {
		return nil, err
	}
	if err != nil {
		g.untold("the traffic of %s was not looked at: %v", m.Name, err)
		return nil, nil
	}
	h := &hours{index: NewIndex(nil, true), points: map[string][]Point{}, every: every, asked: int(steps.End.Sub(steps.Start)/every) + 1}
	for _, stream := range answer {
		labels := read.LabelsOf(stream.Metric)
		h.index.Rows = append(h.index.Rows, Row{Labels: labels, Series: 1})
		for _, sample := range stream.Values {
			h.points[slo.ClassKey(labels)] = append(h.points[slo.ClassKey(labels)], Point{End: sample.Timestamp.Time().UTC(), Calls: float64(sample.Value)})
		}
	}
	return h, nil
}

// spread is how far apart hours lie that are read of so many series, so that all of
// them cost little: whole hours, and no divisor or multiple of a day, whose hours
// would all be of one time of day.
func spread(window time.Duration, series int) time.Duration {
	cost := float64(series) * 2 * usualPace * window.Hours()
	every := time.Duration(1+int(cost/affordable)) * time.Hour
	for every > time.Hour && (24*time.Hour%every == 0 || every%(24*time.Hour) == 0) {
		every += time.Hour
	}
	return every
}

func (g *gathering) addTraffic(key string, answers map[string]*hours) {
	t := Traffic{At: g.facts.At}
	calls, natives := map[time.Time]float64{}, map[time.Time]float64{}
	for _, u := range counting(g.about[key]) {
		h, into := answers[u.key()], calls
		if h == nil {
			continue
		}
		if u.role == roleNative {
			into = natives
		}
		t.Every, t.Asked = max(t.Every, h.every), h.asked
		for _, row := range h.index.Match(u.sel.Matchers) {
			for _, p := range h.points[slo.ClassKey(row.Labels)] {
				into[p.End] += p.Calls
			}
		}
	}
	maps.Copy(natives, calls) // of a histogram of both kinds, the classic one tells
	for _, end := range slices.SortedFunc(maps.Keys(natives), time.Time.Compare) {
		t.Points = append(t.Points, Point{End: end, Calls: natives[end]})
	}
	if t.Asked > 0 {
		g.facts.Traffic[key] = t
	}
}

// presence is how finely the beginning of the data is looked for.
const presence = 120

// history looks for the oldest data of the backend, as far as the longest window.
func (g *gathering) history(ctx context.Context) error {
	step := max(g.span.To.Sub(g.span.From)/presence, g.Step).Truncate(g.Step)
	answer, err := g.QueryRange(ctx, "count(up)", prom.Range{Start: g.span.From, End: g.span.To, Step: step})
	if err != nil && !g.atFault(ctx, err) {
		return err
	}
	began := g.span.To
	for _, stream := range answer {
		for _, sample := range stream.Values {
			began = earlier(began, sample.Timestamp.Time().UTC())
		}
	}
	for _, t := range g.facts.Traffic {
		if len(t.Points) > 0 {
			began = earlier(began, t.Points[0].End.Add(-time.Hour))
		}
	}
	if began.Before(g.span.To) {
		g.facts.Began = began
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
