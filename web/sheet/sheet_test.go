package sheet_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/web/sheet"
)

func TestCell(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "checkout": "checkout", "GET /cart/{id}": "GET /cart/{id}", "a=b": "a=b", "99.9%": "99.9%",
		"1": "1", "-0.5": "-0.5", "1e-7": "1e-7", "0.9995": "0.9995",
		"=1+1": "'=1+1", "+1": "'+1", "-1+1": "'-1+1", "-": "'-", "@SUM(A1)": "'@SUM(A1)", "|x": "'|x", "＝1": "'＝1",
		"  =1": "'  =1", "\t=1": "' =1", "\r=1": "' =1", "\n=1": "' =1", "\u00a0=1": "'\u00a0=1", "\u200b=1": "'=1",
		"-Inf": "'-Inf", "-0x10": "'-0x10", "NaN": "NaN", "two\nlines": "two lines", "\x00\x1b[31mred": "[31mred", "\xff=1": "'=1",
	} {
		if got := sheet.Cell(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestCSV(t *testing.T) {
	lines := [][]string{{"id", "share"}, {"a,b", "0.5"}, {`say "hi"`, "-2"}, {"a;=1", ""}, {" padded", "=1+1"}, {"it's", "x"}}
	const want = "id,share\r\n\"a,b\",0.5\r\n\"say \"\"hi\"\"\",-2\r\n\"a;=1\",\r\n\" padded\",\"'=1+1\"\r\n\"it's\",x\r\n"
	if diff := cmp.Diff(want, string(sheet.CSV(lines))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Whatever is written is read back cell by cell, and begins no formula.
func FuzzCSV(f *testing.F) {
	for _, text := range []string{"=cmd|'/c calc'!A1", "a\"b", "a,b;c", "\r\n=1", "'=1", "\xff"} {
		f.Add(text, "next")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		read, err := csv.NewReader(bytes.NewReader(sheet.CSV([][]string{{"x", a, b}, {"y", "", "1"}}))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]string{{"x", sheet.Cell(a), sheet.Cell(b)}, {"y", "", "1"}}, read); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if blank := strings.TrimSpace(read[0][1]); blank != "" && strings.ContainsRune("=+@|", rune(blank[0])) {
			t.Errorf("%q is written as %q", a, read[0][1])
		}
	})
}
