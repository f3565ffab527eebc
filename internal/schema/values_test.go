package schema_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/schema"
)

// refusal is what a reader says of a word that it does not know. That a word does not
// go with the rest of the file is another matter.
var refusal = regexp.MustCompile(`unknown|must be|one of|not yet`)

// Every word that an editor offers must be one that the reader takes.
func TestReadersTakeTheWordsThatEditorsOffer(t *testing.T) {
	tried := map[string]int{}
	for _, tc := range []struct {
		file string
		root *schema.Node
		read reader
	}{
		{"testdata/slo.good.yaml", schema.SLO(), readSLO},
		{"testdata/words.good.yaml", schema.SLO(), readSLO},
		{"testdata/config.good.yaml", schema.Config(), readConfig},
		{"../config/testdata/full.good.yaml", schema.Config(), readConfig},
	} {
		data, err := os.ReadFile(filepath.FromSlash(tc.file))
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		each(doc.Content[0], tc.root, "", func(n *yaml.Node, at *schema.Node, key string) {
			whole := *n
			for _, value := range at.Values() {
				*n = yaml.Node{}
				if err := n.Encode(value); err != nil {
					t.Fatal(err)
				}
				text, err := yaml.Marshal(&doc)
				if err != nil {
					t.Fatal(err)
				}
				for _, problem := range tc.read(text) {
					if refusal.MatchString(problem.Message) {
						t.Errorf("%s: %v: the reader says %v", key, value, problem)
					}
				}
				tried[key]++
			}
			*n = whole
		})
	}
	for _, key := range []string{"severity", "max_severity", "no_data", "traffic_drop", "op", "unit", "preset", "calendar", "class", "split", "role", "method", "ticket_severity", "min_version"} {
		if tried[key] < 2 {
			t.Errorf("no word of %s was tried", key)
		}
	}
}

// each visits the texts of a file together with what may stand there.
func each(n *yaml.Node, at *schema.Node, key string, visit func(*yaml.Node, *schema.Node, string)) {
	switch {
	case n.Kind == yaml.MappingNode && at.Mapping() != nil:
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i].Value
			each(n.Content[i+1], at.Mapping().Key(name), name, visit)
		}
	case n.Kind == yaml.SequenceNode && at.List() != nil:
		for _, item := range n.Content {
			each(item, at.List().Item(), key, visit)
		}
	case n.Kind == yaml.ScalarNode && len(at.Values()) > 0:
		visit(n, at, key)
	}
}

// What an editor says holds by default is what holds: written out, it changes
// nothing.
func TestDefaultsAreThoseOfTheReader(t *testing.T) {
	const least = "backends:\n  - name: main\n    url: http://localhost:9090\n"
	limits, err := yaml.Marshal(map[string]any{"limits": defaults(schema.Config().Key("backends").Item().Key("limits"))})
	if err != nil {
		t.Fatal(err)
	}
	full := least + "    " + strings.ReplaceAll(strings.TrimSpace(string(limits)), "\n", "\n    ") + "\n"
	for _, key := range []string{"evaluation", "storage", "alerting", "web"} {
		text, err := yaml.Marshal(map[string]any{key: defaults(schema.Config().Key(key))})
		if err != nil {
			t.Fatal(err)
		}
		full += string(text)
	}
	want, _ := config.Parse("a.yaml", []byte(least))
	got, problems := config.Parse("a.yaml", []byte(full))
	if err := problems.Err(); err != nil {
		t.Fatalf("%v\n%s", err, full)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("%s\nis read as\n%+v\nand without it as\n%+v", full, got, want)
	}
}

// defaults are those of the keys of a mapping.
func defaults(n *schema.Node) map[string]any {
	out := map[string]any{}
	for _, k := range n.Mapping().Keys() {
		switch {
		case k.Node.Default() != nil:
			out[k.Name] = fmt.Sprint(k.Node.Default())
			if b, ok := k.Node.Default().(bool); ok {
				out[k.Name] = b
			}
		case k.Node.Mapping() != nil:
			out[k.Name] = defaults(k.Node)
		}
	}
	return out
}
