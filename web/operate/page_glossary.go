package operate

import (
	"net/http"

	"github.com/slofuse/slofuse/web/glossary"
	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) pageGlossary(r *http.Request) (site.Answer, error) {
	return s.PageAnswer(r, "glossary", site.Page{Title: "Glossary", Section: "glossary", Body: glossary.All()})
}
