package schema_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/schema"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/spec"
)

// reader reads a text and says what is wrong with it.
type reader func(data []byte) strictyaml.Problems

func readSLO(data []byte) strictyaml.Problems {
	_, problems := spec.Parse([]spec.File{{Name: "a.yaml", Data: data}}, spec.Options{})
	return problems
}

func readConfig(data []byte) strictyaml.Problems {
	_, problems := config.Parse("a.yaml", data)
	return problems
}

// stranger is a key that nobody knows and that is like none.
const stranger = "zzzzzzzzzzzz"

// known is what a reader says it knows where it meets a key that it does not.
var known = regexp.MustCompile(`unknown key "` + stranger + `": known are (.*)$`)

// The readers say which keys they know where they meet one they do not: so a
// strange key is put into every mapping of files that hold mappings of all kinds.
func TestSchemaAndReaderKnowTheSameKeys(t *testing.T) {
	for name, tc := range map[string]struct {
		root  *schema.Node
		read  reader
		files []string
	}{
		"SLO files":     {schema.SLO(), readSLO, []string{"testdata/slo.good.yaml"}},
		"configuration": {schema.Config(), readConfig, []string{"testdata/config.good.yaml", "../config/testdata/full.good.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := survey{t: t, read: tc.read, asked: map[string][]string{}}
			for _, file := range tc.files {
				s.file(file, tc.root)
			}
			for kind, keys := range kinds(tc.root, map[*schema.Node]bool{}) {
				if diff := cmp.Diff(keys, s.asked[kind]); diff != "" {
					t.Errorf("%s: schema (-) and reader (+) do not know the same keys:\n%s", kind, diff)
				}
			}
		})
	}
}

// survey collects what a reader knows, by kind of mapping.
type survey struct {
	t     *testing.T
	read  reader
	asked map[string][]string
}

func (s survey) file(name string, root *schema.Node) {
	data, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.read(data).Err(); err != nil {
		s.t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		s.t.Fatal(err)
	}
	s.visit(&doc, doc.Content[0], root)
}

func (s survey) visit(doc, n *yaml.Node, at *schema.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		at = at.Mapping()
		if len(at.Keys()) > 0 {
			s.ask(doc, n, at)
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			s.visit(doc, n.Content[i+1], at.Key(n.Content[i].Value))
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			s.visit(doc, item, at.List().Item())
		}
	}
}

// ask puts a strange key into a mapping and reads the file.
func (s survey) ask(doc, n *yaml.Node, at *schema.Node) {
	whole := n.Content
	n.Content = append(slices.Clone(whole), &yaml.Node{Kind: yaml.ScalarNode, Value: stranger}, &yaml.Node{Kind: yaml.ScalarNode, Value: "x"})
	text, err := yaml.Marshal(doc)
	n.Content = whole
	if err != nil {
		s.t.Fatal(err)
	}
	refused := false
	for _, p := range s.read(text) {
		if m := known.FindStringSubmatch(p.Message); m != nil {
			refused = true
			kind := kindOf(at)
			s.asked[kind] = slices.Compact(slices.Sorted(slices.Values(append(s.asked[kind], strings.Split(m[1], ", ")...))))
		}
	}
	if !refused {
		s.t.Errorf("a strange key was taken in %s", kindOf(at))
	}
}

// kinds are the mappings of a schema with their keys.
func kinds(n *schema.Node, seen map[*schema.Node]bool) map[string][]string {
	out := map[string][]string{}
	if n == nil || seen[n] {
		return out
	}
	seen[n] = true
	below := []*schema.Node{n.Mapping(), n.List()}
	if m := n.Mapping(); m == n {
		below = append(below, m.Key(stranger))
		for _, k := range m.Keys() {
			below = append(below, k.Node)
		}
		if len(m.Keys()) > 0 {
			out[kindOf(m)] = sortedKeys(m)
		}
	}
	if l := n.List(); l == n {
		below = append(below, l.Item())
	}
	for _, b := range below {
		maps.Copy(out, kinds(b, seen))
	}
	return out
}

func sortedKeys(n *schema.Node) []string {
	var names []string
	for _, k := range n.Keys() {
		names = append(names, k.Name)
	}
	return slices.Sorted(slices.Values(names))
}

// kindOf tells mappings apart: the same words and the same keys are one kind.
func kindOf(n *schema.Node) string { return n.Description() + " " + strings.Join(sortedKeys(n), " ") }
