package web_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/slofuse/slofuse/web/auth"
)

// entries reads the navigation of a page: what is in sight, and what is in the menu.
func entries(t *testing.T, body string) (sight, menu []html.Token) {
	t.Helper()
	inMenu := false
	tokens := html.NewTokenizer(strings.NewReader(element(t, body, `<nav aria-label="Main">`, "</nav>")))
	for tokens.Next() != html.ErrorToken {
		switch token := tokens.Token(); token.Data {
		case "details":
			inMenu = true
		case "a":
			if token.Type == html.StartTagToken && inMenu {
				menu = append(menu, token)
			} else if token.Type == html.StartTagToken {
				sight = append(sight, token)
			}
		}
	}
	return sight, menu
}

func attribute(token html.Token, key string) string {
	for _, a := range token.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// TestTheNavigationLeadsToPages follows every entry, as an operator sees them.
func TestTheNavigationLeadsToPages(t *testing.T) {
	server := guardedServer(t, newFleet(), auth.Rules{Alone: true})
	sight, menu := entries(t, get(t, server, "/slos").Body.String())
	if len(sight) == 0 || len(sight) > 5 {
		t.Errorf("%d entries are in sight; a phone has room for five", len(sight))
	}
	letters := map[string]bool{}
	for _, token := range append(sight, menu...) {
		path, letter := attribute(token, "href"), attribute(token, "data-go")
		if len(letter) != 1 || letters[letter] {
			t.Errorf("%s: the letter %q is none, or taken", path, letter)
		}
		letters[letter] = true
		if body := get(t, server, path); body.Code != 200 {
			t.Errorf("%s: status %d", path, body.Code)
		} else if nav := element(t, body.Body.String(), `<nav aria-label="Main">`, "</nav>"); !strings.Contains(nav, `data-go="`+letter+`" aria-current="page"`) {
			t.Errorf("%s does not mark where it is", path)
		}
	}
}

func TestTheMenuNamesThePageThatIsInIt(t *testing.T) {
	server := newFleet().server(t)
	for path, want := range map[string]string{"/glossary": "More: Glossary", "/incidents": "More"} {
		if got := strings.ReplaceAll(text(element(t, get(t, server, path).Body.String(), "<summary", "</summary>")), " :", ":"); got != want {
			t.Errorf("%s: the menu says %q, want %q", path, got, want)
		}
	}
}
