package plan

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Group is one metric read for many indicators at once.
type Group struct {
	Metric string

	id     string        // what indicators have to have in common
	bytes  int           // of values, as a query lists them
	rest   []slo.Matcher // matchers all indicators agree on
	equal  []string      // names of the equality matchers they differ in, sorted
	values []map[string]bool
	labels map[string]bool   // labels that parts look at on top
	parts  map[string][]part // by the values of the equality labels

	replica []string // names of the labels that tell replicas apart

	classic bool // the metric is the buckets of a classic histogram
	native  bool // the metric is a native histogram
}

func (g *Group) add(p part, equal map[string]string) {
	if g.values == nil {
		g.values = make([]map[string]bool, len(g.equal))
		g.labels = map[string]bool{}
	}
	for i, name := range g.equal {
		if g.values[i] == nil {
			g.values[i] = map[string]bool{}
		}
		if value := equal[name]; !g.values[i][value] {
			g.values[i][value] = true
			g.bytes += len(regexp.QuoteMeta(value)) + 1
		}
	}
	for _, e := range p.extra {
		g.labels[e.label] = true
	}
	for _, label := range p.class {
		g.labels[label] = true
	}
	g.classic = g.classic || p.role == roleBucket
	g.native = g.native || p.role == roleNative
	key := g.tuple(equal)
	g.parts[key] = append(g.parts[key], p)
}

// tuple joins the values of the equality labels; a length before each value
// keeps different tuples different.
func (g *Group) tuple(labels map[string]string) string {
	var b strings.Builder
	for _, name := range g.equal {
		fmt.Fprintf(&b, "%d:%s", len(labels[name]), labels[name])
	}
	return b.String()
}

