package main

import (
	"errors"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slofuse/slofuse/examples"
	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/examples/fleet/sink"
)

// TestScripts runs the command lines of testdata/script. They find
//
//	$PROM    the simulated fleet, an afternoon on which one gateway burns
//	$SERVER  a slofuse that watches checkout, notify and reports of it
//	$STORAGE its database file
//	$SINK    what takes Slack messages and webhooks, as in the demo
//	$ROLLOUT another fleet, of which three functions have two versions at once
//	$VERSIONS a slofuse that watches two of them
//	$DOWN    an address where nobody listens
//	slos/    the SLO files of the demo
//
// and say with `exits CODE slofuse …` how a command must end.
func TestScripts(t *testing.T) {
	clock := newClock(wednesday)
	prom := newBackend(t, fleet.Options{Seed: 1, Now: clock.Now, Burning: 12 * time.Minute})
	dir := demoFiles(t)
	for _, other := range []string{"auth", "billing", "flags", "media", "onboarding", "search"} { // enough is enough
		if err := os.Remove(filepath.Join(dir, "slos", other+".yaml")); err != nil {
			t.Fatal(err)
		}
	}
	storage := filepath.Join(dir, "slofuse.db")
	server := start(t, configuration{backend: prom.URL, storage: storage}.write(t, dir), clock.Now)
	server.round()
	rollout := newSides(t, clock)
	versions := watchRollout(t, rollout, clock)
	down := nobody(t)
	taken := httptest.NewServer(sink.New(sink.Config{Now: clock.Now}))
	t.Cleanup(taken.Close)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(env *testscript.Env) error {
			env.Setenv("PROM", prom.URL)
			env.Setenv("SERVER", server.url)
			env.Setenv("STORAGE", storage)
			env.Setenv("DOWN", down)
			env.Setenv("ROLLOUT", rollout.URL)
			env.Setenv("VERSIONS", versions.url)
			env.Setenv("SINK", taken.URL)
			env.Setenv(nowEnv, wednesday.Format(time.RFC3339))
			return os.CopyFS(env.WorkDir, examples.Demo())
		},
	})
}

// nobody is the URL of a port that nobody listens on.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

// exits runs a program and compares its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGUMENT...]")
	}
	code := exitCodeOf(ts.Exec(args[1], args[2:]...))
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// exitCodeOf is the exit code of a program that ran, and -1 of one that did not.
func exitCodeOf(err error) int {
	if err == nil {
		return 0
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	return -1
}
