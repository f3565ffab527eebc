package main

import (
	"fmt"
	"io"
	"os"
)

// summarize adds to the summary of a job on GitHub, which names its file. What cannot
// be added is said: the verdict stands.
func (c *cli) summarize(form string, write func(io.Writer) error) {
	name := c.getenv("GITHUB_STEP_SUMMARY")
	if form != "github" || name == "" {
		return
	}
	if err := appendTo(name, write); err != nil {
		fmt.Fprintln(c.stderr, "slofuse: warning: the summary of the job:", err)
	}
}

func appendTo(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		_ = f.Close() // what was not written is said
		return err
	}
	return f.Close()
}
