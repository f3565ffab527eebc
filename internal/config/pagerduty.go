package config

import (
	"slices"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// PagerDuty is an integration of the Events API v2.
type PagerDuty struct {
	Name           string     // tells it from the others of the receiver; unless it was given, from the routing key
	RoutingKey     Credential // 32 characters
	URL            string     // empty is PagerDuty's own, of the United States
	TicketSeverity string     // of incidents that wake nobody; empty is warning
	Words          Words
	SendResolved   bool
	HTTP           HTTPClient
}

// ticketSeverities are PagerDuty's words, and none for no tickets at all.
var ticketSeverities = []string{"info", "warning", "error", "critical", "none"}

func (r *reader) readPagerDuty(m *strictyaml.Map, named destinations) PagerDuty {
	p := PagerDuty{SendResolved: readSendResolved(m)}
	p.RoutingKey = r.readCredential(m, "routing_key", nil)
	if v, ok := m.Take("url"); ok {
		if u, ok := readURL(v); ok {
			p.URL = u.String()
		}
	}
	if v, ok := m.Take("ticket_severity"); ok {
		if word, ok := v.Text(); ok {
			p.TicketSeverity = word
			if !slices.Contains(ticketSeverities, word) {
				v.Errorf("ticket_severity must be one of %s", strings.Join(ticketSeverities, ", "))
			}
		}
	}
	p.Words = r.readWords(m)
	p.HTTP = r.readHTTPClient(m)
	if !m.Has("routing_key") && !m.Has("routing_key_file") {
		m.Value().Errorf("missing key %q, or routing_key: the integration key of an Events API v2 integration", "routing_key_file")
	}
	p.Name = readDestinationName(m, credentialName(p.RoutingKey))
	named.add("pagerduty", p.Name, m.Value())
	m.Done()
	return p
}