// Keys lists the indicators that the group reads, each once.
func (g *Group) Keys() []string {
	keys := map[string]bool{}
	for _, parts := range g.parts {
		for _, p := range parts {
			keys[p.sli] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// selector asks for every value that some indicator wants.
func (g *Group) selector() slo.Selector {
	s := slo.Selector{Metric: g.Metric, Matchers: slices.Clone(g.rest)}
	for i, name := range g.equal {
		s.Matchers = append(s.Matchers, slo.AnyOf(name, slices.Sorted(maps.Keys(g.values[i]))...))
	}
	return s
}

// by lists what the answers are grouped by.
func (g *Group) by() string {
	return sortedNames(g.equal, slices.Collect(maps.Keys(g.labels)), g.replica)
}

// sortedNames joins lists of names, each name once.
func sortedNames(lists ...[]string) string {
	names := slices.Concat(lists...)
	slices.Sort(names)
	return joinNames(slices.Compact(names))
}

func joinNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = slo.QuoteName(name)
	}
	return strings.Join(quoted, ",")
}

// Grain is how a range is read: in slots of Width, looking Lookback before a
// slot for the value it grew from. Lookback bounds the gaps that are bridged
// without asking again.
type Grain struct {
	Width    time.Duration
	Lookback time.Duration
}

// Growth asks how much every indicator's counters grew in each slot, series
// without a predecessor counted in full.
func (g *Group) Growth(gr Grain) string {
	s := g.selector()
	if g.native {
		return nativeGrowth(g.by(), s, gr)
	}
	now, before := last(s, gr.Width, 0), last(s, gr.Lookback, gr.Width)
	return fmt.Sprintf("sum by (%s) ((%s - %s) >= 0 or %s)", g.by(), now, before, g.unlessTold(now, s, gr))
}

// Births asks, unaggregated and nearly always in vain, for series that have a
// value in the slot and none within the look-back before it.
func (g *Group) Births(gr Grain) string {
	s := g.selector()
	return g.unlessTold(births(s, gr), s, gr)
}

func births(s slo.Selector, gr Grain) string {
	return fmt.Sprintf("%s unless %s", last(s, gr.Width, 0), last(s, gr.Lookback, gr.Width))
}

// pairless is what a series adds to [Group.Steady] instead of growth when it has no
// value to grow from, or a higher one: a share of an event that a whole number of
// events cannot have, small enough for a thousand such series and exact in binary.
const pairless = 1.0 / 4096

// mostSteady is the largest growth that is exact to a pairless share.
const mostSteady = 1 << 40

// Steady asks for the growth of every counter that simply went on: it was there
// just before the slot and did not fall. That takes two samples of a series where
// [Group.Growth] loads an hour of them. What did not simply go on shows as a
// fraction, see [SplitSteady].
func (g *Group) Steady(gr Grain) string {
	s := g.selector()
	now := last(s, gr.Width, 0)
	return fmt.Sprintf("sum by (%s) ((%s - %s offset %s) >= 0 or %s * 0 + %v)", g.by(), now, s, seconds(gr.Width), now, pairless)
}

// SplitSteady reads an answer of [Group.Steady]. All says that every series went
// on, so that growth is all there was. An error says that the counters do not
// count in whole numbers, so that nothing can be told.
func SplitSteady(value float64) (growth float64, all bool, err error) {
	shares := value / pairless
	if math.IsNaN(value) || math.IsInf(value, 0) || value > mostSteady {
		return 0, false, nil
	}
	if shares != math.Trunc(shares) {
		return 0, false, errFractions
	}
	growth = math.Trunc(value)
	return growth, growth == value, nil
}

var errFractions = errors.New("the counters do not count in whole numbers")

// maxResetMargin bounds how far before a slot a pair of samples may begin whose
// second is in the slot.
const maxResetMargin = 5 * time.Minute

// Resets asks in which slots some counter of an indicator was reset, even if it
// was above its old value again at the end of the slot.
func (g *Group) Resets(gr Grain) string {
	s := g.spokesman(g.selector())
	return fmt.Sprintf("sum by (%s) (resets(%s[%s])) > 0", joinNames(g.equal), s, seconds(gr.Width+min(2*gr.Width, maxResetMargin)))
}

// Unsteady asks in which slots some counter of an indicator was reset or born,
// so that the slot cannot be trusted and is read again in narrower ones. It is
// for what [Group.Steady] cannot tell.
func (g *Group) Unsteady(gr Grain) string {
	s, by := g.spokesman(g.selector()), joinNames(g.equal)
	query := fmt.Sprintf("%s or count by (%s) (%s)", g.Resets(gr), by, births(s, gr))
	if g.native {
		query += fmt.Sprintf(" or count by (%s) (%s)", by, handovers(s, gr))
	}
	return query
}

// spokesman narrows a selector of a histogram to one bucket: all buckets of a
// histogram are born and reset together.
func (g *Group) spokesman(s slo.Selector) slo.Selector {
	if g.classic {
		s.Matchers = append(s.Matchers, slo.Matcher{Label: "le", Op: slo.MatchEqual, Value: "+Inf"})
	}
	return s
}

// last is the last value of each series within a span, stale or not.
func last(s slo.Selector, span, offset time.Duration) string {
	if offset == 0 {
		return fmt.Sprintf("last_over_time(%s[%s])", s, seconds(span))
	}
	return fmt.Sprintf("last_over_time(%s[%s] offset %s)", s, seconds(span), seconds(offset))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%ds", int64(d/time.Second)) }

// match finds the parts that a series with these labels belongs to.
func (g *Group) match(labels map[string]string) []part {
	var found []part
	for _, p := range g.parts[g.tuple(labels)] {
		if p.matches(labels) {
			found = append(found, p)
		}
	}
	return found
}

func (p part) matches(labels map[string]string) bool {
	for _, e := range p.extra {
		if !e.holds(labels[e.label]) {
			return false
		}
	}
	return true
}

// KeysOf lists the indicators that a series with these labels counts for.
func (g *Group) KeysOf(labels map[string]string) []string {
	var keys []string
	for _, p := range g.parts[g.tuple(labels)] {
		keys = append(keys, p.sli)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
