package gitdiff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// git is the program in a folder.
type git struct{ dir string }

// failure is what git said when it gave up.
type failure struct {
	code   int
	stderr string
}

// Error is the first line that git wrote.
func (f *failure) Error() string {
	line, _, _ := strings.Cut(strings.TrimSpace(f.stderr), "\n")
	if line == "" {
		return fmt.Sprintf("git ended with %d", f.code)
	}
	return "git says: " + line
}

// errNoGit says that there is no program to ask.
var errNoGit = errors.New("the git program is not installed, or not in PATH")

// safely keeps git from what a repository would have it do: run programs, or take a
// folder that somebody committed for a repository with a configuration of its own.
var safely = []string{"-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull, "-c", "safe.bareRepository=explicit"}

// run returns what a verb writes. The error is a [*failure] when git ran.
func (g git) run(ctx context.Context, input io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", slices.Concat([]string{"--no-pager"}, safely, args)...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = g.dir, input, &stdout, &stderr
	// Locks are for those who write, and messages are read by a program.
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && ctx.Err() == nil {
		return nil, &failure{code: exit.ExitCode(), stderr: stderr.String()}
	}
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errNoGit
	}
	return stdout.Bytes(), err
}

// line is the output of a verb that answers with one line.
func (g git) line(ctx context.Context, args ...string) (string, error) {
	out, err := g.run(ctx, nil, args...)
	return strings.TrimRight(string(out), "\r\n"), err
}
