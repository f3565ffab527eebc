package web_test

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// mostBytes is what all scripts and style sheets may have together, as they are
// served and before they are compressed.
const mostBytes = 120_000

func TestScriptsAndStylesAreSmall(t *testing.T) {
	total := 0
	for name, served := range servedAssets(t) {
		if ext := path.Ext(name); ext == ".js" || ext == ".css" {
			total += len(served)
		}
	}
	if total > mostBytes || total < mostBytes/2 {
		t.Errorf("%d bytes, allowed %d", total, mostBytes)
	}
	t.Logf("%d bytes are served, %d are left", total, mostBytes-total)
}

// TestOnlyOwnFilesAreMadeSmaller compares what is served with the sources.
func TestOnlyOwnFilesAreMadeSmaller(t *testing.T) {
	for name, served := range servedAssets(t) {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		own := path.Dir(name) == "site/static" && path.Ext(name) != ".svg"
		if own && (len(served) == 0 || len(served) >= len(source)) {
			t.Errorf("%s: %d bytes are served of %d", name, len(served), len(source))
		}
		if !own && served != string(source) {
			t.Errorf("%s is not served as it is", name)
		}
	}
}

// servedAssets are the bodies of all assets by the path of their source.
func servedAssets(t *testing.T) map[string]string {
	t.Helper()
	server, out := newFleet().server(t), make(map[string]string)
	for _, pattern := range []string{"site/static/*.*", "site/static/vendor/*.*s"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, names, err)
		}
		for _, name := range names {
			url, err := server.Asset(path.Base(name))
			if err != nil {
				t.Fatal(err)
			}
			out[name] = get(t, server, url).Body.String()
		}
	}
	return out
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
