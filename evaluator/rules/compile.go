package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Options are what the rules need to know beside the SLOs.
type Options struct {
	Interval time.Duration                   // how often the rules are evaluated; a slot of an SLI that is looked at
	LinksOf  func(slo.SLO) map[string]string // links of an SLO, filled in; nil has none
}

// budgetInterval is how often what is left of a budget is recorded. It reads the
// whole window, so it is not asked more often than it changes visibly.
const budgetInterval = 5 * time.Minute

// Compile makes the rules of SLOs, two groups each, in their order. SLOs that
// [Expressible] refuses are passed over.
func Compile(slos []slo.SLO, o Options) File {
	var f File
	for _, s := range slos {
		if Expressible(s) != nil {
			continue
		}
		c := compiler{s, o}
		f.Groups = append(f.Groups, c.group("", o.Interval, slices.Concat(c.recordings(), c.alerts())))
		if s.Window.Rolling() {
			f.Groups = append(f.Groups, c.group(" budget", budgetInterval, c.budget()))
		}
	}
	return f
}

// Expressible says why an SLO cannot be put into rules; nil if it can.
func Expressible(s slo.SLO) error {
	if s.SLI.Latency != nil && s.SLI.Latency.Interpolate {
		return fmt.Errorf("%s: a threshold between two bounds (interpolate) cannot be counted by a rule: use one of the bounds", s.ID)
	}
	return nil
}

// Omitted says what the rules of an SLO leave out of what slofuse does with it,
// one sentence each.
func Omitted(s slo.SLO) []string {
	var out []string
	for _, w := range s.Windows() {
		if !w.Rolling() {
			out = append(out, fmt.Sprintf("%s: the budget of the calendar window %s is not recorded: rules know no calendar", s.ID, w.Name))
		}
	}
	for _, w := range s.Reports {
		if w.Rolling() {
			out = append(out, fmt.Sprintf("%s: the budget of the reported window %s is not recorded", s.ID, w.Name))
		}
	}
	if len(s.DependsOn) > 0 {
		out = append(out, fmt.Sprintf("%s: depends_on folds nothing: each function alerts by itself", s.ID))
	}
	if s.TrafficDrop == slo.SeverityPage {
		out = append(out, fmt.Sprintf("%s: nobody is paged when its traffic drops", s.ID))
	}
	return out
}

// compiler makes the rules of one SLO.
type compiler struct {
	slo.SLO
	Options
}

func (c compiler) group(of string, interval time.Duration, rules []Rule) Group {
	return Group{Name: namespace + " " + c.ID.String() + of, Interval: slo.FormatDuration(interval), Rules: rules}
}

// identity are the labels that every series and alert of the SLO has.
func (c compiler) identity() map[string]string {
	return map[string]string{"service": c.ID.Service, "function": c.ID.Function, "slo": c.ID.Name}
}

// series selects what is recorded under a name, with further labels as pairs.
func (c compiler) series(name string, more ...string) string {
	pairs := append([]string{"service", c.ID.Service, "function", c.ID.Function, "slo", c.ID.Name}, more...)
	s := slo.Selector{Metric: name}
	for pair := range slices.Chunk(pairs, 2) {
		s.Matchers = append(s.Matchers, slo.Matcher{Label: pair[0], Op: slo.MatchEqual, Value: pair[1]})
	}
	return s.String()
}

func (c compiler) counted(name string, window time.Duration) string {
	return c.series(name, "window", slo.FormatDuration(window))
}

func (c compiler) record(name, expr string, more ...string) Rule {
	labels := c.identity()
	for pair := range slices.Chunk(more, 2) {
		labels[pair[0]] = pair[1]
	}
	return Rule{Record: name, Expr: expr, Labels: labels}
}

