package spec

import (
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// maxWindow bounds every window of a policy: a year, and the leap day.
const maxWindow = 366 * 24 * time.Hour

// chosenPolicy is the policy in force for an SLO: a named one, or one with
// changes written in the SLO file.
type chosenPolicy struct {
	slo.Policy
	changed []string // tiers whose burn rate the SLO file sets
}

// readPolicy reads a policy key: a name, or a base and what differs from it.
func (r *reader) readPolicy(v strictyaml.Value) (chosenPolicy, bool) {
	if !v.IsMap() {
		return r.namedPolicy(v)
	}
	m, _ := v.Map()
	chosen, ok := chosenPolicy{Policy: r.policies[DefaultPolicy]}, true
	if base, found := m.Take("base"); found {
		chosen, ok = r.namedPolicy(base)
	}
	if tiers, found := m.Take("tiers"); found && ok {
		chosen = overrideTiers(tiers, chosen)
	}
	if guard, found := m.Take("guard"); found {
		chosen.Guard = decodeGuard(guard, chosen.Guard)
	}
	if freeze, found := m.Take("freeze"); found {
		chosen.Freeze = decodeFreeze(freeze)
	}
	m.Done()
	return chosen, ok
}

func (r *reader) namedPolicy(v strictyaml.Value) (chosenPolicy, bool) {
	name, ok := v.Text()
	if !ok {
		return chosenPolicy{}, false
	}
	policy, ok := r.policies[name]
	if !ok {
		v.Errorf("unknown policy %q: %s (policies of your own stand in the service configuration)",
			name, strictyaml.Suggest(name, policyNames(r.policies)))
	}
	return chosenPolicy{Policy: policy}, ok
}

func overrideTiers(v strictyaml.Value, chosen chosenPolicy) chosenPolicy {
	chosen.Tiers = slices.Clone(chosen.Tiers)
	m, _ := v.Map()
	m.Each(func(key, body strictyaml.Value) {
		name, _ := key.Text()
		i := slices.IndexFunc(chosen.Tiers, func(t slo.TierRule) bool { return t.Name == name })
		switch {
		case i < 0:
			key.Errorf("policy %q has no tier %q: %s", chosen.Name, name, strictyaml.Suggest(name, tierNames(chosen.Tiers)))
		case body.IsMap():
			tier, _ := body.Map()
			chosen.Tiers[i] = decodeTier(tier, chosen.Tiers[i])
			if tier.Has("burn_rate") {
				chosen.changed = append(chosen.changed, name)
			}
		default:
			if text, ok := body.Text(); ok && text != "off" && text != "false" {
				body.Errorf("a tier is changed by a mapping such as {burn_rate: 10}, or left out with off")
			}
			chosen.Tiers = slices.Delete(chosen.Tiers, i, i+1)
		}
	})
	return chosen
}

func tierNames(tiers []slo.TierRule) []string {
	names := make([]string, len(tiers))
	for i, t := range tiers {
		names[i] = t.Name
	}
	return names
}

// tiers resolves the policy for an SLO and reports what does not fit: at the
// window where it is too short, at the objective where a tier is out of reach.
func (r *reader) tiers(p chosenPolicy, o objectiveKeys) []slo.Tier {
	if o.window.Length < p.MinWindow {
		o.windowAt.Errorf("a window of %s does not fit policy %q, which is made for windows from %s up%s",
			o.window.Name, p.Name, slo.FormatDuration(p.MinWindow), r.fitting(o.window.Length))
		return nil
	}
	tiers, unreachable := p.For(o.window.Length, o.objective)
	for _, t := range tiers {
		if t.Long > o.window.Length {
			o.windowAt.Errorf("tier %q of policy %q looks back %s, longer than the window of %s", t.Name, p.Name, slo.FormatDuration(t.Long), o.window.Name)
		}
	}
	for _, t := range unreachable {
		const message = "tier %q of policy %q can never fire: with an objective of %s no burn rate is above %.4g, and it asks for %g%s"
		if p.Embedded && !slices.Contains(p.changed, t.Name) {
			o.objectiveAt.Warnf(rule.TierUnreachable, message, t.Name, p.Name, o.objective, o.objective.MaxBurnRate(), t.BurnRate, "; it is left out")
		} else {
			o.objectiveAt.Errorf(message, t.Name, p.Name, o.objective, o.objective.MaxBurnRate(), t.BurnRate, "")
		}
	}
	return tiers
}

// fitting names the policies made for a window.
func (r *reader) fitting(window time.Duration) string {
	var fit []string
	for _, name := range policyNames(r.policies) {
		if r.policies[name].MinWindow <= window {
			fit = append(fit, name)
		}
	}
	if len(fit) == 0 {
		return "; no other policy fits it: define one in the service configuration, or take a longer window"
	}
	return "; policies that fit it: " + strings.Join(fit, ", ")
}
