package web

import (
	"fmt"
	"net/http"
	"unicode"
	"unicode/utf8"

	"github.com/slofuse/slofuse/web/glossary"
)

// termView is a word with its explanation.
type termView struct {
	Word string
	Text string
}

// term explains a word of the glossary on a page: as the glossary writes it with a
// capital, or as the page does. One that is not in the glossary fails to render.
func term(key string, shown ...string) (termView, error) {
	t, ok := glossary.Find(key)
	if !ok {
		return termView{}, fmt.Errorf("the glossary has no %q", key)
	}
	v := termView{Word: capital(t.Word), Text: t.Text}
	if len(shown) > 0 {
		v.Word = shown[0]
	}
	return v, nil
}

// capital writes the first letter large.
func capital(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

func (s *Server) pageGlossary(r *http.Request) (answer, error) {
	return s.pageAnswer(r, "glossary", page{Title: "Glossary", Section: "glossary", Body: glossary.All()})
}
