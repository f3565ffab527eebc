// Command slofuse watches service level objectives: it keeps the error budget
// of every function, pages when one burns too fast, shows all of it and stops a
// pipeline that would make it worse.
//
// This package is wiring only: one file per verb, and the service that `serve`
// and `demo` start.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // time zones also where the machine has none
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	c := &cli{stdout: os.Stdout, stderr: os.Stderr, now: time.Now, wait: sleep, getenv: os.Getenv}
	code := c.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
