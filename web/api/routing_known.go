package api

import (
	"fmt"
	"maps"
	"slices"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// Checked says as well what may have been meant by labels that were given and that no
// alert has: neither an SLO nor a route knows the name, or no SLO the value and one that
// is near to it.
func (l RoutingLabels) Checked(given map[string]string, root route.Node, slos []slo.SLO) RoutingLabels {
	known := labelsOfSLOs(slos)
	names := slices.Collect(maps.Keys(known))
	addMatched(root, &names)
	slices.Sort(names)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(names, name) {
			l.Notes = append(l.Notes, noSuchLabel(name, given[name], names))
			continue
		}
		values := slices.Sorted(maps.Keys(known[name]))
		if near, ok := strictyaml.Similar(given[name], values); ok && !slices.Contains(values, given[name]) {
			l.Notes = append(l.Notes, fmt.Sprintf("no SLO has %s=%s: did you mean %s=%s?", name, given[name], name, near))
		}
	}
	return l
}

func noSuchLabel(name, value string, names []string) string {
	text := "no SLO has a label " + name + ", and no route looks at one"
	if near, ok := strictyaml.Similar(name, names); ok {
		return text + fmt.Sprintf(": did you mean %s=%s?", near, value)
	}
	return text
}

// labelsOfSLOs are the values of the labels that alerts of SLOs have.
func labelsOfSLOs(slos []slo.SLO) map[string]map[string]bool {
	out := map[string]map[string]bool{"severity": {slo.SeverityPage.String(): true, slo.SeverityTicket.String(): true}}
	add := func(name, value string) {
		if out[name] == nil {
			out[name] = map[string]bool{}
		}
		if value != "" {
			out[name][value] = true
		}
	}
	for _, name := range []string{"service", "function", "owner"} {
		add(name, "")
	}
	for i := range slos {
		o := &slos[i]
		add("service", o.ID.Service)
		add("function", o.ID.Function)
		add("owner", o.Owner)
		for name, value := range o.Labels {
			add(name, value)
		}
	}
	return out
}

// addMatched adds the labels that routes look at.
func addMatched(n route.Node, names *[]string) {
	for _, m := range n.Matchers {
		*names = append(*names, m.Name)
	}
	for _, below := range n.Routes {
		addMatched(below, names)
	}
}
