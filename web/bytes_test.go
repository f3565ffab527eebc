package web_test

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// mostBytes is what all scripts and style sheets may have together, before they are
// compressed.
const mostBytes = 120_000

func TestScriptsAndStylesAreSmall(t *testing.T) {
	total := 0
	err := fs.WalkDir(os.DirFS("static"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".js" && path.Ext(name) != ".css" {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += int(info.Size())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if total > mostBytes || total < mostBytes/2 {
		t.Errorf("%d bytes, allowed %d", total, mostBytes)
	}
}

// TestPagesAreSmall adds up what a browser has to get for each page: the page itself,
// and what it loads when nothing is cached yet, before compression.
func TestPagesAreSmall(t *testing.T) {
	server := newFleet().server(t)
	for target, most := range map[string]struct{ page, loads int }{
		"/slos": {35_000, 45_000}, "/slos/checkout/charge-card/availability": {55_000, 115_000}, "/slos/checkout/charge-card/availability/explain": {30_000, 45_000},
		"/incidents": {15_000, 45_000}, "/incidents/inc-1": {25_000, 45_000}, "/glossary": {20_000, 45_000}, "/silences": {20_000, 45_000}, "/maintenance": {20_000, 45_000}, "/login": {12_000, 45_000},
	} {
		body := get(t, server, target).Body.String()
		loads := 0
		for _, asset := range loaded(body) {
			w := get(t, server, asset)
			if w.Code != 200 {
				t.Errorf("%s: %s: status %d", target, asset, w.Code)
			}
			loads += w.Body.Len()
		}
		if len(body) > most.page || loads > most.loads || loads == 0 {
			t.Errorf("%s: %d bytes and %d of what it loads, allowed %d and %d", target, len(body), loads, most.page, most.loads)
		}
		t.Logf("%s: %d and %d", target, len(body), loads)
	}
}

// loaded are the scripts and style sheets of a page.
func loaded(body string) []string {
	var out []string
	tokens := html.NewTokenizer(strings.NewReader(body))
	for tokens.Next() != html.ErrorToken {
		token := tokens.Token()
		switch {
		case token.Data == "script" && attribute(token, "src") != "":
			out = append(out, attribute(token, "src"))
		case token.Data == "link" && attribute(token, "rel") == "stylesheet":
			out = append(out, attribute(token, "href"))
		}
	}
	return out
}
