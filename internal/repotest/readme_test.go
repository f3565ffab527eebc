package repotest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo/spec"
)

// The YAML that the README shows must load: it is what people copy first.
func TestREADMEShowsFilesThatLoad(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(repositoryRoot(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	objectives, configurations := 0, 0
	for _, block := range fenced(string(readme), "yaml") {
		if strings.HasPrefix(block, "version:") {
			set, problems := spec.Parse([]spec.File{{Name: "README.md", Data: []byte(block)}}, spec.Options{})
			slos := set.SLOs
			objectives += len(slos)
			for _, p := range problems {
				t.Errorf("SLO file: %s", p)
			}
			continue
		}
		configurations++
		_, problems := config.Parse("README.md", []byte(block))
		for _, p := range problems {
			t.Errorf("configuration: %s", p)
		}
	}
	if objectives != 2 || configurations != 1 {
		t.Errorf("found %d objectives and %d configurations, want 2 and 1", objectives, configurations)
	}
}

// fenced are the code blocks of one language in a Markdown text.
func fenced(text, language string) []string {
	var blocks []string
	for _, part := range strings.Split(text, "\n```"+language+"\n")[1:] {
		block, _, _ := strings.Cut(part, "\n```")
		blocks = append(blocks, block+"\n")
	}
	return blocks
}
