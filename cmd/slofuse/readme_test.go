package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every verb of the program has a row in the README's table, with a page that
// exists; and the table has no others.
func TestTheReadmeListsEveryVerb(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	row := regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| .* \\| (.*) \\|$")
	_, table, _ := strings.Cut(string(text), "### The verbs")
	table, _, _ = strings.Cut(table, "\n### ")
	for _, cells := range row.FindAllStringSubmatch(table, -1) {
		listed[cells[1]] = cells[2]
	}
	c := &cli{stdout: io.Discard, stderr: io.Discard}
	command := c.root()
	command.InitDefaultCompletionCmd()
	for _, verb := range command.Commands() {
		if listed[verb.Name()] == "" {
			t.Errorf("%s has no row", verb.Name())
		}
		delete(listed, verb.Name())
	}
	for verb := range listed {
		t.Errorf("there is no verb %s", verb)
	}
	for _, link := range regexp.MustCompile(`\]\((docs/[a-z-]+\.md)(#[a-z]+)?\)`).FindAllStringSubmatch(table, -1) {
		page, err := os.ReadFile(filepath.Join(root, link[1]))
		if heading := "\n## " + strings.TrimPrefix(link[2], "#") + "\n"; err != nil || link[2] != "" && !strings.Contains(string(page), heading) {
			t.Errorf("%s%s leads nowhere: %v", link[1], link[2], err)
		}
	}
}
