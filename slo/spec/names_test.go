package spec_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo/spec"
)

// A value is a name only where what is shown and asked for is the value itself.
func TestMembersHaveNamesThatArePrinted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slos.yaml")
	err := os.WriteFile(path, []byte(`
version: 1
service: batch
owner: team-data
slis: {success: {ratio: {total: 'calls_total{function="$function"}', bad: 'calls_total{function="$function",code="500"}'}}}
functions: [{match: ".*", slos: [{name: availability, sli: success, objective: 99%, window: 7d}]}]
`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	set, _, err := spec.Load([]string{path}, spec.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{
		"a/b": "batch/a%2Fb/availability", "a%2Fb": "batch/a%252Fb/availability", `"'\*`: "batch/%22%27%5C%2A/availability",
		"$function": "batch/$function/availability", "ü": "batch/%C3%BC/availability",
		"": "empty", "a\nb": "printable", "a\x00b": "printable", "\u202ea": "printable", "\xff\xfe": "printable", "..": "folder", strings.Repeat("x", 10_000): "longer than",
	} {
		got, err := set.Families[0].Member(value)
		switch {
		case err != nil && !strings.Contains(err.Error(), want):
			t.Errorf("%.20q: %v, want %s", value, err, want)
		case err == nil && got.SLOs[0].ID.String() != want:
			t.Errorf("%.20q is %s, want %s", value, got.SLOs[0].ID, want)
		case err == nil && got.SLOs[0].SLI.Ratio.Total[0].Matchers[0].Value != value:
			t.Errorf("%.20q asks for %s", value, got.SLOs[0].SLI.Ratio.Total[0])
		}
	}
}
