package lint

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// missing looks for what no series matches now: among all series of the metric, and
// in the past.
func (g *gathering) missing(ctx context.Context) error {
	nameless := false
	for _, key := range g.keys() {
		m := g.facts.Metrics[key]
		if m.Refused != nil {
			continue
		}
		if lost := g.lost(key); len(lost) > 0 {
			if err := g.search(ctx, key, lost); err != nil {
				return err
			}
		}
		if err := g.labels(ctx, key); err != nil {
			return err
		}
		nameless = nameless || m.Now.Empty() && m.Before.Empty()
	}
	if nameless {
		return g.names(ctx)
	}
	return nil
}

// lost are the uses of a metric that no series matches now. Of the two kinds of a
// histogram one is enough.
func (g *gathering) lost(key string) []use {
	var out []use
	for _, u := range g.uses[key] {
		if len(g.facts.Metrics[key].Now.Match(u.sel.Matchers)) == 0 && !g.otherKind(u) {
			out = append(out, u)
		}
	}
	return out
}

// otherKind reports whether a histogram is there as the other kind.
func (g *gathering) otherKind(u use) bool {
	var other use
	switch u.role {
	case roleNative:
		other = use{roleBucket, slo.Selector{Metric: u.sel.Metric + "_bucket"}}
	case roleBucket:
		other = use{roleNative, slo.Selector{Metric: strings.TrimSuffix(u.sel.Metric, "_bucket")}}
	default:
		return false
	}
	m := g.facts.Metrics[other.key()]
	return m != nil && len(m.Now.Match(u.sel.Matchers)) > 0
}

// search widens what is known of a metric: to all of its series, and to the past.
func (g *gathering) search(ctx context.Context, key string, lost []use) error {
	m, q := g.facts.Metrics[key], questionOf(g.uses[key])
	if len(q.matchers) > 0 {
		wide, refused, err := g.countSeries(ctx, q.wide())
		if err != nil {
			return err
		}
		if refused == nil {
			m.Now = wide
		}
	}
	before := questionOf(lost)
	if m.Now.Empty() {
		before = before.wide()
	}
	var err error
	if m.Before, err = g.past(ctx, before); err != nil {
		return err
	}
	return g.sight(ctx, m, lost)
}

// past lists the series that there were within the longest window.
func (g *gathering) past(ctx context.Context, q question) (*Index, error) {
	sets, all, err := g.Series(ctx, []string{q.selector().String()}, g.span, maxListed)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		g.untold("the backend does not list the series it had (%v), so of what is missing only the last day was looked at", err)
		return g.lastDay(ctx, q)
	}
	rows := make([]Row, len(sets))
	for i, labels := range sets {
		rows[i] = Row{Labels: labels, Series: 1}
	}
	return NewIndex(rows, all), nil
}

// lastDay asks for what the index would not tell.
func (g *gathering) lastDay(ctx context.Context, q question) (*Index, error) {
	day := "group " + q.grouping() + " (last_over_time(" + q.selector().String() + "[1d]))"
	answer, err := g.Query(ctx, day, g.facts.At)
	if err != nil && !g.atFault(ctx, err) {
		return nil, err
	}
	rows := make([]Row, len(answer))
	for i, s := range answer {
		rows[i] = Row{Labels: read.LabelsOf(s.Metric), Series: 1}
	}
	return NewIndex(rows, err == nil), nil
}

// sight asks when what was there before was seen last. Who has too many series for
// that is not asked about.
func (g *gathering) sight(ctx context.Context, m *Metric, lost []use) error {
	series := 0
	gone := slices.DeleteFunc(slices.Clone(lost), func(u use) bool {
		rows := m.Before.Match(u.sel.Matchers)
		series += len(rows)
		return len(rows) == 0
	})
	if len(gone) == 0 || series > maxSighted {
		return nil
	}
	q := questionOf(gone)
	answer, err := g.Query(ctx, q.lastSeen(seconds(g.span.To.Sub(g.span.From))), g.facts.At)
	if err != nil && !g.atFault(ctx, err) {
		return err
	}
	for _, s := range answer {
		m.Seen = append(m.Seen, Sighting{Labels: read.LabelsOf(s.Metric), At: time.Unix(int64(s.Value), 0).UTC()})
	}
	return nil
}

// labels asks for the names of labels of a metric of which one is in doubt.
func (g *gathering) labels(ctx context.Context, key string) error {
	m := g.facts.Metrics[key]
	doubt := slices.ContainsFunc(g.uses[key], func(u use) bool {
		return slices.ContainsFunc(u.sel.Matchers, func(c slo.Matcher) bool { return !m.Now.has(c.Label) })
	})
	if !doubt || m.Now.Empty() && m.Before.Empty() {
		return nil
	}
	names, all, err := g.LabelNames(ctx, slo.Selector{Metric: m.Name}.String(), g.span, maxListed)
	if err != nil || !all {
		g.untold("the backend does not list the labels it had (%v)", orIncomplete(err))
		return ctx.Err()
	}
	m.Labels = names
	return nil
}

func orIncomplete(err error) any {
	if err == nil {
		return "the list is not complete"
	}
	return err
}

// names asks for the names of all metrics, to find those that are nearly alike.
func (g *gathering) names(ctx context.Context) error {
	names, _, err := g.MetricNames(ctx, prom.Span{From: g.facts.At.Add(-24 * time.Hour), To: g.facts.At}, maxListed)
	if err != nil {
		g.untold("the backend does not list its metrics (%v), so no similar name is suggested", err)
		return ctx.Err()
	}
	g.facts.Names = names
	return nil
}
