package auth

import (
	"crypto/sha256"
	"net/http"
	"slices"
)

// The cookie of a session. A browser takes one of the first name over https
// only, and from nobody but this host.
const (
	secureCookie = "__Host-slofuse"
	plainCookie  = "slofuse"
)

// SignIn opens a session for whoever has a token, in place of the one the request may
// have, and returns the cookie that stands for it.
func (g *Guard) SignIn(r *http.Request, token string) (Actor, *http.Cookie, error) {
	rules, secret := g.rules.Load(), sha256.Sum256([]byte(token))
	t, ok := find(rules.Tokens, secret)
	if !ok {
		return Actor{}, nil, &Refusal{UnknownToken, "this token is not known, or no longer"}
	}
	g.SignOut(r)
	return actor(t, ViaSession), rules.cookie(g.sessions.open(t.Name, secret, g.now()), int(longest.Seconds())), nil
}

// SignOut ends the session of a request, and returns the cookie that replaces
// its own; nil when it has none.
func (g *Guard) SignOut(r *http.Request) *http.Cookie {
	rules := g.rules.Load()
	id, ok := rules.sessionID(r)
	if !ok {
		return nil
	}
	g.sessions.end(id)
	return rules.cookie("", -1)
}

// signedIn finds the token that a session was opened with, if it is still in
// force.
func (g *Guard) signedIn(r *http.Request, rules *Rules, find finder) (Token, bool) {
	id, ok := rules.sessionID(r)
	if !ok {
		return Token{}, false
	}
	s, ok := find(id, g.now())
	if !ok {
		return Token{}, false
	}
	at := slices.IndexFunc(rules.Tokens, func(t Token) bool { return t.Name == s.token })
	if at < 0 || !rules.Tokens[at].has(s.secret) {
		g.sessions.end(id)
		return Token{}, false
	}
	return rules.Tokens[at], true
}

// sessionID is what the cookie holds. Two cookies are none: one of them was
// set by somebody else.
func (r *Rules) sessionID(req *http.Request) (string, bool) {
	cookies := req.CookiesNamed(r.cookieName())
	if len(cookies) != 1 || cookies[0].Value == "" {
		return "", false
	}
	return cookies[0].Value, true
}

func (r *Rules) cookieName() string {
	if r.Secure {
		return secureCookie
	}
	return plainCookie
}

func (r *Rules) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: r.cookieName(), Value: value, Path: "/", MaxAge: maxAge,
		Secure: r.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