// windows are those that are recorded, shortest first.
func (c compiler) windows() []time.Duration {
	all := []time.Duration{base}
	for _, t := range c.Tiers {
		all = append(all, t.Long, t.Short)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// recordings are the rules that record the events of every window.
func (c compiler) recordings() []Rule {
	out := []Rule{c.record(objective, fmt.Sprintf("vector(%v)", c.Objective.Ratio()))}
	if c.SLI.Scale().Slots {
		out = append(out, c.record(badSlot, moment(c.SLI)))
	}
	for _, w := range c.windows() {
		total, bad := c.expressions()(w)
		length := slo.FormatDuration(w)
		out = append(out, c.record(events, total, "window", length), c.record(badEvents, bad, "window", length))
	}
	return out
}

// expressions are how the events are counted, by the kind of the SLI.
func (c compiler) expressions() expressions {
	switch {
	case c.SLI.Latency != nil:
		return c.chained(histogram(c.SLI))
	case c.SLI.Ratio != nil:
		return c.chained(counters(c.SLI))
	case c.SLI.Scale().Timed:
		return c.slots
	}
	return c.chained(c.weighted)
}

// direct is the longest window that is not added up from shorter ones.
func (c compiler) direct() time.Duration {
	if c.SLI.ErrorRatio != nil {
		return base
	}
	return longestDirect
}

// chained adds long windows up from what was recorded over the base.
func (c compiler) chained(direct expressions) expressions {
	return func(w time.Duration) (total, bad string) {
		if w <= c.direct() {
			return direct(w)
		}
		return c.added(events, w), c.added(badEvents, w)
	}
}

func (c compiler) added(name string, w time.Duration) string {
	return fmt.Sprintf("sum_over_time(%s[%s:%s])", c.counted(name, base), slo.FormatDuration(w), slo.FormatDuration(base))
}

// slots counts the moments that were looked at.
func (c compiler) slots(w time.Duration) (total, bad string) {
	looked := fmt.Sprintf("%s[%s]", c.series(badSlot), slo.FormatDuration(w))
	return "count_over_time(" + looked + ")", "sum_over_time(" + looked + ")"
}

// weighted takes the share of bad calls from the moment and the calls from the
// weight.
func (c compiler) weighted(w time.Duration) (total, bad string) {
	total = growth(c.SLI.ErrorRatio.Weight, w)
	return total, fmt.Sprintf("%s * on () group_left () (%s)", c.series(badSlot), total)
}

// budget are the rules about what is left over the window. It is not recorded while
// less than half of the window is: a budget of which little is known looks full.
func (c compiler) budget() []Rule {
	total, bad := c.added(events, c.Window.Length), c.added(badEvents, c.Window.Length)
	if c.SLI.Scale().Timed {
		total, bad = c.slots(c.Window.Length)
	}
	ratio := fmt.Sprintf("max without (window) (1 - %s / %s / %v)", bad, total, c.Objective.ErrorRatio())
	left := c.record(remaining, ratio+joined+c.recorded(slo.MinCoverage))
	spent := c.alert("ErrorBudgetSpent", slo.SeverityTicket, c.series(remaining)+" <= 0"+joined+c.recorded(mostKnown))
	spent.Annotations["summary"] = literal(fmt.Sprintf("%s: the error budget of %s over %s is spent", c.ID, c.Objective, c.Window.Name))
	return []Rule{left, spent}
}

// joined puts conditions on one SLO together.
const joined = "\nand on (service, function, slo)\n"

// recorded asks that a share of the SLO's window has been recorded.
func (c compiler) recorded(share float64) string {
	return fmt.Sprintf("count_over_time(%s[%s:%s]) >= %d", c.counted(events, base),
		slo.FormatDuration(c.Window.Length), slo.FormatDuration(base), int64(share*float64(c.Window.Length/base)))
}

// mostKnown is the share of a window that has to be known before its budget is
// called spent.
const mostKnown = 0.9

// literal keeps a text of the user from being read as a template.
func literal(text string) string { return strings.ReplaceAll(text, "{{", `{{"{{"}}`) }
