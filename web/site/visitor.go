package site

import (
	"net/http"
	"net/url"

	"github.com/slofuse/slofuse/web/auth"
)

// visitor is who looks at a page.
type visitor struct {
	Name, Role string // of the person or else the token; empty without either
	Token      string // its name; empty without one
	Person     string // who they are, when it is known: nobody has to type it
	Signed     bool   // in, so that they may sign out
	CanSignIn  bool
	SignIn     string   // the page to sign in on, which leads back
	Operates   bool     // may acknowledge and resolve
	MaxBy      int      // characters of a name that is typed
	Before     string   // what was typed before
	services   []string // that they may change; none: all
}

// May reports whether they may acknowledge, resolve and silence what is of a service.
func (v visitor) May(service string) bool {
	return v.Operates && auth.Actor{Services: v.services}.May(service)
}

// Typed is the visitor of a form that they sent before, to look it over.
func (v visitor) Typed(before string) visitor {
	v.Before = before
	return v
}

func (s *Server) visitor(r *http.Request) visitor {
	actor := auth.From(r.Context())
	v := visitor{
		Token: actor.Name, Person: actor.Person, Signed: actor.Via == auth.ViaSession, MaxBy: MaxBy,
		CanSignIn: s.Guard.HasTokens(), SignIn: signInPath(r), Operates: actor.Role >= auth.Operator,
		services: actor.Services,
	}
	if actor.Who() != "" {
		v.Name, v.Role = actor.Who(), actor.Role.String()
	}
	return v
}

// PathLogin is the page to sign in on.
const PathLogin = "/login"

// signInPath is the page to sign in on before going back to this one.
func signInPath(r *http.Request) string {
	next := r.URL.Path
	if r.Method != http.MethodGet || next == PathLogin {
		return PathLogin
	}
	if r.URL.RawQuery != "" {
		next += "?" + r.URL.RawQuery
	}
	return PathLogin + "?next=" + url.QueryEscape(next)
}
