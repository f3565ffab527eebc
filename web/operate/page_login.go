package operate

import (
	"net/http"
	"strings"

	"github.com/slofuse/slofuse/web/site"
)

type loginBody struct {
	Next, Message string
}

func (s Handlers) pageLogin(r *http.Request) (site.Answer, error) {
	return s.loginPage(r, site.OwnPath(r.URL.Query().Get("next")), "")
}

func (s Handlers) loginPage(r *http.Request, next, message string) (site.Answer, error) {
	return s.PageAnswer(r, "login", site.Page{Title: "Sign in", Body: loginBody{Next: next, Message: message}})
}

// submitLogin opens a session. Whoever is refused sees the form again.
func (s Handlers) submitLogin(r *http.Request) (site.Answer, error) {
	if err := site.ParseForm(r); err != nil {
		return site.Answer{}, err
	}
	next := site.OwnPath(r.PostForm.Get("next"))
	actor, cookie, err := s.Guard.SignIn(r, strings.TrimSpace(r.PostForm.Get("token")))
	if err != nil {
		a, pageErr := s.loginPage(r, next, err.Error())
		s.Guard.Note(err)
		a.Status = http.StatusForbidden
		return a, pageErr
	}
	a := site.SeeOther(next)
	a.Cookie, a.Actor = cookie, actor.Name
	return a, nil
}

func (s Handlers) submitLogout(r *http.Request) (site.Answer, error) {
	a := site.SeeOther("/")
	a.Cookie = s.Guard.SignOut(r)
	return a, nil
}
