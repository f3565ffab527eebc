package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo/spec"
)

func TestExcerpt(t *testing.T) {
	const file = `version: 1
functions:
  - name: charge
    slos:
      - name: fast
        objective: 99%

        # of a slow one
        window: 30d

      - {name: up,
         objective: 99.9%, window: 30d}
  - name: refund
---
service: other
`
	tests := map[string]struct {
		text string
		line int
		want []string
	}{
		"an item and what is below it": {file, 5, []string{"      - name: fast", "        objective: 99%", "", "        # of a slow one", "        window: 30d"}},
		"braces over two lines":        {file, 11, []string{"      - {name: up,", "         objective: 99.9%, window: 30d}"}},
		"the last of a list":           {file, 13, []string{"  - name: refund"}},
		"a whole document":             {file, 15, []string{"service: other"}},
		"a document ends":              {"a: 1\nb: 2\n---\nc: 3", 1, []string{"a: 1", "b: 2"}},
		"lines of another system":      {"a:\r\n  - b\r\n  - c\r\n", 2, []string{"  - b"}},
		"no such line":                 {file, 99, nil},
		"no line":                      {file, 0, nil},
		"what is no text":              {"  - \xff", 1, []string{"  - \uFFFD"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, spec.Excerpt(test.text, test.line)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnExcerptIsShort(t *testing.T) {
	long := spec.Excerpt("- "+strings.Repeat("ä", 400)+strings.Repeat("\n  x", 1000), 1)
	if len(long) != 200 || len(long[0]) > 510 || !strings.HasSuffix(long[0], "ä…") {
		t.Errorf("%d lines, the first of %d bytes", len(long), len(long[0]))
	}
}

// FuzzExcerpt finds no line that is not of the file.
func FuzzExcerpt(f *testing.F) {
	f.Add("a:\n  - b\n", 2)
	f.Add("\x00\n\n  ", 3)
	f.Fuzz(func(t *testing.T, text string, line int) {
		got := spec.Excerpt(text, line)
		if len(got) > 200 || len(got) > strings.Count(text, "\n")+1 {
			t.Errorf("%d lines of %q", len(got), text)
		}
	})
}
