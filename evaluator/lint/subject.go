package lint

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/promql"
)

// role is what the series of a selector are to their objective.
type role int

const (
	roleTotal  role = iota // counters of all events
	roleGood               // counters of good events
	roleBad                // counters of bad events
	roleBucket             // buckets of a classic histogram
	roleNative             // a native histogram
	roleQuery              // whatever a free query reads
)

// use is one selector of one objective.
type use struct {
	role role
	sel  slo.Selector
}

// usesOf lists what an objective reads. A histogram may be of either kind, so it is
// looked for as both.
func usesOf(sli slo.SLI) []use {
	switch {
	case sli.Latency != nil:
		h := sli.Latency.Histogram
		return []use{{roleBucket, slo.Selector{Metric: h.Metric + "_bucket", Matchers: h.Matchers}}, {roleNative, h}}
	case sli.Threshold != nil:
		return queried(sli.Threshold.Query)
	case sli.ErrorRatio != nil:
		return append(as(roleTotal, sli.ErrorRatio.Weight), queried(sli.ErrorRatio.Query)...)
	}
	return slices.Concat(as(roleTotal, sli.Ratio.Total), as(roleGood, sli.Ratio.Good), as(roleBad, sli.Ratio.Bad))
}

func as(r role, selectors []slo.Selector) []use {
	out := make([]use, len(selectors))
	for i, s := range selectors {
		out[i] = use{r, s}
	}
	return out
}

// queried are the selectors of a free query that name their metric.
func queried(query string) []use {
	expr, err := promql.Parse(query)
	if err != nil {
		return nil
	}
	var out []use
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if v, ok := node.(*parser.VectorSelector); ok {
			if s, ok := promql.Selector(v); ok {
				out = append(out, use{roleQuery, s})
			}
		}
		return nil
	})
	return out
}

// counting are the uses whose growth is the number of events: of a histogram of
// either kind, all of its calls.
func counting(uses []use) []use {
	by := map[role][]use{}
	for _, u := range uses {
		if u.role == roleBucket {
			u.sel.Matchers = append(slices.Clone(u.sel.Matchers), slo.Matcher{Label: "le", Op: slo.MatchEqual, Value: "+Inf"})
		}
		by[u.role] = append(by[u.role], u)
	}
	if len(by[roleTotal]) > 0 || len(by[roleBucket]) > 0 {
		return slices.Concat(by[roleTotal], by[roleBucket], by[roleNative])
	}
	return slices.Concat(by[roleGood], by[roleBad])
}
