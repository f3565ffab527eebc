package main

import (
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/heartbeat"
)

// pulse is how the service does, for whoever watches it from outside.
func (s *service) pulse() heartbeat.Pulse {
	sender := s.sender.Health()
	p := heartbeat.Pulse{Asked: sender.Asked, Owed: sender.Owed, To: sender.To}
	if failed := s.undecided.Load(); failed != nil {
		p.Failed = *failed
	}
	if at := s.committed.Load(); at != nil {
		p.Committed = *at
	}
	return p
}

func buildHeartbeats(list []config.Heartbeat) ([]heartbeat.Receiver, error) {
	var out []heartbeat.Receiver
	for _, h := range list {
		client, err := httpClient(h.HTTP, "heartbeat")
		if err != nil {
			return nil, usagef("heartbeat %s: %w", h.Name, err)
		}
		out = append(out, heartbeat.Receiver{Name: h.Name, URL: h.URL.Read, Method: h.Method, Every: h.Every, Client: client})
	}
	return out, nil
}
