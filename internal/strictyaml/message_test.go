package strictyaml_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

func TestMessages_quote_no_more_of_a_file_than_anybody_reads(t *testing.T) {
	docs, report := strictyaml.Parse("slo.yaml", []byte("version: "+strings.Repeat("é", 400_000)+"\n"))
	m, _ := docs[0].Map()
	v, _ := m.Take("version")
	text, _ := v.Text()
	v.Errorf("unknown version %q", text)
	got := report.Problems()[0].Message
	if len(got) > 1010 || !strings.HasPrefix(got, `unknown version "ééé`) || !strings.HasSuffix(got, "é…") || !utf8.ValidString(got) {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}
