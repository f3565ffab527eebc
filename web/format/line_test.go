package format_test

import (
	"testing"

	"github.com/slofuse/slofuse/web/format"
)

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"a b": "a b", "a\nb\tc\u2028d": "a b c d", "\u202egnp.exe": "gnp.exe", "\u200bx\x00\x1b[31m": "x[31m", "\xffx": "x", "ö": "ö",
	} {
		if got := format.OneLine(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
