package spec

import (
	_ "embed" // for the default policy
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// DefaultPolicy is the name of the policy of SLOs that name none.
const DefaultPolicy = "default"

//go:embed policies/default.yaml
var embeddedPolicies []byte

// EmbeddedPolicies returns the policies that are shipped with slofuse.
func EmbeddedPolicies() []slo.Policy {
	docs, report := strictyaml.Parse("policies/default.yaml", embeddedPolicies)
	var policies []slo.Policy
	for _, doc := range docs {
		policies = append(policies, decodePolicies(doc)...)
	}
	if err := report.Problems().Err(); err != nil {
		panic("embedded policies: " + err.Error()) // shipped data, proved sound by a test
	}
	for i := range policies {
		policies[i].Embedded = true
	}
	return policies
}

// DecodePolicies reads a mapping from names to policies, as the service
// configuration holds it. The name of an embedded policy is taken. Problems go
// to the report of the value.
func DecodePolicies(v strictyaml.Value) []slo.Policy {
	policies := decodePolicies(v)
	m, _ := v.Map()
	for _, p := range EmbeddedPolicies() {
		if m.Has(p.Name) {
			m.Key(p.Name).Errorf("policy %q is built in: choose another name", p.Name)
		}
	}
	return policies
}

func decodePolicies(v strictyaml.Value) []slo.Policy {
	var policies []slo.Policy
	m, _ := v.Map()
	m.Each(func(key, body strictyaml.Value) {
		if name, ok := readName(key); ok {
			policies = append(policies, decodePolicy(name, body))
		}
	})
	return policies
}

func decodePolicy(name string, v strictyaml.Value) slo.Policy {
	// A policy without a guard of its own has that of the default policy, whose
	// numbers the tests hold to this line.
	p := slo.Policy{Name: name, Guard: slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2}}
	m, ok := v.Map()
	if !ok {
		return p
	}
	if source, ok := m.Take("source"); ok {
		p.Source, _ = source.Text()
	}
	if tiers, ok := m.Require("tiers"); ok {
		p.Tiers = decodeTiers(tiers)
	}
	if guard, ok := m.Take("guard"); ok {
		p.Guard = decodeGuard(guard, p.Guard)
	}
	if freeze, ok := m.Take("freeze"); ok {
		p.Freeze = decodeFreeze(freeze)
	}
	p.MinWindow = longestWindow(p.Tiers)
	if least, ok := m.Take("min_window"); ok {
		if d, ok := readSpanDuration(least); ok && d < p.MinWindow {
			least.Errorf("min_window must not be shorter than the longest tier window, %s", slo.FormatDuration(p.MinWindow))
		} else if ok {
			p.MinWindow = d
		}
	}
	m.Done()
	return p
}

// longestWindow is the shortest SLO window that is no shorter than any window
// of the tiers.
func longestWindow(tiers []slo.TierRule) time.Duration {
	var longest time.Duration
	for _, t := range tiers {
		longest = max(longest, t.Long.Fixed, t.Long.Min)
	}
	return longest
}

// builtIn are conditions that alerts tell apart from tiers by their names.
var builtIn = []string{"no_data", "traffic_drop"}

func decodeTiers(v strictyaml.Value) []slo.TierRule {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("a policy needs at least one tier")
	}
	var tiers []slo.TierRule
	for _, item := range items {
		m, ok := item.Map()
		if !ok {
			continue
		}
		var rule slo.TierRule
		if name, ok := m.Require("name"); ok {
			rule.Name, _ = readName(name)
			if slices.ContainsFunc(tiers, func(t slo.TierRule) bool { return t.Name == rule.Name }) {
				name.Errorf("tier %q is already defined", rule.Name)
			}
			if slices.Contains(builtIn, rule.Name) {
				name.Errorf("%q is a condition of its own beside every policy: choose another name", rule.Name)
			}
		}
		for _, key := range []string{"burn_rate", "long", "short", "severity"} {
			m.Require(key)
		}
		tiers = append(tiers, decodeTier(m, rule))
	}
	return tiers
}

