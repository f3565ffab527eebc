// Package testbin finds the real programs that end-to-end tests run against:
// Prometheus servers, VictoriaMetrics, an Alertmanager and a browser.
//
// Plain go test needs none of them, so it skips those tests and says how to run them.
// make test gets the programs first, names them in the environment, and sets
// SLOFUSE_E2E, which turns a missing program into a failure: there, nothing is
// skipped.
package testbin

import (
	"fmt"
	"os"
	"testing"
)

// required is the variable that turns a missing program into a failure.
const required = "SLOFUSE_E2E"

// Prometheus is the path of a Prometheus server, 2.42 or newer.
func Prometheus(t testing.TB) string {
	t.Helper()
	return need(t, os.Getenv, "SLOFUSE_PROMETHEUS", "a Prometheus server")
}

// PrometheusDebian is the path of the Prometheus server of Debian 12, which is
// 2.42: what many still run.
func PrometheusDebian(t testing.TB) string {
	t.Helper()
	return need(t, os.Getenv, "SLOFUSE_PROMETHEUS_DEBIAN", "an old Prometheus server")
}

// VictoriaMetrics is the path of a VictoriaMetrics of a single node.
func VictoriaMetrics(t testing.TB) string {
	t.Helper()
	return need(t, os.Getenv, "SLOFUSE_VICTORIAMETRICS", "a VictoriaMetrics")
}

// Alertmanager is the path of an Alertmanager.
func Alertmanager(t testing.TB) string {
	t.Helper()
	return need(t, os.Getenv, "SLOFUSE_ALERTMANAGER", "an Alertmanager")
}

// Chromium is the path of a Chromium or Chrome.
func Chromium(t testing.TB) string {
	t.Helper()
	return need(t, os.Getenv, "SLOFUSE_CHROMIUM", "a Chromium")
}

// outcome is how a test goes on without a program.
type outcome interface {
	Helper()
	Skip(args ...any)
	Fatal(args ...any)
}

// need reads the path of a program from a variable of the environment.
func need(t outcome, getenv func(string) string, variable, program string) string {
	t.Helper()
	path := getenv(variable)
	switch {
	case path != "":
	case getenv(required) != "":
		t.Fatal(fmt.Sprintf("%s is set and %s is not: run make test, which finds %s", required, variable, program))
	default:
		t.Skip(fmt.Sprintf("needs %s in %s: run make test, which finds one", program, variable))
	}
	return path
}
