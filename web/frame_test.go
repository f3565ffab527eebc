package web_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestNoTwoThingsOfAPageHaveOneID keeps the frame and what it holds apart: a word of the
// glossary was painted as the banner of the same name.
func TestNoTwoThingsOfAPageHaveOneID(t *testing.T) {
	server := newFleet().server(t)
	for _, path := range everyPage {
		seen := map[string]bool{}
		for _, id := range namesIn(get(t, server, path).Body.String()) {
			if seen[id] {
				t.Errorf("%s: %q is there twice", path, id)
			}
			seen[id] = true
		}
	}
}

func namesIn(body string) (out []string) {
	tokens := html.NewTokenizer(strings.NewReader(body))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		for _, a := range tokens.Token().Attr {
			if a.Key == "id" {
				out = append(out, a.Val)
			}
		}
	}
	return out
}
