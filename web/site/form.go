package site

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// The longest name and comment that are kept, in characters.
const (
	MaxBy      = 100
	MaxComment = 2000
)

// Visible drops what nobody sees and what turns the text around it: control
// characters, except line ends and tabs, and the marks of invisible formatting.
func Visible(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return -1
		}
		return r
	}, text))
}

// CheckAction asks for a name, because the timeline and the next person on call
// need one. The token that was shown is one, and stands beside what was typed.
func CheckAction(r *http.Request, a api.Action) (api.Action, error) {
	a.By, a.Comment = Visible(a.By), Visible(a.Comment)
	switch {
	case utf8.RuneCountInString(a.By) > MaxBy:
		return api.Action{}, BadRequest("by is longer than 100 characters")
	case utf8.RuneCountInString(a.Comment) > MaxComment:
		return api.Action{}, BadRequest("comment is longer than 2,000 characters")
	}
	if a.By = auth.From(r.Context()).By(a.By); a.By == "" {
		return api.Action{}, BadRequest("by is missing: say who does this")
	}
	return a, nil
}

// ReadForm reads what the two forms of an incident post.
func ReadForm(r *http.Request) (api.Action, error) {
	if err := ParseForm(r); err != nil {
		return api.Action{}, err
	}
	return CheckAction(r, api.Action{
		By: r.PostForm.Get("by"), Comment: r.PostForm.Get("comment"), Force: r.PostForm.Get("force") == "true",
	})
}

// maxNext bounds where a sign-in leads back to.
const maxNext = 2000

// OwnPath is a path of this server, and the start page for anything else: a
// link must not sign somebody in and lead them elsewhere.
func OwnPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || len(next) > maxNext ||
		!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// ParseForm reads a posted form.
func ParseForm(r *http.Request) error {
	if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/x-www-form-urlencoded") {
		return &Problem{Status: http.StatusUnsupportedMediaType, Code: api.CodeMediaType, Message: "send the form as application/x-www-form-urlencoded"}
	}
	var tooLarge *http.MaxBytesError
	if err := r.ParseForm(); errors.As(err, &tooLarge) {
		return err
	} else if err != nil {
		return BadRequest("the form is badly encoded", err.Error())
	}
	return nil
}

// MessageOf is an error for who filled in a form.
func MessageOf(err error) string {
	if p, ok := errors.AsType[*Problem](err); ok {
		return strings.Join(append([]string{p.Message}, p.Details...), ": ")
	}
	return err.Error()
}
