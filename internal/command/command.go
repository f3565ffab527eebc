package command

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"syscall"
	"time"
)

// Command is what to run, and with what.
type Command struct {
	Line   string    // for sh -c
	Env    []string  // all of its environment, as [os.Environ] has it
	Stdin  []byte    // it need not be read
	Output io.Writer // takes what is written to stdout and to stderr
	// Limit is how long it may take. Then it and all it started are told to end,
	// and are killed when they have not after Grace.
	Limit time.Duration
	Grace time.Duration
}

// ErrLimit is returned for a command that took longer than its limit.
var ErrLimit = errors.New("it took too long and was stopped")

// ErrInterrupted is returned for a command that was stopped with its context.
var ErrInterrupted = errors.New("it was interrupted")

// Run runs a command and waits for its end: nil when it exits with 0, an
// [exec.ExitError] with another status, or why it had to be stopped. What it left
// running in the background goes on, unless it was stopped.
func Run(ctx context.Context, c Command) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.Limit, ErrLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", c.Line)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Env, bytes.NewReader(c.Stdin), c.Output, c.Output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that all it starts can be told at once
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = c.Grace
	err := cmd.Run()
	switch {
	case ctx.Err() == nil && errors.Is(err, exec.ErrWaitDelay): // it ended well, and left something that can still write
		return nil
	case ctx.Err() == nil || err == nil:
		return err
	}
	if cmd.Process != nil {
		end(cmd.Process.Pid, c.Grace)
	}
	if errors.Is(context.Cause(ctx), ErrLimit) {
		return ErrLimit
	}
	return ErrInterrupted
}

// look is how often [end] looks whether a group is gone.
const look = 20 * time.Millisecond

// end waits for the processes of a group to end, and kills what has not.
func end(group int, grace time.Duration) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for range grace / look {
		if syscall.Kill(-group, 0) != nil {
			return // nobody is left
		}
		<-ticker.C
	}
	_ = syscall.Kill(-group, syscall.SIGKILL) // it may have ended just now
}
