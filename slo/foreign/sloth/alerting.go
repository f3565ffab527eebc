package sloth

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// rules are what becomes of an SLO's alerting; nil where nothing is said.
type rules struct {
	links, maxSeverity, policy *yaml.Node
}

// The tiers of the default policy, which stand for Sloth's four alerts.
var (
	pageTiers   = []string{"fast", "slow"}
	ticketTiers = []string{"steady", "drain"}
)

// readAlerting translates what an SLO asks of alerts. Labels of both its alerts
// become labels of the SLO, since those are what routes go by.
func (t *translation) readAlerting(m *strictyaml.Map, labels *foreign.Labels) rules {
	var r rules
	v, ok := m.Take("alerting")
	if !ok || v.IsEmpty() {
		return r
	}
	alerting, _ := v.Map()
	if name, ok := alerting.Take("name"); ok && !name.IsEmpty() {
		foreign.Lost(name, "alerting.name: alerts and incidents are named after service, function and SLO")
	}
	if own, ok := alerting.Take("labels"); ok && !own.IsEmpty() {
		addLabels(labels, own)
	}
	if own, ok := alerting.Take("annotations"); ok && !own.IsEmpty() {
		r.links = t.readAnnotations(own)
	}
	page, pageAt := readAlert(alerting, t.keys.pageAlert)
	ticket, ticketAt := readAlert(alerting, t.keys.ticketAlert)
	foreign.Done(alerting)
	switch {
	case !page && !ticket:
		r.policy = t.without(pageAt, append(pageTiers[:2:2], ticketTiers...))
	case !page:
		r.maxSeverity = t.Text(pageAt, "ticket")
	case !ticket:
		r.policy = t.without(ticketAt, ticketTiers)
	}
	return r
}

// addLabels adds the labels of alerts to those of the SLO.
func addLabels(labels *foreign.Labels, v strictyaml.Value) {
	for _, label := range foreign.ReadLabels(v) {
		other, taken := labels.Find(label.Name)
		switch {
		case !taken:
			*labels = append(*labels, label)
		case other.Text != label.Text:
			foreign.Lost(label.Key, "alerting.labels.%s: the SLO has the label with another value, %q", label.Name, other.Text)
		}
	}
}

// readAlert reads one of the two alerts: whether it is wanted, and where that
// stands.
func readAlert(m *strictyaml.Map, key string) (wanted bool, at strictyaml.Value) {
	v, ok := m.Take(key)
	if !ok || v.IsEmpty() {
		return true, m.Value()
	}
	alert, _ := v.Map()
	wanted, at = true, v
	if disable, ok := alert.Take("disable"); ok {
		off, _ := disable.Bool()
		wanted, at = !off, disable
	}
	for _, name := range []string{"labels", "annotations"} {
		if own, ok := alert.Take(name); ok && !own.IsEmpty() && wanted {
			foreign.Lost(own, "%s.%s: slofuse has one set of labels for both severities; routes of the configuration tell page from ticket", key, name)
		}
	}
	foreign.Done(alert)
	return wanted, at
}

// without is the default policy without some of its tiers.
func (t *translation) without(at strictyaml.Value, tiers []string) *yaml.Node {
	off := t.Map(at)
	for _, name := range tiers {
		foreign.Put(off, name, t.Text(at, "off"))
	}
	policy := foreign.Flow(t.Map(at))
	foreign.Put(policy, "tiers", off)
	return policy
}

// linkAnnotations are the annotations that are links, and what these are called
// here.
var linkAnnotations = map[string]string{
	"runbook": "runbook", "runbook_url": "runbook", "runbookUrl": "runbook", "runbookURL": "runbook",
	"dashboard": "dashboard", "dashboard_url": "dashboard", "dashboardUrl": "dashboard", "dashboardURL": "dashboard",
}

// readAnnotations keeps links, and reports texts.
func (t *translation) readAnnotations(v strictyaml.Value) *yaml.Node {
	links := t.Map(v)
	for _, a := range foreign.ReadLabels(v) {
		name, isLink := linkAnnotations[a.Name]
		switch {
		case !isLink:
			foreign.Lost(a.Key, "alerting.annotations.%s: messages are worded by slofuse, out of the description, the links and the numbers", a.Name)
		case strings.Contains(a.Text, "{{") || !strings.HasPrefix(a.Text, "http"):
			foreign.Lost(a.Key, "alerting.annotations.%s: a link is a URL without templates of alerts", a.Name)
		default:
			foreign.Put(links, name, t.Text(a.Value, a.Text))
		}
	}
	if len(links.Content) == 0 {
		return nil
	}
	return links
}
