package openslo

import (
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
)

// putAlerting writes what the policies of an SLO ask for, of what slofuse has as
// well: whether it alerts at all, whether it may page, and what vanished data asks
// for. An SLO without policies has the defaults.
func (t *translation) putAlerting() {
	at, ok := t.spec.Take("alertPolicies")
	if !ok || at.IsEmpty() {
		return
	}
	policies := t.readPolicies(at)
	if len(policies) == 0 {
		return
	}
	all := func(holds func(policy) bool) bool {
		for _, p := range policies {
			if !holds(p) {
				return false
			}
		}
		return true
	}
	tickets := all(func(p policy) bool { return p.severity == slo.SeverityTicket })
	if all(func(p policy) bool { return p.breaches == no }) {
		foreign.Put(t.root, "policy", t.Without(at, foreign.DefaultTiers))
	}
	if tickets {
		foreign.Put(t.root, "max_severity", t.Text(at, slo.SeverityTicket.String()))
	}
	switch {
	case all(func(p policy) bool { return p.noData == no }):
		foreign.Put(t.root, "no_data", t.Text(at, "ignore"))
	case !all(func(p policy) bool { return p.noData != yes || p.severity != slo.SeverityPage }):
		foreign.Put(t.root, "no_data", t.Text(at, slo.SeverityPage.String()))
	}
}

// readPolicies reads the policies that an SLO names or holds.
func (t *translation) readPolicies(v strictyaml.Value) []policy {
	items, _ := v.List()
	var policies []policy
	for _, item := range items {
		var o *object
		var ok bool
		if item.IsMap() {
			o, ok = t.resolve(item, "alertPolicyRef", kindPolicy)
		} else {
			o, ok = t.find(item, kindPolicy)
		}
		if ok {
			policies = append(policies, o.policy)
		}
	}
	return policies
}
