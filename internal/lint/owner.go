package lint

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// Routes are the ways of a configuration to people.
type Routes struct {
	File  string            // of the configuration
	Tree  *route.Tree       // nil: there is none, so nobody is told
	Tells func(string) bool // whether a receiver has any destination
}

// Owners finds the owners whose page would end at the top of the tree, which is
// for what nobody claims, or whose worst alert at receivers without a destination.
// It is one finding an owner, at the first SLO that goes astray. A tree that is
// nothing but its top is meant to take everything.
func Owners(set slo.Set, r Routes, now time.Time) []rule.Finding {
	if r.Tree == nil {
		return []rule.Finding{{
			Rule: rule.OwnerUnrouted, File: r.File, Line: 1, Column: 1,
			Message: "there is no route, so nobody is told of anything: add route and receivers",
		}}
	}
	found := map[string]rule.Finding{}
	for _, e := range examples(set) {
		if _, known := found[e.Owner]; known {
			continue
		}
		if why := r.astray(e.SLO, now); why != "" {
			found[e.Owner] = at(e, rule.OwnerUnrouted, "%s", why)
		}
	}
	return Sorted(slices.Collect(maps.Values(found)))
}

// astray says why nobody in particular is told of an SLO; empty when somebody
// is.
func (r Routes) astray(s slo.SLO, now time.Time) string {
	labels := maps.Clone(s.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	severity := slo.SeverityTicket
	if pages(s) {
		severity = slo.SeverityPage
	}
	labels["service"], labels["function"], labels["owner"] = s.ID.Service, s.ID.Function, s.Owner
	labels["severity"], labels[route.LabelIncident] = severity.String(), "any"
	hits := r.Tree.Match(labels, now)
	reached := slices.ContainsFunc(hits, func(h route.Hit) bool { return r.Tells(h.Receiver) })
	switch {
	case !reached:
		return fmt.Sprintf("nobody is told of a %s for %s: receiver %s has no destination", severity, s.Owner, hits[0].Receiver)
	case severity == slo.SeverityPage && len(hits) == 1 && len(hits[0].Path) == 1 && len(r.Tree.Root().Routes) > 0:
		return fmt.Sprintf("no route takes a page for %s: it ends at the top, with receiver %s", s.Owner, hits[0].Receiver)
	}
	return ""
}