// decodeTier reads the keys that are there over the rule it is given.
func decodeTier(m *strictyaml.Map, rule slo.TierRule) slo.TierRule {
	before := m.Value().Report().Errors()
	if v, ok := m.Take("burn_rate"); ok {
		rule.BurnRate, _ = v.Float()
	}
	if v, ok := m.Take("long"); ok {
		if span, ok := decodeSpan(v); ok {
			rule.Long = span
		}
	}
	if v, ok := m.Take("short"); ok {
		if span, ok := decodeSpan(v); ok {
			rule.Short = span
		}
	}
	if v, ok := m.Take("severity"); ok {
		if rule.Severity, _ = readSeverity(v); rule.Severity == slo.SeverityPage {
			rule.PageAfter = 0 // it pages at once
		}
	}
	if v, ok := m.Take("page_after"); ok {
		rule.PageAfter, _ = readSpanDuration(v)
	}
	m.Done()
	if m.Value().Report().Errors() == before {
		checkTier(m, rule)
	}
	return rule
}

func checkTier(m *strictyaml.Map, rule slo.TierRule) {
	if rule.Long.Fixed != 0 && rule.Short.Fixed >= rule.Long.Fixed {
		m.Value().Errorf("the short window of tier %q must be shorter than its long one", rule.Name)
	}
	if rule.PageAfter != 0 && rule.Severity != slo.SeverityTicket {
		m.Value().Errorf("page_after is for tickets that become pages: tier %q pages at once", rule.Name)
	}
}

// decodeSpan reads "1h", or {share: 1/10, min: 1d, max: 7d} of the window the
// span belongs to.
func decodeSpan(v strictyaml.Value) (slo.Span, bool) {
	if !v.IsMap() {
		d, ok := readSpanDuration(v)
		return slo.Span{Fixed: d}, ok
	}
	m, _ := v.Map()
	var span slo.Span
	before := v.Report().Errors()
	if share, ok := m.Require("share"); ok {
		span.Fraction = readShare(share)
	}
	if least, ok := m.Take("min"); ok {
		span.Min, _ = readSpanDuration(least)
	}
	if most, ok := m.Take("max"); ok {
		if span.Max, ok = readSpanDuration(most); ok && span.Max < span.Min {
			most.Errorf("max must not be below min")
		}
	}
	m.Done()
	return span, v.Report().Errors() == before
}

func readShare(v strictyaml.Value) int64 {
	const most = 10_000
	text, ok := v.Text()
	if !ok {
		return 1
	}
	n, isShare := strings.CutPrefix(text, "1/")
	share, err := strconv.ParseInt(n, 10, 64)
	if !isShare || err != nil || share < 2 || share > most {
		v.Errorf("a share is written like 1/10")
		return 1
	}
	return share
}

// readSpanDuration reads a window of a tier: whole minutes, since shorter ones
// see single scrapes.
func readSpanDuration(v strictyaml.Value) (time.Duration, bool) {
	d, ok := v.Duration()
	if ok && (d < time.Minute || d%time.Minute != 0 || d > maxWindow) {
		v.Errorf("%s is not a whole number of minutes between 1m and %s", slo.FormatDuration(d), slo.FormatDuration(maxWindow))
		return 0, false
	}
	return d, ok
}

func decodeGuard(v strictyaml.Value, guard slo.Guard) slo.Guard {
	m, _ := v.Map()
	set := func(key string, into *int64) {
		if value, ok := m.Take(key); ok {
			if n, ok := value.Int(1, 1_000_000_000); ok {
				*into = n
			}
		}
	}
	slots := int64(guard.TicketSlots)
	set("page", &guard.Page)
	guard.PageShort = min(guard.PageShort, guard.Page)
	set("page_short", &guard.PageShort)
	set("ticket", &guard.Ticket)
	slots = min(slots, guard.Ticket)
	set("ticket_slots", &slots)
	guard.TicketSlots = int(slots)
	m.Done()
	return guard
}

// decodeFreeze reads the share of the error budget at which releases stop, or off.
func decodeFreeze(v strictyaml.Value) slo.Freeze {
	text, ok := v.Text()
	if !ok || text == "off" || text == "false" {
		return slo.Freeze{}
	}
	share, err := slo.ParseShare(text)
	if err != nil {
		v.Errorf("freeze: %v: write the share of the error budget at which releases stop, 0%% for a budget that is spent, or off", err)
	}
	return slo.Freeze{On: err == nil, Remaining: share}
}

// policyNames lists the names of policies, for suggestions.
func policyNames(policies map[string]slo.Policy) []string {
	return slices.Sorted(maps.Keys(policies))
}
