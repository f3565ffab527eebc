package main

import (
	"bytes"
	"log/slog"
	"net"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/internal/config"
)

// TestStatus_says_when_nothing_can_be_written takes the database away under a
// running service.
func TestStatus_says_when_nothing_can_be_written(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	file := filepath.Join(t.TempDir(), "slofuse.db")
	from := newBackend(t, fleet.Options{Seed: 1, Now: newClock(wednesday).Now})
	s, err := newService(t.Context(), serviceOptions{
		settings: func() (*settings, error) {
			cfg := config.Default()
			cfg.Backends = []config.Backend{{Name: "main", URL: from.URL}}
			cfg.Storage.Path = file
			return &settings{config: &cfg}, nil
		},
		listener: listener, log: slog.New(slog.NewTextHandler(new(bytes.Buffer), nil)), now: newClock(wednesday).Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if at := testutil.ToFloat64(s.metrics.reloadAt); at != float64(wednesday.Unix()) {
		t.Errorf("settings were put in force at %v", at)
	}
	if err := s.evaluator.Round(t.Context(), wednesday); err != nil || s.Status().Storage != "" {
		t.Fatalf("with a database: %v, %q", err, s.Status().Storage)
	}
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.evaluator.Round(t.Context(), wednesday.Add(s.step)); err == nil || s.Status().Storage == "" {
		t.Errorf("without one: %v, and the status says nothing", err)
	}
	for _, b := range s.Status().Backends {
		if !b.Up {
			t.Errorf("the backend is blamed: %s", b.Reason)
		}
	}
}
