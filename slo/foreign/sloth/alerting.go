package sloth

import (
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// rules are what becomes of an SLO's alerting; nil where nothing is said.
type rules struct {
	links, maxSeverity, policy *yaml.Node
}

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
		r.links = t.Links("alerting.annotations.", foreign.ReadLabels(own))
	}
	page, pageAt := readAlert(alerting, t.keys.pageAlert)
	ticket, ticketAt := readAlert(alerting, t.keys.ticketAlert)
	foreign.Done(alerting)
	switch {
	case !page && !ticket:
		r.policy = t.Without(pageAt, foreign.DefaultTiers)
	case !page:
		r.maxSeverity = t.Text(pageAt, "ticket")
	case !ticket:
		r.policy = t.Without(ticketAt, foreign.TicketTiers)
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
