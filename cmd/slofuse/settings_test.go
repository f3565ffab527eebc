package main

import (
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// What is odd about the files is logged once when a service begins, and not by one
// that cannot begin.
func TestServeLogsEachWarningOnce(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "slofuse.yaml")
	writeFile(t, file, `
backends: [{name: main, url: http://localhost:9}]
slo_files: [slos]
route: {receiver: hook}
receivers: [{name: hook, webhook_configs: [{url: http://localhost:9/hook, secret_file: missing}]}]
`)
	writeFile(t, filepath.Join(dir, "slos", "a.yaml"), `
version: 1
service: shop
owner: team-shop
functions:
  - {name: pay, slos: [{name: easy, sli: {ratio: {total: calls_total, bad: failures_total}}, objective: 80%, window: 30d}]}
`)
	var log strings.Builder
	if _, err := settingsFrom(file, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"slofuse.yaml:5:88", `tier \"fast\" of policy`} {
		if got := strings.Count(log.String(), want); got != 1 {
			t.Errorf("%q is logged %d times:\n%s", want, got, log.String())
		}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	code, _, errs := runHere(t, newClock(wednesday), "serve", "--config.file", file, "--web.listen-address", taken.Addr().String())
	if code != exitUsage || !strings.Contains(errs, "in use") || strings.Contains(errs, "WARN") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
