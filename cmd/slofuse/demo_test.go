package main

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDemoShowsThePageThatWasSent starts the demo as its user does and waits for
// what it promises: a dashboard with an incident, and its message in the sink.
func TestDemoShowsThePageThatWasSent(t *testing.T) {
	t.Parallel()
	p := run(t, "slofuse", nil, "demo", "--web.listen-address", "127.0.0.1:0")
	p.log.await(t, "press Ctrl-C to stop")
	url := func(page string) string {
		for line := range strings.Lines(p.log.String()) {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), page); ok && strings.Contains(rest, "http") {
				return strings.TrimSpace(rest)
			}
		}
		t.Fatalf("the demo does not say where its page %q is:\n%s", page, p.log)
		return ""
	}
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	deadline := time.Now().Add(2 * patience)
	for where, want := range map[string]string{pageSink: "charge-card", pageDashboard: "charge-card", pageControl: "charge-card"} {
		for {
			if _, body := get(t, url(where)+"/"); strings.Contains(body, want) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%q never shows %s:\n%s", where, want, p.log)
			}
			<-again.C
		}
	}
	p.log.await(t, "The last hours are read, ")
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("it does not stop in order: %v\n%s", err, p.log)
	}
}
