package repotest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/schema"
	"github.com/slofuse/slofuse/internal/schema/schematest"
	"github.com/slofuse/slofuse/slo/spec"
)

// pages are the README and what stands in docs, by their paths from the root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	root := repositoryRoot(t)
	names, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(names) == 0 {
		t.Fatalf("docs: %v, %v", names, err)
	}
	texts := make(map[string]string)
	for _, name := range append(names, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		short, _ := filepath.Rel(root, name)
		texts[filepath.ToSlash(short)] = string(text)
	}
	return texts
}

// The YAML that is shown must load: it is what people copy first.
func TestEveryYAMLInTheDocumentsLoads(t *testing.T) {
	objectives, configurations := 0, 0
	validSLO, validConfig := schematest.New(t, schema.SLO()), schematest.New(t, schema.Config())
	for name, text := range pages(t) {
		for _, block := range fenced(text, "yaml") {
			file, isSpec := whole(block)
			if !isSpec {
				configurations++
				_, problems := config.Parse(name, []byte(block))
				for _, p := range problems {
					t.Errorf("configuration: %s\n%s", p, block)
				}
				if err := validConfig(t, []byte(block)); err != nil {
					t.Errorf("%s: an editor says of the configuration: %v\n%s", name, err, block)
				}
				continue
			}
			set, problems := spec.Parse([]spec.File{{Name: name, Data: []byte(file)}}, spec.Options{})
			objectives += len(set.SLOs)
			for _, p := range problems {
				t.Errorf("SLO file: %s\n%s", p, file)
			}
			if foreign(file) {
				continue // the schema is of native files
			}
			if err := validSLO(t, []byte(file)); err != nil {
				t.Errorf("%s: an editor says of the SLO file: %v\n%s", name, err, file)
			}
		}
	}
	if objectives < 12 || configurations < 2 {
		t.Errorf("found %d objectives and %d configurations: are they still shown?", objectives, configurations)
	}
}

// What the parts of an SLO file that are shown stand in.
const (
	head    = "version: 1\nservice: s\nowner: o\n"
	success = "slis:\n  success: {ratio: {total: 'a{f=\"$function\"}', bad: 'b{f=\"$function\"}'}}\n"
	one     = "functions:\n  - name: f\n"
	promise = "    slos:\n      - {name: a, sli: success, objective: 99%, window: 30d}\n"
	body    = "    slos:\n      - name: a\n        objective: 99%\n        window: 30d\n        sli:\n"
)

// foreign reports whether a block shows a file of another tool.
func foreign(file string) bool {
	return strings.HasPrefix(file, "version: prometheus/") || strings.HasPrefix(file, "apiVersion:")
}

// whole makes an SLO file of a block that shows one, or a part of one: what is
// promised, a policy, or the body of an SLI. Any other block is none.
func whole(block string) (file string, ok bool) {
	text := block
	for strings.HasPrefix(text, "#") {
		_, text, _ = strings.Cut(text, "\n")
	}
	switch key, _, _ := strings.Cut(text, ":"); key {
	case "version", "apiVersion":
		return block, true
	case "functions":
		return head + success + block, true
	case "policy":
		return head + success + block + one + promise, true
	case "slos":
		return head + success + one + indent(block, 4), true
	case "ratio", "latency", "threshold", "error_ratio", "preset":
		return head + one + body + indent(block, 10), true
	}
	return "", false
}

func indent(block string, columns int) string {
	by := strings.Repeat(" ", columns)
	return by + strings.ReplaceAll(strings.TrimSuffix(block, "\n"), "\n", "\n"+by) + "\n"
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

func TestTheREADMEListsEveryDocument(t *testing.T) {
	texts := pages(t)
	for name := range texts {
		if name != "README.md" && !strings.Contains(texts["README.md"], "]("+name+")") {
			t.Errorf("%s is not listed: nobody will find it", name)
		}
	}
}

// link is the target of a Markdown link that stays in the repository.
var link = regexp.MustCompile(`\]\(([^):#]*)(#[^)]*)?\)`)

func TestLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	texts := pages(t)
	for name, text := range texts {
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			target := filepath.ToSlash(filepath.Join(filepath.Dir(name), match[1]))
			if match[1] == "" {
				target = name
			}
			if _, err := os.Stat(filepath.Join(repositoryRoot(t), target)); err != nil {
				t.Errorf("%s: %s leads nowhere", name, match[0])
			}
			if page, known := texts[target]; known && match[2] != "" && !slices.Contains(anchors(page), match[2]) {
				t.Errorf("%s: %s: %s has no such heading", name, match[0], target)
			}
		}
	}
}

// anchors are what the headings of a Markdown text are linked by.
func anchors(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			plain := regexp.MustCompile("[^a-z0-9 _-]").ReplaceAllString(strings.ToLower(title), "")
			out = append(out, "#"+strings.ReplaceAll(plain, " ", "-"))
		}
	}
	return out
}
