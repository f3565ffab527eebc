package schema_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/internal/schema"
	"github.com/slofuse/slofuse/internal/schema/schematest"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// files are those of some patterns, from the root of the repository.
func files(t *testing.T, patterns ...string) []string {
	t.Helper()
	var all []string
	for _, p := range patterns {
		found, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(p)))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", p, found, err)
		}
		all = append(all, found...)
	}
	return all
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var (
	sloFiles    = []string{"examples/demo/slos/*.yaml", "examples/presets/*.yaml", "examples/windows/*.yaml", "slo/spec/testdata/*.good.yaml", "internal/schema/testdata/slo.good.yaml"}
	configFiles = []string{"examples/demo/slofuse.yaml", "examples/routes/slofuse.yaml", "internal/config/testdata/*.good.yaml", "internal/schema/testdata/config.good.yaml"}
)

func TestWhatTheReadersTakeIsValid(t *testing.T) {
	for root, patterns := range map[*schema.Node][]string{schema.SLO(): sloFiles, schema.Config(): configFiles} {
		valid := schematest.New(t, root)
		for _, name := range files(t, patterns...) {
			if err := valid(t, read(t, name)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// shape is what a reader says of a value of the wrong kind, and of a key that is
// not known or missing.
var shape = regexp.MustCompile(`unknown key|missing key "[a-z_]+"$|must be (a mapping|a list|true or false|a duration|a whole number|a number)|: page or ticket$|page, ticket or ignore$`)

// Each mistake stands in a file of its own here, so that none hides behind
// another.
func TestSchemaRefusesWhatIsOfTheWrongShape(t *testing.T) {
	good := string(read(t, filepath.Join("testdata", "slo.good.yaml")))
	config := string(read(t, filepath.Join("testdata", "config.good.yaml")))
	for name, tc := range map[string]struct {
		root      *schema.Node
		read      reader
		text      string
		old, with string
	}{
		"an unknown key at the top":     {schema.SLO(), readSLO, good, "owner: team-checkout", "owner: team-checkout\nownr: a"},
		"an unknown key of an SLO":      {schema.SLO(), readSLO, good, "{name: b,", "{name: b, objectve: 1,"},
		"a list for a text":             {schema.SLO(), readSLO, good, "service: checkout", "service: [checkout]"},
		"a text for a list":             {schema.SLO(), readSLO, good, "fingerprint: [code]}}", "fingerprint: code}}"},
		"a text for a number":           {schema.SLO(), readSLO, good, "burn_rate: 10", "burn_rate: fast"},
		"an unknown unit":               {schema.SLO(), readSLO, good, "unit: s,", "unit: h,"},
		"an unknown comparison":         {schema.SLO(), readSLO, good, "op: '<'", "op: '<<'"},
		"an unknown preset":             {schema.SLO(), readSLO, good, "otel-http", "otel-htp"},
		"an unknown calendar":           {schema.SLO(), readSLO, good, "calendar: month", "calendar: year"},
		"a share as an objective":       {schema.SLO(), readSLO, good, "objective: 99,", "objective: 0.99,"},
		"a whole as an objective":       {schema.SLO(), readSLO, good, "objective: 99,", "objective: 100,"},
		"a window of nonsense":          {schema.SLO(), readSLO, good, "[30d,", "[a month,"},
		"three parts of a ratio":        {schema.SLO(), readSLO, good, "ratio: {total:", "ratio: {good: 'c', total:"},
		"name and match":                {schema.SLO(), readSLO, good, "- name: charge-card", "- name: charge-card\n    match: b"},
		"a preset without labels":       {schema.SLO(), readSLO, good, "labels: {http_route: $function}, ", ""},
		"no function":                   {schema.SLO(), readSLO, good[:strings.Index(good, "functions:")], "", ""},
		"an unknown key of a route":     {schema.Config(), readConfig, config, "{receiver: all}", "{receiver: all, resceiver: b}"},
		"an unknown key of http_config": {schema.Config(), readConfig, config, "client_id:", "klient_id:"},
		"a text for true or false":      {schema.Config(), readConfig, config, "insecure_skip_verify: true", "insecure_skip_verify: yes please"},
		"a backend without a URL":       {schema.Config(), readConfig, config, "    url: http://localhost:9090\n", ""},
		"a URL without a scheme":        {schema.Config(), readConfig, config, "http://localhost:9090", "localhost:9090"},
		"a timeout in no unit":          {schema.Config(), readConfig, config, "timeout: 10s", "timeout: 10"},
		"what is not yet supported":     {schema.Config(), readConfig, config, "route:", "reports: [{name: a}]\nroute:"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(tc.text, tc.old, tc.with, 1)
			if text == tc.text && tc.old != "" {
				t.Fatalf("%q is not in the file", tc.old)
			}
			if tc.read([]byte(text)).Err() == nil {
				t.Error("the reader takes it")
			}
			if schematest.New(t, tc.root)(t, []byte(text)) == nil {
				t.Error("the schema takes it")
			}
		})
	}
}

// The bad files of the readers hold many mistakes each. Documents that hold one
// that a schema can see must be refused.
func TestSchemaRefusesTheBadFilesOfTheReaders(t *testing.T) {
	checked := 0
	for _, tc := range []struct {
		root    *schema.Node
		read    reader
		pattern string
	}{{schema.SLO(), readSLO, "slo/spec/testdata/*.bad.yaml"}, {schema.Config(), readConfig, "internal/config/testdata/*.bad.yaml"}} {
		valid := schematest.New(t, tc.root)
		for _, name := range files(t, tc.pattern) {
			for doc := range bytes.SplitSeq(read(t, name), []byte("\n---\n")) {
				if problems := tc.read(doc); slices.ContainsFunc(problems, func(p spec.Problem) bool { return shape.MatchString(p.Message) }) {
					checked++
					if valid(t, doc) == nil {
						t.Errorf("%s: the schema takes what the reader refuses with\n%v\n%s", name, problems, doc)
					}
				}
			}
		}
	}
	if checked < 5 {
		t.Errorf("only %d documents were checked", checked)
	}
}

func TestEveryKeyIsDescribed(t *testing.T) {
	for name, root := range map[string]*schema.Node{"slo": schema.SLO(), "config": schema.Config()} {
		for kind, keys := range described(root, map[*schema.Node]bool{}) {
			if len(keys) > 0 {
				t.Errorf("%s: %s: no description of %v", name, kind, keys)
			}
		}
	}
}

// described lists the keys without a description, by mapping.
func described(n *schema.Node, seen map[*schema.Node]bool) map[string][]string {
	out := map[string][]string{}
	if n == nil || seen[n] {
		return out
	}
	seen[n] = true
	below := []*schema.Node{}
	if m := n.Mapping(); m != nil {
		for _, k := range m.Keys() {
			below = append(below, k.Node)
			if k.Node.Description() == "" {
				out[m.Description()] = append(out[m.Description()], k.Name)
			}
		}
		below = append(below, m.Key(stranger))
	}
	if l := n.List(); l != nil {
		below = append(below, l.Item())
	}
	for _, b := range below {
		for kind, keys := range described(b, seen) {
			out[kind] = append(out[kind], keys...)
		}
	}
	return out
}

func TestPresetsAreThoseOfTheReader(t *testing.T) {
	text, err := schema.JSON("SLO file", schema.SLO())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range spec.Presets() {
		if p.About == "" || p.Function == "" || p.Calls.Ratio == nil || p.Duration.Latency == nil {
			t.Errorf("preset %q is not whole: %+v", p.Name, p)
		}
		if !bytes.Contains(text, []byte(`"`+p.Name+`"`)) {
			t.Errorf("preset %q is not in the schema", p.Name)
		}
	}
	for _, c := range slo.Calendars() {
		if !bytes.Contains(text, []byte(`"`+c+`"`)) {
			t.Errorf("calendar %q is not in the schema", c)
		}
	}
}
