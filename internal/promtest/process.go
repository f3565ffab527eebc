package promtest

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/promserver"
)

// RunPrometheus starts a Prometheus server, 2.42 or newer, on an empty store and
// fills it. It returns its URL; the server ends with the test.
func RunPrometheus(tb testing.TB, binary string, samples *Samples) string {
	tb.Helper()
	dir := tb.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, []byte("global: {}\n"), 0o600); err != nil {
		tb.Fatal(err)
	}
	server := run(tb, binary, "/-/ready", func(address string) []string {
		return []string{
			"--config.file=" + config, "--storage.tsdb.path=" + filepath.Join(dir, "data"), "--storage.tsdb.retention.time=100y",
			"--web.listen-address=" + address, "--web.enable-remote-write-receiver", "--log.level=error",
			"--storage.tsdb.min-block-duration=2d", "--storage.tsdb.max-block-duration=2d", // the head takes half a day of series after series
		}
	})
	samples.Write(tb, server)
	return server.URL
}

// RunVictoriaMetrics is [RunPrometheus] for a VictoriaMetrics of a single node.
func RunVictoriaMetrics(tb testing.TB, binary string, samples *Samples) string {
	tb.Helper()
	server := run(tb, binary, "/health", func(address string) []string {
		return []string{"-storageDataPath=" + tb.TempDir(), "-httpListenAddr=" + address, "-retentionPeriod=100y", "-loggerLevel=ERROR"}
	})
	samples.Write(tb, server)
	// What was written is read only after a flush, by itself within seconds.
	resp, err := server.Get(tb.Context(), "/internal/force_flush")
	if err != nil {
		tb.Fatal(err)
	}
	_ = resp.Body.Close() // that it answered is enough
	return server.URL
}

// run starts a server for as long as the test lasts.
func run(tb testing.TB, binary, ready string, args func(address string) []string) *promserver.Server {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	server, err := promserver.Start(ctx, binary, ready, args)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := server.Stop(); err != nil {
			tb.Error(err)
		}
	})
	return server
}

// Front puts a [Server] before a real one: it has a time of its own, counts and
// refuses, and passes everything else on. What the real server holds is visible
// at all times.
func Front(tb testing.TB, behind string, now time.Time) *Server {
	tb.Helper()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 4}}
	tb.Cleanup(client.CloseIdleConnections)
	return serve(tb, now, func(*Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := forward(client, behind, w, r); err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
			}
		})
	})
}

// forward asks a server what was asked and answers what it does, each in one
// piece.
func forward(client *http.Client, behind string, w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(r.Context(), r.Method, behind+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header = r.Header.Clone()
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	maps.Copy(w.Header(), resp.Header)
	w.WriteHeader(resp.StatusCode)
	_, err = w.Write(answer)
	return err
}
