package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// SLI is one indicator to read, under the key its increments are booked on.
type SLI struct {
	Key string
	slo.SLI
}

// Plan is a set of indicators compiled into groups.
type Plan struct {
	Groups []*Group
	SLIs   []SLI
}

// New compiles indicators. One with a matcher that does not compile is left
// out and returned with its error. Replica labels, if any, tell apart servers
// that scraped the same targets: answers are per replica.
func New(slis []SLI, replicaLabels ...string) (*Plan, map[string]error) {
	c := compiler{replica: replicaLabels, home: map[string]*Group{}, open: map[string]*Group{}}
	failed := map[string]error{}
	p := &Plan{}
	for _, sli := range slis {
		parts, err := partsOf(sli)
		if err != nil {
			failed[sli.Key] = err
			continue
		}
		for _, part := range parts {
			c.add(part)
		}
		p.SLIs = append(p.SLIs, sli)
	}
	slices.SortStableFunc(c.groups, func(a, b *Group) int { return strings.Compare(a.id, b.id) })
	p.Groups = c.groups
	return p, failed
}

// role is what the events of a selector are to their indicator.
type role int

const (
	roleTotal role = iota
	roleGood
	roleBad
	roleBucket // of a classic histogram
	roleNative // a native histogram
)

// part is one selector of one indicator: the group that reads it, and which of
// the group's answers belong to it.
type part struct {
	sli   string
	role  role
	group slo.Selector // the selector that is asked
	extra []predicate  // what narrows its answers
	class []string     // labels that split its events

	threshold float64 // of a native histogram, in its unit
}

type predicate struct {
	label string
	holds func(value string) bool
}

func partsOf(sli SLI) ([]part, error) {
	if l := sli.Latency; l != nil {
		return []part{
			{sli: sli.Key, role: roleBucket, group: bucketsOf(l.Histogram), class: []string{"le"}},
			{sli: sli.Key, role: roleNative, group: l.Histogram, threshold: l.Bound()},
		}, nil
	}
	var parts []part
	for _, s := range sli.Ratio.Total {
		parts = append(parts, part{sli: sli.Key, role: roleTotal, group: s})
	}
	for role, list := range map[role][]slo.Selector{roleGood: sli.Ratio.Good, roleBad: sli.Ratio.Bad} {
		for _, s := range list {
			p, err := narrow(part{sli: sli.Key, role: role, group: s}, sli.Ratio.Total)
			if err != nil {
				return nil, err
			}
			if role == roleBad {
				p.class = sli.Fingerprint
			}
			parts = append(parts, p)
		}
	}
	return parts, nil
}

// narrow lets a part share the query of the total that it narrows.
func narrow(p part, totals []slo.Selector) (part, error) {
	for _, total := range totals {
		extra, ok := p.group.Narrows(total)
		if !ok {
			continue
		}
		p.group = total
		for _, m := range extra {
			holds, err := m.Predicate()
			if err != nil {
				return p, err
			}
			p.extra = append(p.extra, predicate{label: m.Label, holds: holds})
		}
		return p, nil
	}
	return p, nil
}

// maxValues is how many bytes of values one selector lists. A query holds its
// selector a few times, and some servers take no query of more than 16 kB.
const maxValues = 5000

type compiler struct {
	groups  []*Group
	home    map[string]*Group // by what is asked: the one group that asks for it
	open    map[string]*Group // by what may be asked together: the group that has room
	replica []string
}

// add books a part on the group that asks for its metric, its other matchers
// and the names of its equality matchers, as long as that has room.
func (c *compiler) add(p part) {
	equal, rest := split(p.group)
	names := slices.Sorted(maps.Keys(equal))
	id := slo.Selector{Metric: p.group.Metric, Matchers: rest}.String() + " by " + strings.Join(names, "\xff")
	if p.role == roleNative {
		id += " native" // a counter may have the name of a histogram
	}
	address := id + " of " + p.group.Canonical().String()
	g := c.home[address]
	if g == nil {
		if g = c.open[id]; g == nil || g.bytes > maxValues {
			g = &Group{Metric: p.group.Metric, id: id, rest: rest, equal: names, parts: map[string][]part{}, replica: c.replica}
			c.groups, c.open[id] = append(c.groups, g), g
		}
		c.home[address] = g
	}
	g.add(p, equal)
}

// split tells equality matchers, by which indicators differ, from the others,
// by which they must agree. A second equality on one label is one of the
// others: together they select nothing, as in Prometheus.
func split(s slo.Selector) (equal map[string]string, rest []slo.Matcher) {
	equal = map[string]string{}
	for _, m := range s.Canonical().Matchers {
		if _, taken := equal[m.Label]; m.Op == slo.MatchEqual && !taken {
			equal[m.Label] = m.Value
		} else {
			rest = append(rest, m)
		}
	}
	return equal, rest
}
