package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"github.com/slofuse/slofuse/internal/command"
	"github.com/slofuse/slofuse/internal/report"
)

// commandGrace is how long the command of --on-fail has to clean up when it is
// stopped.
const commandGrace = 10 * time.Second

// reaction is what a closed gate sets off.
type reaction struct {
	line  string
	limit time.Duration
}

func (r *reaction) register(flags *pflag.FlagSet) {
	flags.StringVar(&r.line, "on-fail", "", "`COMMAND` for sh to run once when the gate is closed, with the verdict as JSON on its stdin")
	flags.DurationVar(&r.limit, "on-fail-timeout", 10*time.Minute, "how long COMMAND may take; then it and all it started are stopped")
}

// check refuses a command that is nothing: a variable that is not set would leave
// a release where it is.
func (r *reaction) check(given bool) error {
	switch {
	case given && strings.TrimSpace(r.line) == "":
		return usagef("--on-fail is empty: say what to run, such as --on-fail 'kubectl rollout undo deployment/checkout'")
	case r.limit <= 0:
		return usagef("--on-fail-timeout %s is no time: write a duration such as 10m", r.limit)
	}
	return nil
}

// survivePipes lets the gate write on after its reader has gone: what is to be run
// matters more than who looks on.
func survivePipes() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
}

// react runs the command on a verdict that failed. What comes of it changes no exit
// code: the gate is closed.
func (c *cli) react(ctx context.Context, r reaction, v conclusion) {
	if r.line == "" {
		return
	}
	stdin, err := json.Marshal(v.whole)
	if err != nil {
		fmt.Fprintln(c.stderr, "slofuse: --on-fail WAS NOT RUN:", err)
		return
	}
	fmt.Fprintf(c.stderr, "slofuse: the gate is closed, running %s\n", report.Plain(r.line))
	began := c.now()
	err = command.Run(ctx, command.Command{
		Line: r.line, Env: reactionEnv(v), Stdin: append(stdin, '\n'), Output: c.stderr, Limit: r.limit, Grace: commandGrace,
	})
	took := c.now().Sub(began).Round(time.Second)
	if err != nil {
		fmt.Fprintf(c.stderr, "slofuse: --on-fail FAILED after %s: %v. What it was to do may not be done: look now.\n", took, err)
		return
	}
	fmt.Fprintf(c.stderr, "slofuse: --on-fail is done after %s\n", took)
}

// reactionEnv is the environment of the command: ours, and the verdict. Without
// --on-fail, or a gate within the command would run it again.
func reactionEnv(v conclusion) []string {
	env := slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "SLOFUSE_ON_FAIL=") })
	return append(env, "SLOFUSE_VERDICT="+string(v.verdict), "SLOFUSE_FAILED="+strings.Join(v.failed, " "))
}
