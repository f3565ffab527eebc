package strictyaml_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// foreign is a type of another library, with rules of its own.
type foreign struct {
	Name  string
	Count int
	Site  site
}

func (f *foreign) UnmarshalYAML(unmarshal func(any) error) error {
	type plain foreign
	if err := unmarshal((*plain)(f)); err != nil {
		return err
	}
	if f.Name == "hunter2" {
		return fmt.Errorf("name %s is taken", f.Name)
	}
	return nil
}

type site struct{ *url.URL }

func (s *site) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	u, err := url.Parse(text)
	s.URL = u
	return err
}

func TestDecodeReportsWithoutQuotingValues(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"a sound value":     {"a: {name: x, count: 1, site: 'http://x'}", nil},
		"a complaint":       {"a: {name: hunter2}", []string{"f.yaml:1:4: a: name … is taken"}},
		"a wrong type":      {"a: {count: hunter2}", []string{"f.yaml:1:4: a: a value of the wrong type in there"}},
		"a wrong shape":     {"a: [hunter2]", []string{"f.yaml:1:4: a: a value of the wrong type in there"}},
		"a bad URL":         {`a: {site: "http://hunter2%zz"}`, []string{"f.yaml:1:4: a: not a valid URL in there"}},
		"an alias":          {"b: &x hunter2\na: {name: *x}", []string{"f.yaml:2:11: aliases (*name) are not supported: write the value out"}},
		"a merge key":       {"a: {<<: {name: hunter2}}", []string{"f.yaml:1:5: merge keys (<<) are not supported: write the keys out"}},
		"a bottomless list": {"a: " + nested(70), []string{"f.yaml:1:68: nested too deeply: more than 64 levels"}},
	} {
		t.Run(name, func(t *testing.T) {
			var into foreign
			var ok bool
			got := read(t, tc.text, func(m *strictyaml.Map) {
				v, _ := m.Take("a")
				ok = v.Decode(&into)
			})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if ok != (tc.want == nil) {
				t.Errorf("Decode() = %v", ok)
			}
			if ok && (into.Name != "x" || into.Count != 1 || into.Site.Host != "x") {
				t.Errorf("decoded %+v", into)
			}
		})
	}
}

func nested(depth int) string {
	text := ""
	for range depth {
		text = "[" + text + "]"
	}
	return text
}
