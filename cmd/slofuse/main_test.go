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
// clock of nowEnv where that is set, which scripts do. It stands still but for the
// waits of the program, which are over at once.
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
		clock := newClock(fixed)
		c.now = clock.Now
		c.wait = func(ctx context.Context, d time.Duration) error { clock.advance(d); return ctx.Err() }
	}
	os.Exit(c.run(ctx, os.Args[1:]))
}
