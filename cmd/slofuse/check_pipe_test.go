package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestCheckOfASilentPipeCanBeStopped: whoever named a pipe by mistake gets out of it.
func TestCheckOfASilentPipeCanBeStopped(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "slos.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	p := run(t, "slofuse", nil, "check", pipe)
	writer, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits until somebody reads
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := exitCodeOf(p.Wait()); code != exitUndecided || !strings.Contains(p.log.String(), "stopped before everything was read") {
		t.Errorf("exit code %d: %s", code, p.log)
	}
}
