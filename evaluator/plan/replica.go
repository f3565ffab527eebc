package plan

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Replica is one of several servers that scraped the same targets into one
// store, by the values of the replica labels, as [slo.ClassKey] writes them.
// Without replica labels there is one.
type Replica string

// ReplicaOf reads the replica off the labels of a series.
func ReplicaOf(labels map[string]string, names []string) Replica {
	if len(names) == 0 {
		return ""
	}
	values := make(map[string]string, len(names))
	for _, name := range names {
		values[name] = labels[name]
	}
	return Replica(slo.ClassKey(values))
}

// on narrows a selector to one replica.
func (r Replica) on(s slo.Selector, names []string) slo.Selector {
	values := slo.ParseClassKey(string(r))
	s.Matchers = slices.Clone(s.Matchers)
	for _, name := range names {
		s.Matchers = append(s.Matchers, slo.Matcher{Label: name, Op: slo.MatchEqual, Value: values[name]})
	}
	return s
}

// Patience is how long a replica may go without a sample and is still there.
const Patience = 150 * time.Second

// PerReplica asks in which slots each replica has a sample of an indicator.
func (g *Group) PerReplica(gr Grain) string {
	return fmt.Sprintf("count by (%s) (%s)", g.byReplica(), last(g.spokesman(g.selector()), gr.Width, 0))
}

// Coverage asks in how many of the [CoverageParts] of each slot a replica has a
// sample of an indicator.
func (g *Group) Coverage(gr Grain) string {
	present := fmt.Sprintf("count by (%s) (%s)", g.byReplica(), last(g.spokesman(g.selector()), Patience, 0))
	return fmt.Sprintf("count_over_time((%s)[%dms:%s])", present, (gr.Width - 500*time.Millisecond).Milliseconds(), seconds(Patience))
}

// CoverageParts is how many parts [Group.Coverage] cuts a slot into.
func CoverageParts(width time.Duration) float64 { return float64(width / Patience) }

func (g *Group) byReplica() string { return sortedNames(g.equal, g.replica) }

// Seam is where one replica takes over from another.
type Seam struct{ From, To Replica }

// Growth is [Group.Growth] of slots in which a replica takes over: from what the
// last one saw before the slot to what the next one sees at its end. Both look at
// the same counters, so nothing is lost between them. The answers have no
// replica labels.
func (s Seam) Growth(g *Group, gr Grain) string {
	now, before := s.sides(g, gr)
	ignoring := joinNames(g.replica)
	grown := fmt.Sprintf("(%s - ignoring (%s) %s) >= 0 or ignoring (%s) %s", now, ignoring, before, ignoring, now)
	if g.native {
		grown = fmt.Sprintf("(%s - ignoring (%s) %s) and ignoring (%s) (histogram_count(%s) >= ignoring (%s) histogram_count(%s)) or ignoring (%s) %s",
			now, ignoring, before, ignoring, now, ignoring, before, ignoring, now)
	}
	grown = s.unlessTold(g, grown, gr)
	return fmt.Sprintf("sum by (%s) (%s)", sortedNames(g.equal, slices.Collect(maps.Keys(g.labels))), grown)
}

// Births is [Group.Births] of slots in which a replica takes over: series that
// neither the next one has in the slot and the last one had before.
func (s Seam) Births(g *Group, gr Grain) string {
	now, before := s.sides(g, gr)
	return s.unlessTold(g, fmt.Sprintf("%s unless ignoring (%s) %s", now, joinNames(g.replica), before), gr)
}

func (s Seam) sides(g *Group, gr Grain) (now, before string) {
	all := g.selector()
	return last(s.To.on(all, g.replica), gr.Width, 0), last(s.From.on(all, g.replica), gr.Lookback, gr.Width)
}

// unlessTold is [Group.unlessTold] as the next replica sees it.
func (s Seam) unlessTold(g *Group, series string, gr Grain) string {
	return g.untold(series, s.To.on(g.selector(), g.replica), gr, append([]string{"le"}, g.replica...))
}
