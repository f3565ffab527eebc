package config

import (
	"cmp"
	"maps"
	"slices"

	"github.com/slofuse/slofuse/alerting/notify/slack"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

func (r *reader) readSlack(m *strictyaml.Map, named destinations) Slack {
	s := Slack{SendResolved: readSendResolved(m)}
	if channel, ok := m.Take("channel"); ok {
		s.Channel, _ = channel.Text()
	}
	s.Token = r.readCredential(m, "token", nil)
	s.APIURL = r.readCredential(m, "api_url", isURL)
	s.AppToken = r.readCredential(m, "app_token", nil)
	s.SigningSecret = r.readCredential(m, "signing_secret", nil)
	s.Mentions = readMentions(m)
	s.Words = r.readWords(m)
	s.HTTP = r.readHTTPClient(m)
	hasToken, hasURL := m.Has("token") || m.Has("token_file"), m.Has("api_url") || m.Has("api_url_file")
	switch {
	case hasToken == hasURL:
		m.Value().Errorf("a Slack destination needs either token_file (or token), or api_url_file (or api_url)")
	case hasToken && !m.Has("channel"):
		m.Value().Errorf("missing key %q: a token may post to many channels", "channel")
	}
	s.Name = readDestinationName(m, cmp.Or(s.Channel, credentialName(s.APIURL)))
	named.add("slack", s.Name, m.Value())
	m.Done()
	return s
}

// severities are what can be mentioned for.
var severities = map[string]slo.Severity{"page": slo.SeverityPage, "ticket": slo.SeverityTicket}

// readMentions reads who is mentioned: mention for everything that asks for
// somebody, mentions by severity.
func readMentions(m *strictyaml.Map) slack.Mentions {
	out := slack.Mentions{}
	if v, ok := m.Take("mention"); ok {
		text := readMention(v)
		for _, severity := range severities {
			out[severity] = text
		}
	}
	v, ok := m.Take("mentions")
	if !ok {
		return out
	}
	by, ok := v.Map()
	if !ok {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(severities)) {
		if v, ok := by.Take(name); ok {
			out[severities[name]] = readMention(v)
		}
	}
	by.Done()
	return out
}

func readMention(v strictyaml.Value) string {
	text, ok := v.Text()
	if !ok {
		return ""
	}
	mention, err := slack.ParseMention(text)
	if err != nil {
		v.Errorf("%v", err)
	}
	return mention
}
