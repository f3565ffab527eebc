package main

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/config"
)

// engineSettings are what the configuration says to the engine.
func engineSettings(cfg *config.Config, targets []notify.Target) (alerting.Settings, error) {
	to := byReceiver(targets)
	router, err := buildRouter(cfg.Route, to)
	return alerting.Settings{
		Route: router, Reopen: cfg.Alerting.Reopen, AckPage: cfg.Alerting.AckPage, AckTicket: cfg.Alerting.AckTicket,
		Platform: to[cfg.Alerting.SourceDownReceiver], ExternalURL: cfg.ExternalURL,
	}, err
}

// addresses are the destinations of each receiver.
type addresses map[string][]alerting.Destination

func byReceiver(targets []notify.Target) addresses {
	to := addresses{}
	for _, t := range targets {
		to[t.Destination.Receiver] = append(to[t.Destination.Receiver], t.Destination)
	}
	return to
}

// buildRouter turns the tree into destinations: those of every receiver it picks.
func buildRouter(root *route.Node, to addresses) (alerting.Router, error) {
	if root == nil {
		return nil, nil
	}
	tree, err := route.New(*root)
	if err != nil {
		return nil, usagef("%w", err)
	}
	return func(labels map[string]string, at time.Time) []alerting.Route {
		var out []alerting.Route
		for _, hit := range tree.Match(labels, at) {
			out = append(out, to.route(hit))
		}
		return out
	}, nil
}

func (to addresses) route(h route.Hit) alerting.Route {
	r := alerting.Route{
		Destinations: to[h.Receiver], Group: h.Group, GroupWait: &h.GroupWait, GroupInterval: h.GroupInterval,
		RepeatInterval: h.RepeatInterval, Muted: h.Muted,
	}
	for _, step := range h.Escalation.Steps {
		r.Escalation = append(r.Escalation, alerting.EscalationStep{After: step.After, Destinations: to[step.Receiver]})
	}
	return r
}
