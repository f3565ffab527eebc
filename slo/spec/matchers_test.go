package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

func TestMatchersAreReadAsPromQLWritesThem(t *testing.T) {
	v2 := slo.Matcher{Label: "version", Op: slo.MatchEqual, Value: "v2"}
	for text, want := range map[string][]slo.Matcher{
		`version="v2"`:                  {v2},
		` { version = "v2" } `:          {v2},
		`version='v2',`:                 {v2},
		"version=`v2`,region!~\"eu,.\"": {v2, {Label: "region", Op: slo.MatchNoRegexp, Value: "eu,."}},
		`version=~"v2|v3",track!=""`:    {{Label: "version", Op: slo.MatchRegexp, Value: "v2|v3"}, {Label: "track", Op: slo.MatchNotEqual, Value: ""}},
		`"app.version"="v2"`:            {{Label: "app.version", Op: slo.MatchEqual, Value: "v2"}},
		`version="a}b"`:                 {{Label: "version", Op: slo.MatchEqual, Value: "a}b"}},
	} {
		if got, err := spec.ParseMatchers(text); err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

func TestWhatAreNoMatchersIsRefusedWithItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		``: "missing", `{}`: "missing", `version`: "column", `version=v2`: "column 9", `version="v2`: "column 9",
		`version=="v2"`: "column", `version=~"("`: "missing closing", `up{version="v2"}`: "column", `version="v2"} or {a="b"`: "column",
		`version="v2"}#`: "column", `version="v2"}) or vector(1`: "column", `version="v2" offset 5m`: "column", `version="v2"[5m]`: "column",
		`"v2"`: "names a metric", `version="v2",__name__!="up"`: "names a metric",
	} {
		if got, err := spec.ParseMatchers(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want an error with %q", text, got, err, want)
		}
	}
	if _, err := spec.ParseMatchers(`a="` + strings.Repeat("x", 20_000) + `"`); err == nil {
		t.Error("very long matchers are taken")
	}
}

// What is taken is written so that it is read as the same again.
func FuzzParseMatchers(f *testing.F) {
	for _, seed := range []string{`version="v2"`, `{a=~"b|c",d!~'e'}`, `"a.b"="c}"`, "a=`x`", `a="b"} or {c="d"`, `a="b"}#`, "a=\"\\n\"\n,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once, err := spec.ParseMatchers(text)
		if err != nil {
			return
		}
		var written []string
		for _, m := range once {
			written = append(written, m.String())
		}
		again, err := spec.ParseMatchers("{" + strings.Join(written, ",") + "}")
		if err != nil || cmp.Diff(once, again) != "" {
			t.Errorf("%q is read as %v, and that as %v (%v)", text, once, again, err)
		}
	})
}
