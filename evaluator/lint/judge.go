package lint

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// Limits are what may still be said to be enough, or little.
type Limits struct {
	ThinShare float64 // of a window's budget that one failure may cost
	MaxSeries int     // that the selectors of one objective read
}

// DefaultLimits are those of a user who says nothing: a budget in which one failure
// costs more than a fifth is what a verdict calls thin, see [slo.MinBudgetEvents].
var DefaultLimits = Limits{ThinShare: 1.0 / slo.MinBudgetEvents, MaxSeries: 10_000}

// found is one thing a rule says about one objective. Of equal kinds at one place
// one is told.
type found struct {
	rule rule.Name
	kind string // tells findings of one rule apart that members of a family share
	text string // without the objective
}

// one is what a rule is given: an objective and what is known about it.
type one struct {
	slo.SLO
	uses    []use
	facts   *Facts
	limits  Limits
	count   Count
	counted bool
	traffic Traffic
	called  bool // the traffic is known
	near    func(metric string) (string, bool)
}

var rules = []func(one) []found{
	uncountable, absent, unbucketed, neverBad, untrue, noCounter, gaugeType, quiet, thin, unreachable, expensive,
}

// Judgement is what the rules found, by place.
type Judgement struct {
	Findings []rule.Finding
	Broken   int // how many objectives have an error
}

// Judge applies the rules to objectives. Members of a family share the place in the
// file, and say together what they have in common.
func Judge(slos []slo.SLO, facts *Facts, limits Limits) Judgement {
	m := merger{members: map[slo.Source]int{}, at: map[string]int{}}
	for _, s := range slos {
		m.members[s.Source]++
	}
	near := remembered(facts.Names)
	for _, s := range slos {
		o := one{SLO: s, uses: usesOf(s.SLI), facts: facts, limits: limits, near: near}
		o.count, o.counted = facts.Counted[s.SLI.Key("")]
		o.traffic, o.called = facts.Traffic[s.SLI.Key("")]
		for _, apply := range rules {
			for _, f := range apply(o) {
				m.add(s, f)
			}
		}
	}
	return Judgement{Findings: inOrder(append(m.findings(), short(slos, facts)...)), Broken: m.broken()}
}

func inOrder(list []rule.Finding) []rule.Finding {
	slices.SortStableFunc(list, func(a, b rule.Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return list
}

// remembered finds similar names of metrics, each once: many objectives miss the same
// one, and there are many names.
func remembered(names []string) func(string) (string, bool) {
	known := map[string]string{}
	return func(name string) (string, bool) {
		near, asked := known[name]
		if !asked {
			near, _ = strictyaml.Similar(name, names)
			known[name] = near
		}
		return near, near != ""
	}
}

// merger puts together what members of a family have in common.
type merger struct {
	members map[slo.Source]int
	at      map[string]int
	list    []merged
}

type merged struct {
	slo.SLO
	found
	ids map[string]bool
}

func (m *merger) add(s slo.SLO, f found) {
	key := fmt.Sprintf("%s %s %q", s.Source, f.rule, f.kind)
	if m.members[s.Source] == 1 {
		key += f.text
	}
	i, known := m.at[key]
	if !known {
		i = len(m.list)
		m.at[key] = i
		m.list = append(m.list, merged{SLO: s, found: f, ids: map[string]bool{}})
	}
	m.list[i].ids[s.ID.String()] = true
}

func (m *merger) findings() []rule.Finding {
	out := make([]rule.Finding, len(m.list))
	for i, f := range m.list {
		who := f.ID.String()
		if all := m.members[f.Source]; len(f.ids) > 1 {
			who = fmt.Sprintf("%d of %d members, such as %s", len(f.ids), all, who)
		}
		out[i] = at(f.SLO, f.rule, who+": "+f.text)
	}
	return out
}

// broken counts the objectives that have an error.
func (m *merger) broken() int {
	ids := map[string]bool{}
	for _, f := range m.list {
		if f.rule.Severity() == rule.Error {
			maps.Copy(ids, f.ids)
		}
	}
	return len(ids)
}

func at(s slo.SLO, name rule.Name, message string) rule.Finding {
	return rule.Finding{
		Rule: name, File: s.Source.File, Line: s.Source.Line, Column: s.Source.Column, SLO: s.ID.String(), Message: message,
	}
}

// metric is what is known about the metric of a use.
func (o one) metric(u use) *Metric { return o.facts.Metrics[u.key()] }

// there reports whether a series matches a use now.
func (o one) there(u use) bool { return len(o.metric(u).Now.Match(u.sel.Matchers)) > 0 }

// seriesOf counts the series that some uses read, each once for each metric.
func (f *Facts) seriesOf(uses []use) (n int) {
	most := map[string]int{}
	for _, u := range uses {
		if m := f.Metrics[u.key()]; m != nil {
			most[u.key()] = max(most[u.key()], seriesIn(m.Now.Match(u.sel.Matchers)))
		}
	}
	for _, series := range most {
		n += series
	}
	return n
}
