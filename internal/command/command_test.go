package command_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/command"
)

// run runs a line with a generous limit.
func run(t *testing.T, line string, change func(*command.Command)) (output string, err error) {
	t.Helper()
	var b bytes.Buffer
	c := command.Command{Line: line, Env: os.Environ(), Output: &b, Limit: time.Minute, Grace: 5 * time.Second}
	if change != nil {
		change(&c)
	}
	err = command.Run(t.Context(), c)
	return b.String(), err
}

func TestACommandIsRunAsAShellDoes(t *testing.T) {
	for line, want := range map[string]string{
		`echo 'a  b' "c d"`:              "a  b c d\n",
		`printf '%s|' "$GREETING" $LIST`: "good day|a|b|",
		`cat`:                            "from stdin",
		`echo out; echo err >&2`:         "out\nerr\n",
		`false || echo rescued`:          "rescued\n",
		`exit 0; echo never`:             "",
		``:                               "",
	} {
		got, err := run(t, line, func(c *command.Command) {
			c.Env, c.Stdin = append(c.Env, "GREETING=good day", "LIST=a b"), []byte("from stdin")
		})
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", line, got, err, want)
		}
	}
}

func TestTheStatusOfACommandIsKept(t *testing.T) {
	for line, want := range map[string]string{
		"exit 7": "exit status 7", "no-such-program": "exit status 127", "kill -9 $$": "signal: killed", "if then": "exit status 2",
	} {
		_, err := run(t, line, nil)
		if _, ok := errors.AsType[*exec.ExitError](err); !ok || err.Error() != want {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

func TestACommandNeedNotReadWhatItIsGiven(t *testing.T) {
	if _, err := run(t, "exit 0", func(c *command.Command) { c.Stdin = bytes.Repeat([]byte("x"), 1<<20) }); err != nil {
		t.Error(err)
	}
}

// ends reports whether a process ends within a second.
func ends(t *testing.T, pidFile string) bool {
	t.Helper()
	for range 50 {
		if ended(t, pidFile) {
			return true
		}
		<-time.After(20 * time.Millisecond)
	}
	return false
}

// ended reports whether a process is gone; a dead one may be left to somebody else
// to be waited for.
func ended(t *testing.T, pidFile string) bool {
	t.Helper()
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return syscall.Kill(pid, 0) != nil || err == nil && strings.Contains(string(stat), ") Z ")
}

func TestACommandThatTakesTooLongIsStoppedWithAllItStarted(t *testing.T) {
	for name, line := range map[string]string{
		"it ends when it is told":     `sleep 60 & echo $! > pid; wait`,
		"it does not":                 `trap '' TERM; (trap '' TERM; sleep 60; sleep 60) & echo $! > pid; wait; sleep 60`,
		"what it started does not":    `(trap '' TERM; sleep 60; sleep 60) & echo $! > pid; wait`,
		"what it started writes on":   `(while :; do echo x; sleep 0.1; done) & echo $! > pid; wait`,
		"what it started is silent":   `sleep 60 > /dev/null 2>&1 < /dev/null & echo $! > pid; sleep 60`,
		"it started it in a new life": `(sleep 60 & echo $! > pid); sleep 60`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			_, err := run(t, "cd "+dir+"; "+line, func(c *command.Command) { c.Limit, c.Grace = 300*time.Millisecond, 300*time.Millisecond })
			if !errors.Is(err, command.ErrLimit) {
				t.Errorf("it ended with %v", err)
			}
			if !ends(t, filepath.Join(dir, "pid")) {
				t.Error("what it started goes on")
			}
		})
	}
}

func TestACommandMayCleanUp(t *testing.T) {
	dir := t.TempDir()
	line := "cd " + dir + "; trap 'echo tidy > tidied; exit 0' TERM; echo ready > ready; sleep 60 & wait"
	if _, err := run(t, line, func(c *command.Command) { c.Limit, c.Grace = 500*time.Millisecond, 2*time.Second }); !errors.Is(err, command.ErrLimit) {
		t.Errorf("it ended with %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "tidied")); err != nil {
		t.Error("it was not let clean up")
	}
}

func TestACommandEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := command.Run(ctx, command.Command{Line: "sleep 60", Env: os.Environ(), Output: &bytes.Buffer{}, Limit: time.Minute, Grace: time.Second})
	if !errors.Is(err, command.ErrInterrupted) {
		t.Errorf("it ended with %v", err)
	}
}

func TestWhatACommandLeavesRunningGoesOn(t *testing.T) {
	dir := t.TempDir()
	_, err := run(t, "cd "+dir+"; sleep 60 & echo $! > pid", func(c *command.Command) { c.Grace = 100 * time.Millisecond })
	if err != nil {
		t.Errorf("it ended with %v", err)
	}
	if ended(t, filepath.Join(dir, "pid")) {
		t.Error("what it left running was killed")
	}
	if _, err := run(t, "kill $(cat "+filepath.Join(dir, "pid")+")", nil); err != nil {
		t.Error(err)
	}
}
