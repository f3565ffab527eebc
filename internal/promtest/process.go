package promtest

import (
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// RunPrometheus starts a Prometheus server, 2.42 or newer, on an empty store and
// fills it. It returns its URL; the server ends with the test.
func RunPrometheus(tb testing.TB, binary string, samples *Samples) string {
	tb.Helper()
	dir, listen := tb.TempDir(), freeAddress(tb)
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, []byte("global: {}\n"), 0o600); err != nil {
		tb.Fatal(err)
	}
	// Blocks of two days let the head take half a day of series after series.
	runServer(tb, "http://"+listen+"/-/ready", binary,
		"--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+listen,
		"--web.enable-remote-write-receiver", "--storage.tsdb.retention.time=100y",
		"--storage.tsdb.min-block-duration=2d", "--storage.tsdb.max-block-duration=2d")
	samples.Write(tb, "http://"+listen+"/api/v1/write")
	return "http://" + listen
}

// RunVictoriaMetrics is [RunPrometheus] for a VictoriaMetrics of a single node.
func RunVictoriaMetrics(tb testing.TB, binary string, samples *Samples) string {
	tb.Helper()
	listen := freeAddress(tb)
	runServer(tb, "http://"+listen+"/health", binary,
		"-storageDataPath="+tb.TempDir(), "-httpListenAddr="+listen, "-retentionPeriod=100y")
	samples.Write(tb, "http://"+listen+"/api/v1/write")
	// What was written is read only after a flush, by itself within seconds.
	if !answers(tb, "http://"+listen+"/internal/force_flush") {
		tb.Fatal("VictoriaMetrics does not flush")
	}
	return "http://" + listen
}

// runServer starts a program and waits until a URL of it answers with success.
func runServer(tb testing.TB, ready, binary string, args ...string) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), binary, args...)
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for deadline := time.After(time.Minute); !answers(tb, ready); {
		select {
		case <-ended:
			tb.Fatalf("%s ended before it was ready: %v", binary, cmd.ProcessState)
		case <-deadline:
			tb.Fatalf("%s is not ready after a minute", binary)
		case <-again.C:
		}
	}
}

func answers(tb testing.TB, url string) bool {
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, url, nil)
	if err != nil {
		tb.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}

// freeAddress is an address that nobody listened on a moment ago.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	return address
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
