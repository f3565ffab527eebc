package config

import (
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// Heartbeat is a receiver outside that is told that slofuse lives.
type Heartbeat struct {
	Name   string
	URL    Credential // whoever knows it can beat
	Method string     // GET or POST
	Every  time.Duration
	HTTP   HTTPClient
}

func (r *reader) readHeartbeats(m *strictyaml.Map) {
	each(m, "heartbeats", func(m *strictyaml.Map) {
		h := Heartbeat{Method: "GET", Every: time.Minute}
		if name, ok := m.Require("name"); ok {
			h.Name, _ = name.Text()
			if slices.ContainsFunc(r.config.Heartbeats, func(other Heartbeat) bool { return other.Name == h.Name }) {
				name.Errorf("heartbeat %q is already defined", h.Name)
			}
		}
		if every, ok := m.Take("every"); ok {
			h.Every, _ = every.Duration()
			if h.Every < 10*time.Second || h.Every > time.Hour {
				every.Errorf("every must be between 10s and 1h")
			}
		}
		if method, ok := m.Take("method"); ok {
			h.Method, _ = method.Text()
			if h.Method != http.MethodGet && h.Method != http.MethodPost {
				method.Errorf("method must be GET or POST")
			}
		}
		h.URL = r.readCredential(m, "url", isURL)
		if !m.Has("url") && !m.Has("url_file") {
			m.Value().Errorf("missing key %q, or url_file", "url")
		}
		h.HTTP = r.readHTTPClient(m)
		m.Done()
		r.config.Heartbeats = append(r.config.Heartbeats, h)
	})
}
