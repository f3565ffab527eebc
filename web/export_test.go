package web

import (
	"github.com/slofuse/slofuse/web/operate"
	"github.com/slofuse/slofuse/web/ui"
)

// Endpoint is a route as the tests see it.
type Endpoint struct {
	Method, Path, Query string
}

// Endpoints is the table of everything that is served, apart from /metrics.
func (s *Server) Endpoints() []Endpoint {
	var out []Endpoint
	for _, r := range s.routes() {
		out = append(out, Endpoint{Method: r.Method, Path: r.Path, Query: r.Query})
	}
	return out
}

// Asset is the URL of an embedded file.
func (s *Server) Asset(name string) (string, error) { return s.Assets.URL(name) }

// DeedOf is what the audit calls an action.
func DeedOf(action string) string { return operate.DeedOf(action) }

// Term is the word that a page shows for a key of the glossary.
func Term(key string, shown ...string) (string, error) {
	v, err := ui.Term(key, shown...)
	return v.Word, err
}
