package main

import (
	"cmp"
	"maps"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/sample"
	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

var _ site.Routes = (*routing)(nil)

// routing is who is told of what, for the pages.
type routing struct{ inForce atomic.Pointer[routesInForce] }

// routesInForce are the routes of a configuration and its destinations, and what the
// status says of the configuration.
type routesInForce struct {
	written *route.Node
	tree    *route.Tree
	to      addresses
	targets []notify.Target

	externalURL string

	file      string // of the configuration; empty when flags say it all
	sloFiles  []string
	retention time.Duration // of counts
	beats     []string      // names of the heartbeats
}

// routesOf are the routes of a configuration that was checked.
func routesOf(s *settings, targets []notify.Target) (*routesInForce, error) {
	cfg := s.config
	r := &routesInForce{written: cfg.Route, to: byReceiver(targets), targets: targets, externalURL: cfg.ExternalURL, file: s.file, sloFiles: cfg.SLOFiles, retention: cfg.Storage.Retention}
	for _, h := range cfg.Heartbeats {
		r.beats = append(r.beats, h.Name)
	}
	if cfg.Route == nil {
		return r, nil
	}
	var err error
	r.tree, err = route.New(*cfg.Route)
	return r, err
}

// Routes are the routes in force.
func (r *routing) Routes() (written *route.Node, inForce *route.Tree) {
	now := r.inForce.Load()
	return now.written, now.tree
}

// Destinations are the names of the destinations of a receiver.
func (r *routing) Destinations(receiver string) []string { return r.inForce.Load().to.names(receiver) }

// names are those of the destinations of a receiver.
func (to addresses) names(receiver string) []string {
	names := []string{}
	for _, d := range to[receiver] {
		names = append(names, d.Name)
	}
	return names
}

// about makes a notification one of an alert with these labels alone, with links to this
// slofuse. What it describes and links to is another function's, so it is left out.
func about(n *alerting.Notification, labels map[string]string, externalURL string) {
	id := slo.ID{Service: labels["service"], Function: labels["function"], Name: cmp.Or(labels["slo"], n.Facts[0].ID.Name)}
	n.Reason = strings.Replace(n.Reason, n.Facts[0].ID.Name+":", id.Name+":", 1)
	n.ExternalURL = externalURL
	n.Incident.Service, n.Incident.Function, n.Incident.Owner = id.Service, id.Function, labels["owner"]
	n.Incident.Labels = maps.Clone(labels)
	n.Facts = n.Facts[:1]
	n.Facts[0].ID, n.Facts[0].Labels, n.Facts[0].Links, n.Facts[0].Description = id, n.Incident.Labels, nil, ""
}

// Sample is what the destinations of a receiver would be sent about an alert.
func (r *routing) Sample(receiver string, labels map[string]string) (out []site.Message) {
	for _, t := range r.inForce.Load().targets {
		previewer, ok := t.Notifier.(notify.Previewer)
		if t.Destination.Receiver != receiver || !ok {
			continue
		}
		n := sample.Page()
		if labels["severity"] == slo.SeverityTicket.String() {
			n = sample.Ticket()
		}
		n.Destination = t.Destination
		about(&n, labels, r.inForce.Load().externalURL)
		for _, p := range previewer.Preview(n) {
			if p.Text != "" {
				out = append(out, site.Message{Destination: t.Destination.Name, Text: p.Text})
				break
			}
		}
	}
	return out
}
