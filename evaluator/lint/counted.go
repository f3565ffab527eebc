package lint

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// counted is the time over which every indicator is counted as the service counts
// it.
const counted = time.Hour

// beyondReason is how many times the limit of series is read nevertheless.
const beyondReason = 10

// count reads the last hour of all indicators, exactly as it is read to evaluate
// them.
func (g *gathering) count(ctx context.Context) error {
	var slis []plan.SLI
	for _, key := range slices.Sorted(maps.Keys(g.slis)) {
		if g.readable(key) {
			slis = append(slis, plan.SLI{Key: key, SLI: g.slis[key]})
		}
	}
	if len(slis) == 0 {
		return nil
	}
	step := int64(g.Step / time.Second)
	r := &read.Reader{
		Querier: g.Backend, Step: step, Patience: 20 * time.Second,
		Busiest: func(string, int64) float64 { return 0 },
		HadGood: func(string, int64, int64) bool { return false },
		Invalid: func(string) error { return nil },
	}
	end := ledger.Floor(g.facts.At.Unix(), step)
	reading, err := r.Read(ctx, slis, ledger.Span{From: end - int64(counted/time.Second), To: end}, step)
	if err != nil {
		return err
	}
	for _, sli := range slis {
		c := Count{Refused: reading.Refused[sli.Key], Invalid: reading.Invalid[sli.Key]}
		incs, answered := reading.Increments[sli.Key]
		for _, inc := range incs {
			c.Slots, c.Counts = c.Slots+1, c.Counts.Add(inc.Counts)
		}
		if answered || c.Refused != nil {
			g.facts.Counted[sli.Key] = c
		}
	}
	return nil
}

// readable leaves out what is not there and what costs too much.
func (g *gathering) readable(key string) bool {
	uses := g.about[key]
	if g.facts.seriesOf(uses) > beyondReason*g.Limits.MaxSeries {
		return false
	}
	there := len(uses) == 0
	for _, u := range uses {
		m := g.facts.Metrics[u.key()]
		if m.Refused != nil {
			return false
		}
		there = there || u.role == roleQuery || len(m.Now.Match(u.sel.Matchers)) > 0
	}
	return there
}

// sums compares the parts of ratios with their totals where nothing in the selectors
// makes one a part of the other.
func (g *gathering) sums(ctx context.Context) error {
	totals, parts := map[string][]use{}, map[string][]use{}
	compared := map[string]bool{}
	for key, sli := range g.slis {
		if c := g.facts.Counted[key]; sli.Ratio == nil || len(sli.Ratio.Total) == 0 || c.Slots == 0 && c.Invalid == nil || !loose(*sli.Ratio) {
			continue
		}
		compared[key] = true
		for _, u := range g.about[key] {
			if u.role == roleTotal {
				totals[u.key()] = append(totals[u.key()], u)
			} else {
				parts[u.key()] = append(parts[u.key()], u)
			}
		}
	}
	for _, over := range []time.Duration{time.Hour, 24 * time.Hour} {
		most, err := g.grown(ctx, totals, over, true)
		if err != nil {
			return err
		}
		least, err := g.grown(ctx, parts, over, false)
		if err != nil {
			return err
		}
		for key := range compared {
			g.addSums(key, over, most, least)
		}
	}
	return nil
}

// loose reports whether some part of a ratio has to be compared with the total: it
// does not narrow a selector of it.
func loose(r slo.Ratio) bool {
	return slices.ContainsFunc(slices.Concat(r.Good, r.Bad), func(part slo.Selector) bool {
		return !slices.ContainsFunc(r.Total, func(total slo.Selector) bool {
			_, narrows := part.Narrows(total)
			return narrows
		})
	})
}

// affordable is how many samples one question of the check may read.
const affordable = 50_000_000

// usualPace is how many samples a series is taken to have in an hour: one in 15 s.
const usualPace = 240

// grown is by how much the series of each metric grew; a metric whose answer would
// cost too much, or that gives none, is left out.
func (g *gathering) grown(ctx context.Context, uses map[string][]use, over time.Duration, births bool) (map[string]*grownBy, error) {
	out := map[string]*grownBy{}
	for _, key := range slices.Sorted(maps.Keys(uses)) {
		q := questionOf(uses[key])
		series := 0
		for _, u := range uses[key] {
			series += seriesIn(g.facts.Metrics[key].Now.Match(u.sel.Matchers))
		}
		if float64(series)*2*usualPace*over.Hours() > affordable {
			continue
		}
		answer, err := g.Query(ctx, q.growth(seconds(over), births), g.facts.At)
		if err != nil && !g.atFault(ctx, err) {
			return nil, err
		}
		if err != nil {
			continue
		}
		by := &grownBy{index: NewIndex(nil, true), values: map[string]float64{}}
		for _, s := range answer {
			labels := read.LabelsOf(s.Metric)
			by.index.Rows = append(by.index.Rows, Row{Labels: labels, Series: 1})
			by.values[slo.ClassKey(labels)] = float64(s.Value)
		}
		out[key] = by
	}
	return out, nil
}

// grownBy is the growth of series that agree in the labels which tell selectors
// apart.
type grownBy struct {
	index  *Index
	values map[string]float64
}

func (b *grownBy) of(sel slo.Selector) (sum float64) {
	for _, row := range b.index.Match(sel.Matchers) {
		sum += b.values[slo.ClassKey(row.Labels)]
	}
	return sum
}

func (g *gathering) addSums(key string, over time.Duration, most, least map[string]*grownBy) {
	var total float64
	part := map[role]float64{}
	for _, u := range g.about[key] {
		from := least
		if u.role == roleTotal {
			from = most
		}
		if from[u.key()] == nil {
			return
		}
		if u.role == roleTotal {
			total += most[u.key()].of(u.sel)
		} else {
			part[u.role] += least[u.key()].of(u.sel)
		}
	}
	for r, sum := range part {
		g.facts.Sums[key] = append(g.facts.Sums[key], Sum{Over: over, Bad: r == roleBad, Total: total, Part: sum})
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%ds", int64(d/time.Second)) }
