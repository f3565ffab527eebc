package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Accounts are told apart by the names of their backends. A file alone does not
// say them, so what is not found is not called nothing.
func TestAFileOfAServerThatNamesItsBackendNeedsItsConfiguration(t *testing.T) {
	c := newClock(wednesday)
	prom := batchWorld(t, wednesday)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "slos", "batch.yaml"), batchFile)
	storage := filepath.Join(dir, "slofuse.db")
	file := configuration{backend: prom.URL, storage: storage}.write(t, dir)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, file, strings.Replace(string(text), "name: main", "name: eu", 1))
	s := start(t, file, c.Now)
	prom.Set(c.advance(2 * time.Minute))
	s.round()
	s.stop()

	const id = "batch/batch-old/availability"
	if code, _, errs := runHere(t, c, "ledger", "show", "--storage.path", storage, id); code != exitUndecided || !strings.Contains(errs, `on a backend named "main"`) {
		t.Errorf("the file alone: exit %d, %s", code, errs)
	}
	if code, out, errs := runHere(t, c, "ledger", "show", "--config.file", file, id); code != exitPass || !strings.Contains(out, "read from") {
		t.Errorf("with its configuration: exit %d, %s%s", code, out, errs)
	}
}
