package main

import (
	"fmt"
	"io"

	"github.com/slofuse/slofuse/internal/report"
)

// summarize adds to the summary of a job on GitHub, which names its file. What cannot
// be added is said: the verdict stands.
func (c *cli) summarize(form string, write func(io.Writer) error) {
	name := c.getenv("GITHUB_STEP_SUMMARY")
	if form != "github" || name == "" {
		return
	}
	if err := report.AppendSummary(name, write); err != nil {
		fmt.Fprintln(c.stderr, "slofuse: warning:", err)
	}
}
