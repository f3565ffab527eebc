package config

import (
	"maps"
	"slices"

	"github.com/prometheus/alertmanager/matcher/parse"
	promconfig "github.com/prometheus/common/config"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// readNotifications reads route and receivers, which only make sense together.
func (r *reader) readNotifications(m *strictyaml.Map) {
	places := map[string]strictyaml.Value{}
	receivers, hasReceivers := m.Take("receivers")
	if hasReceivers {
		r.readReceivers(receivers, places)
	}
	route, hasRoute := m.Take("route")
	switch {
	case hasRoute:
		used := map[string]bool{}
		root := &routeReader{receivers: places, used: used}
		node := root.read(route, true)
		r.config.Route = &node
		for name, at := range places {
			if !used[name] {
				at.Warnf("receiver %q is not used by any route", name)
			}
		}
	case len(places) > 0:
		receivers.Errorf("there are receivers and no route to them: add route: {receiver: %s}", r.config.Receivers[0].Name)
	}
}

// routeReader reads the routing tree against the receivers there are.
type routeReader struct {
	receivers map[string]strictyaml.Value
	used      map[string]bool
}

func (r *routeReader) read(v strictyaml.Value, root bool) Route {
	var route Route
	m, ok := v.Map()
	if !ok {
		return route
	}
	m.Reserve("group_by", "group_wait", "group_interval", "repeat_interval",
		"mute_time_intervals", "active_time_intervals", "escalation")
	route.Receiver = r.readReceiverName(m, root)
	if matchers, ok := m.Take("matchers"); ok {
		route.readMatchers(matchers)
		if root {
			matchers.Errorf("the top route takes everything: move its matchers to a route below it")
		}
	}
	if more, ok := m.Take("continue"); ok {
		route.Continue, _ = more.Bool()
		if root {
			more.Errorf("the top route has no siblings: remove continue")
		}
	}
	if routes, ok := m.Take("routes"); ok {
		items, _ := routes.List()
		for _, item := range items {
			route.Routes = append(route.Routes, r.read(item, false))
		}
	}
	m.Done()
	return route
}

func (r *routeReader) readReceiverName(m *strictyaml.Map, root bool) string {
	take := m.Take
	if root {
		take = m.Require
	}
	v, ok := take("receiver")
	if !ok {
		return ""
	}
	name, ok := v.Text()
	switch _, known := r.receivers[name]; {
	case !ok || known:
	case len(r.receivers) == 0:
		v.Errorf("unknown receiver %q: define it under receivers", name)
	default:
		v.Errorf("unknown receiver %q: %s", name, strictyaml.Suggest(name, slices.Sorted(maps.Keys(r.receivers))))
	}
	r.used[name] = true
	return name
}

func (route *Route) readMatchers(v strictyaml.Value) {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("matchers is empty: such a route takes everything; leave the key out if that is meant")
	}
	for _, item := range items {
		text, ok := item.Text()
		if !ok {
			continue
		}
		matchers, err := parse.Matchers(text)
		if err != nil {
			item.Errorf(`not a valid matcher such as severity="page": %v`, err)
			continue
		}
		route.Matchers = append(route.Matchers, matchers...)
	}
}

func (r *reader) readReceivers(v strictyaml.Value, places map[string]strictyaml.Value) {
	items, _ := v.List()
	for _, item := range items {
		m, ok := item.Map()
		if !ok {
			continue
		}
		var receiver Receiver
		m.Reserve("github_configs", "jira_configs", "email_configs")
		if name, ok := m.Require("name"); ok {
			receiver.Name, ok = name.Text()
			if first, twice := places[receiver.Name]; twice {
				name.Errorf("receiver %q is already defined at %s", receiver.Name, first.Position())
			} else if ok {
				places[receiver.Name] = name
			}
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
	w.Words = r.readWords(m)
	w.HTTP = readHTTPClient(m, r.dir)
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
