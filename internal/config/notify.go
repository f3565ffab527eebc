package config

import (
	promconfig "github.com/prometheus/common/config"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// readNotifications reads who is told of what and when. What routes name is read
// before them.
func (r *reader) readNotifications(m *strictyaml.Map) {
	receivers, hasReceivers := m.Take("receivers")
	if hasReceivers {
		r.readReceivers(receivers)
	}
	intervals := r.readTimeIntervals(m)
	escalations := r.readEscalations(m)
	if v, ok := m.Take("alerting"); ok {
		r.readAlerting(v, &r.config.Alerting)
	}
	v, hasRoute := m.Take("route")
	if hasRoute {
		tree := routeReader{receivers: &r.receivers, named: &r.intervals, intervals: intervals, steps: &r.escalations, escalations: escalations}
		node := tree.read(v, true)
		r.config.Route = &node
		r.receivers.warnUnused()
	} else if len(r.config.Receivers) > 0 {
		receivers.Errorf("there are receivers and no route to them: add route: {receiver: %s}", r.config.Receivers[0].Name)
	}
	r.intervals.warnUnused()
	r.escalations.warnUnused()
}

func (r *reader) readReceivers(v strictyaml.Value) {
	items, _ := v.List()
	for _, item := range items {
		m, ok := item.Map()
		if !ok {
			continue
		}
		var receiver Receiver
		m.Reserve("github_configs", "jira_configs", "email_configs")
		if name, ok := m.Require("name"); ok {
			receiver.Name, _ = r.receivers.define(name)
		}
		named := destinations{}
		each(m, "slack_configs", func(m *strictyaml.Map) {
			receiver.Slack = append(receiver.Slack, r.readSlack(m, named))
		})
		each(m, "webhook_configs", func(m *strictyaml.Map) {
			receiver.Webhooks = append(receiver.Webhooks, r.readWebhook(m, named))
		})
		each(m, "pagerduty_configs", func(m *strictyaml.Map) {
			receiver.PagerDuty = append(receiver.PagerDuty, r.readPagerDuty(m, named))
		})
		each(m, "alertmanager_configs", func(m *strictyaml.Map) {
			receiver.Alertmanagers = append(receiver.Alertmanagers, r.readAlertmanager(m, named))
		})
		m.Done()
		r.config.Receivers = append(r.config.Receivers, receiver)
	}
}

// each reads a key that holds a list of mappings.
func each(m *strictyaml.Map, key string, read func(m *strictyaml.Map)) {
	v, ok := m.Take(key)
	if !ok {
		return
	}
	items, _ := v.List()
	for _, item := range items {
		if entry, ok := item.Map(); ok {
			read(entry)
		}
	}
}

func (r *reader) readWebhook(m *strictyaml.Map, named destinations) Webhook {
	w := Webhook{SendResolved: readSendResolved(m)}
	w.URL = r.readCredential(m, "url", isURL)
	w.Secret = r.readCredential(m, "secret", nil)
	w.MaxPerSecond = readMaxPerSecond(m)
	w.Words = r.readWords(m)
	w.HTTP = r.readHTTPClient(m)
	if !m.Has("url") && !m.Has("url_file") {
		m.Value().Errorf("missing key %q, or url_file", "url")
	}
	w.Name = readDestinationName(m, credentialName(w.URL))
	named.add("webhook", w.Name, m.Value())
	m.Done()
	return w
}

func readSendResolved(m *strictyaml.Map) bool {
	if v, ok := m.Take("send_resolved"); ok {
		send, _ := v.Bool()
		return send
	}
	return true
}

// readCredential reads a secret from a key, or from the key's _file variant.
func (r *reader) readCredential(m *strictyaml.Map, key string, check func(string) error) Credential {
	var c Credential
	if v, ok := m.Take(key); ok {
		if text, ok := v.Text(); ok {
			c.Inline = Secret(text)
			if err := checkSecret(text, check); err != nil {
				v.Errorf("%s %v", key, err)
			}
		}
	}
	if v, ok := m.Take(key + "_file"); ok {
		if text, ok := v.Text(); ok {
			c.File = promconfig.JoinDir(r.dir, text)
			r.note(v, c.File, everyLine(check))
		}
		if m.Has(key) {
			v.Errorf("set either %s or %s_file", key, key)
		}
	}
	return c
}

func checkSecret(text string, check func(string) error) error {
	if check == nil {
		return nil
	}
	return check(text)
}

func isURL(text string) error {
	_, err := checkURL(text)
	return err
}
