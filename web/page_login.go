package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/slofuse/slofuse/web/api"
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
		Token: actor.Name, Person: actor.Person, Signed: actor.Via == auth.ViaSession, MaxBy: maxBy,
		CanSignIn: s.Guard.HasTokens(), SignIn: signInPath(r), Operates: actor.Role >= auth.Operator,
		services: actor.Services,
	}
	if actor.Who() != "" {
		v.Name, v.Role = actor.Who(), actor.Role.String()
	}
	return v
}

const pathLogin = "/login"

// signInPath is the page to sign in on before going back to this one.
func signInPath(r *http.Request) string {
	next := r.URL.Path
	if r.Method != http.MethodGet || next == pathLogin {
		return pathLogin
	}
	if r.URL.RawQuery != "" {
		next += "?" + r.URL.RawQuery
	}
	return pathLogin + "?next=" + url.QueryEscape(next)
}

// maxNext bounds where a sign-in leads back to.
const maxNext = 2000

// ownPath is a path of this server, and the start page for anything else: a
// link must not sign somebody in and lead them elsewhere.
func ownPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || len(next) > maxNext ||
		!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

type loginBody struct {
	Next, Message string
}

func (s *Server) pageLogin(r *http.Request) (answer, error) {
	return s.loginPage(r, ownPath(r.URL.Query().Get("next")), "")
}

func (s *Server) loginPage(r *http.Request, next, message string) (answer, error) {
	return s.pageAnswer(r, "login", page{Title: "Sign in", Body: loginBody{Next: next, Message: message}})
}

// submitLogin opens a session. Whoever is refused sees the form again.
func (s *Server) submitLogin(r *http.Request) (answer, error) {
	if err := parseForm(r); err != nil {
		return answer{}, err
	}
	next := ownPath(r.PostForm.Get("next"))
	actor, cookie, err := s.Guard.SignIn(r, strings.TrimSpace(r.PostForm.Get("token")))
	if err != nil {
		a, pageErr := s.loginPage(r, next, err.Error())
		s.Guard.Note(err)
		a.status = http.StatusForbidden
		return a, pageErr
	}
	a := seeOther(next)
	a.cookie, a.actor = cookie, actor.Name
	return a, nil
}

func (s *Server) submitLogout(r *http.Request) (answer, error) {
	a := seeOther("/")
	a.cookie = s.Guard.SignOut(r)
	return a, nil
}

// parseForm reads a posted form.
func parseForm(r *http.Request) error {
	if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/x-www-form-urlencoded") {
		return &problem{status: http.StatusUnsupportedMediaType, code: api.CodeMediaType, message: "send the form as application/x-www-form-urlencoded"}
	}
	var tooLarge *http.MaxBytesError
	if err := r.ParseForm(); errors.As(err, &tooLarge) {
		return err
	} else if err != nil {
		return badRequest("the form is badly encoded", err.Error())
	}
	return nil
}
