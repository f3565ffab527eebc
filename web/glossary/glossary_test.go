package glossary_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/web/glossary"
)

func TestEveryTermIsFoundOnceAndExplained(t *testing.T) {
	key, words := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`), map[string]bool{}
	for _, term := range glossary.All() {
		found, ok := glossary.Find(term.Key)
		if !ok || found != term {
			t.Errorf("%q finds %+v", term.Key, found)
		}
		if !key.MatchString(term.Key) || words[term.Word] {
			t.Errorf("%q, %q: a bad key, or a word twice", term.Key, term.Word)
		}
		words[term.Word] = true
		if n := strings.Count(term.Text, ". ") + 1; !strings.HasSuffix(term.Text, ".") || n > 3 || len(term.Text) > 200 {
			t.Errorf("%s: %d sentences, %d bytes: %s", term.Key, n, len(term.Text), term.Text)
		}
	}
	if len(words) < 40 {
		t.Errorf("only %d terms", len(words))
	}
}

func TestAKeyThatIsNoneIsNotFound(t *testing.T) {
	if term, ok := glossary.Find("nothing"); ok {
		t.Errorf("found %+v", term)
	}
}

func TestTermsAreInTheOrderOfTheirWords(t *testing.T) {
	last := ""
	for _, term := range glossary.All() {
		if word := strings.ToLower(term.Word); word < last {
			t.Errorf("%q after %q", word, last)
		} else {
			last = word
		}
	}
}

func TestTheOrderIsACopy(t *testing.T) {
	glossary.All()[0].Word = "changed"
	if glossary.All()[0].Word == "changed" {
		t.Error("a caller changed the glossary")
	}
}
