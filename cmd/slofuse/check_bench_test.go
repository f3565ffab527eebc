package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// checkedService is an SLO file as those of the examples are: shared indicators,
// labels, a runbook, three objectives.
const checkedService = `# What service-%[1]d promises.
version: 1
service: service-%[1]d
owner: team-%[2]d
description: one of a thousand
labels: {tier: critical}
links:
  runbook: https://runbooks.example.com/{{.service}}/{{.function}}
slis:
  success:
    ratio:
      total: function_calls_total{service="service-%[1]d",function="$function"}
      bad: function_calls_total{service="service-%[1]d",function="$function",code=~"5.."}
      fingerprint: [code]
  fast:
    latency:
      histogram: function_call_duration_seconds{service="service-%[1]d",function="$function"}
      threshold: 1s
functions:
  - name: read
    slos:
      - {name: availability, sli: success, objective: 99.9%%, window: 30d}
      # slofuse ignore/next-line tier-unreachable
      - {name: latency, sli: fast, objective: 90%%, window: [30d, {calendar: month, timezone: Europe/Berlin}]}
  - name: write
    depends_on: [service-%[3]d/read]
    slos:
      - {name: availability, sli: success, objective: 99.95%%, window: 30d}
`

// thousandFiles writes a thousand SLO files, in folders of teams.
func thousandFiles(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	for i := range 1000 {
		folder := filepath.Join(dir, fmt.Sprintf("team-%d", i%50))
		if err := os.MkdirAll(folder, 0o750); err != nil {
			tb.Fatal(err)
		}
		text := fmt.Sprintf(checkedService, i, i%50, (i+1)%1000)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("service-%d.yaml", i)), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// checkAll checks the files as a command line does, and looks for a text in what
// it says.
func checkAll(tb testing.TB, want string, args ...string) {
	tb.Helper()
	var out, errs bytes.Buffer
	c := &cli{stdout: &out, stderr: &errs, now: time.Now, wait: sleep, getenv: func(string) string { return "" }}
	if code := c.run(tb.Context(), append([]string{"check"}, args...)); code != exitPass || !strings.Contains(out.String(), want) {
		tb.Fatalf("exit code %d\n%s%.500s", code, errs.String(), out.String())
	}
}

// BenchmarkCheck of a thousand files with three objectives each takes less than
// two seconds.
func BenchmarkCheck(b *testing.B) {
	dir := thousandFiles(b)
	for b.Loop() {
		checkAll(b, "3000 SLOs are good", dir)
	}
	if took := b.Elapsed() / time.Duration(b.N); took > 2*time.Second {
		b.Errorf("a thousand files take %v, the limit is 2 s", took)
	}
}

// BenchmarkCheckChangedSince reads the files as they are and as they were.
func BenchmarkCheckChangedSince(b *testing.B) {
	b.Chdir(thousandFiles(b))
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "start"}} {
		if out, err := exec.CommandContext(b.Context(), "git", args...).CombinedOutput(); err != nil {
			b.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	if err := os.Rename("team-7/service-7.yaml", "team-7/moved.yaml"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		checkAll(b, "3 SLOs are good, 1 ignored; 1 of 1000 files differ since HEAD, 1 is gone", "--changed-since", "HEAD", ".")
	}
}
