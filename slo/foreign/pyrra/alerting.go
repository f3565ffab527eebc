package pyrra

import (
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
)

// severityKeys are Pyrra's four alerts on burn, fastest first: those of the tiers
// of the default policy.
var severityKeys = []string{"fastBurn", "mediumBurn", "slowBurn", "longTermBurn"}

// putAlerting writes whether and how urgently the SLO alerts.
func (t *translation) putAlerting(v strictyaml.Value) {
	m, _ := v.Map()
	for _, key := range []string{"name", "absentName"} {
		if name, ok := m.Take(key); ok && !name.IsBlank() {
			foreign.Lost(name, "alerting.%s: alerts and incidents are named after service, function and SLO", key)
		}
	}
	severities, hasSeverities := m.Take("severities")
	off, silent := readOff(m)
	absent, hasAbsent := m.Take("absent")
	foreign.Done(m)
	gone := slo.SeverityPage
	if hasSeverities && !severities.IsEmpty() {
		gone = t.putSeverities(severities, silent)
	}
	if silent {
		foreign.Put(t.slo, "policy", t.Without(off, foreign.DefaultTiers))
	}
	noData := t.Text(v, gone.String())
	if hasAbsent {
		if wanted, ok := absent.Bool(); ok && !wanted {
			noData = t.Text(absent, "ignore")
		}
	}
	foreign.Put(t.slo, "no_data", noData)
}

// readOff reads whether no burn is to alert, under the present name of the field
// or the former one, and where that stands.
func readOff(m *strictyaml.Map) (at strictyaml.Value, off bool) {
	if v, ok := m.Take("burnrates"); ok {
		wanted, sound := v.Bool()
		at, off = v, sound && !wanted
	}
	if v, ok := m.Take("disabled"); ok {
		if disabled, _ := v.Bool(); disabled {
			at, off = v, true
		}
	}
	return at, off
}

// putSeverities writes how urgent each tier is, where Pyrra's is not as in the
// default policy, and answers with that of absent data.
func (t *translation) putSeverities(v strictyaml.Value, silent bool) (absent slo.Severity) {
	m, _ := v.Map()
	absent = slo.SeverityPage
	if word, ok := m.Take("absent"); ok && !word.IsBlank() {
		if severity := foreign.ReadSeverity(word); severity != slo.SeverityNone {
			absent = severity
		}
	}
	tiers, pages := t.Map(v), 0
	for i, key := range severityKeys {
		standard := slo.SeverityPage
		if i >= len(foreign.PageTiers) {
			standard = slo.SeverityTicket
		}
		severity, at := standard, v
		if word, ok := m.Take(key); ok && !word.IsBlank() {
			at = word
			if known := foreign.ReadSeverity(word); known != slo.SeverityNone {
				severity = known
			}
		}
		if severity == slo.SeverityPage {
			pages++
		}
		if severity != standard {
			foreign.Put(tiers, foreign.DefaultTiers[i], t.tier(at, severity))
		}
	}
	foreign.Done(m)
	switch {
	case silent:
	case pages == 0:
		foreign.Put(t.slo, "max_severity", t.Text(v, slo.SeverityTicket.String()))
	case len(tiers.Content) > 0:
		policy := t.Map(v)
		foreign.Put(policy, "tiers", foreign.Flow(tiers))
		foreign.Put(t.slo, "policy", foreign.Flow(policy))
	}
	return absent
}

// tier is a tier of the default policy with another severity.
func (t *translation) tier(at strictyaml.Value, severity slo.Severity) *yaml.Node {
	m := foreign.Flow(t.Map(at))
	foreign.Put(m, "severity", t.Text(at, severity.String()))
	return m
}
