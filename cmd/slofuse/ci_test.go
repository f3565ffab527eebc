package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// expression is what GitHub fills in.
var expression = regexp.MustCompile(`\$\{\{.*?\}\}`)

// Whoever copies the workflow gets commands that exist, with flags that they have.
func TestTheWorkflowOfTheExamplesUsesCommandsThatExist(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "ci", "github-actions.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for line := range strings.Lines(string(text)) {
		args := strings.Fields(expression.ReplaceAllString(line, "filled-in"))
		if len(args) == 0 || args[0] != "slofuse" {
			continue
		}
		found++
		verb, rest, err := (&cli{}).root().Find(args[1:])
		if err == nil {
			err = verb.ParseFlags(rest)
		}
		if err == nil {
			err = verb.ValidateArgs(verb.Flags().Args())
		}
		if err != nil || !verb.Runnable() {
			t.Errorf("%s: %v", strings.TrimSpace(line), err)
		}
	}
	if found != 4 {
		t.Errorf("%d commands, want 4", found)
	}
}
