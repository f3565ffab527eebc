package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The test binary is slofuse as well, for tests that need a process: on the
// clock of nowEnv where that is set, which scripts do.
const nowEnv = "TEST_NOW"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"slofuse": testedMain})
}

func testedMain() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := &cli{stdout: os.Stdout, stderr: os.Stderr, now: time.Now, wait: sleep, getenv: os.Getenv}
	if text := os.Getenv(nowEnv); text != "" {
		fixed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			panic(err)
		}
		c.now = func() time.Time { return fixed }
	}
	os.Exit(c.run(ctx, os.Args[1:]))
}
