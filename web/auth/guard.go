package auth

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Rules are what a [Guard] goes by.
type Rules struct {
	Tokens []Token
	// People have roles without a token.
	People People
	// Reading needs a token or a person as well; otherwise only changing state does.
	Reading bool
	// Badges are for everybody.
	Badges bool
	// Alone says that only this machine can reach the server: without tokens and
	// proxies everything is allowed then.
	Alone bool
	// Secure says that people come by https, so that their cookie never travels
	// otherwise.
	Secure bool
}

// Guard decides who may do what. It is safe for concurrent use, and its rules
// may change while it is used: a session ends with its token.
type Guard struct {
	now      func() time.Time
	rules    atomic.Pointer[Rules]
	sessions sessions
	refused  map[Reason]*atomic.Uint64
}

// New returns a guard.
func New(now func() time.Time, rules Rules) *Guard {
	g := &Guard{now: now, sessions: sessions{byID: map[digest]session{}}, refused: map[Reason]*atomic.Uint64{}}
	for _, reason := range Reasons() {
		g.refused[reason] = new(atomic.Uint64)
	}
	g.Configure(rules)
	return g
}

// Configure replaces the rules.
func (g *Guard) Configure(rules Rules) { g.rules.Store(&rules) }

// HasTokens reports whether one can sign in.
func (g *Guard) HasTokens() bool { return len(g.rules.Load().Tokens) > 0 }

// PublicBadges reports whether badges are for everybody.
func (g *Guard) PublicBadges() bool { return g.rules.Load().Badges }

// Knows reports whether a request shows a token or a session that is in force.
func (g *Guard) Knows(r *http.Request) bool {
	t, _, err := g.shown(r, g.rules.Load(), g.sessions.use)
	return err == nil && t.Role != Nobody
}

// Identify says who sent a request. Whoever shows nothing is nobody in
// particular, with the role that is free to all; a token that is not known is a
// [Refusal]. Of a person who shows a token the token says what they may. What a
// proxy says is taken out of a request that is from somewhere else.
func (g *Guard) Identify(r *http.Request) (Actor, error) { return g.identify(r, g.sessions.use) }

// Still reports whether whoever sent a request that goes on may do now what takes a
// role: their token may be gone, and they may have signed out. It keeps no session
// awake.
func (g *Guard) Still(r *http.Request, need Role) bool {
	actor, err := g.identify(r, g.sessions.look)
	return err == nil && actor.Role >= need
}

// finder finds the session of a cookie.
type finder func(id string, now time.Time) (session, bool)

func (g *Guard) identify(r *http.Request, find finder) (Actor, error) {
	rules := g.rules.Load()
	who, err := rules.People.named(r)
	if err != nil {
		return rules.anybody(), err
	}
	t, via, err := g.shown(r, rules, find)
	if refusal, ok := errors.AsType[*Refusal](err); ok && refusal.Reason == UnknownToken && who.name != "" {
		err = nil // the proxy that names the person has tokens of its own
	}
	switch {
	case err != nil:
		return rules.anybody(), err
	case t.Role != Nobody:
		known := actor(t, via)
		known.Person = who.name
		return known, nil
	case who.name != "":
		return Actor{Person: who.name, Role: rules.People.roleOf(who), Via: who.via}, nil
	}
	return rules.anybody(), nil
}

// shown is the token that a request shows, by itself or by a session; the zero
// Token when it shows none.
func (g *Guard) shown(r *http.Request, rules *Rules, session finder) (Token, string, error) {
	if len(rules.Tokens) == 0 {
		return Token{}, "", nil // a proxy may have left headers of its own
	}
	token, shown, err := bearer(r.Header)
	if err != nil {
		return Token{}, "", err
	}
	if shown {
		if t, ok := find(rules.Tokens, sha256.Sum256([]byte(token))); ok {
			return t, ViaToken, nil
		}
		return Token{}, "", &Refusal{UnknownToken, "this token is not known, or no longer"}
	}
	t, _ := g.signedIn(r, rules, session)
	return t, ViaSession, nil
}

func actor(t Token, via string) Actor {
	return Actor{Name: t.Name, Role: t.Role, Services: t.Services, Via: via}
}

// anybody is who shows nothing.
func (r *Rules) anybody() Actor {
	told := len(r.Tokens) > 0 || r.People.User != ""
	switch {
	case !told && r.Alone:
		return Actor{Role: Operator, Via: ViaOpen}
	case told && r.Reading:
		return Actor{Role: Nobody, Via: ViaOpen}
	}
	return Actor{Role: Viewer, Via: ViaOpen}
}

// bearer takes the token out of the headers. Other schemes are none of ours: a
// proxy may use them.
func bearer(h http.Header) (token string, shown bool, err error) {
	values := h.Values("Authorization")
	if len(values) > 1 {
		return "", false, &Refusal{Malformed, "there is more than one Authorization header"}
	}
	if len(values) == 0 {
		return "", false, nil
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false, nil
	}
	return strings.TrimSpace(token), true, nil
}

// Allow says whether somebody may do what takes a role.
func (g *Guard) Allow(r *http.Request, a Actor, need Role) error {
	switch {
	case a.Role < need:
		return g.refuse(a, need)
	case a.Via == ViaSession && changes(r) && !fromAPage(r):
		return &Refusal{NoOrigin, "a browser that is signed in has to say which page this comes from; programs send a token"}
	}
	return nil
}

func (g *Guard) refuse(a Actor, need Role) error {
	switch {
	case a.Name == "" && a.Person != "":
		return &Refusal{WrongRole, "this needs the role " + need.String() + "; " + a.Person + " has " + a.Role.String() +
			": web.roles of the configuration gives more"}
	case !g.HasTokens() && g.rules.Load().People.User != "":
		return &Refusal{NoToken, "this needs the role " + need.String() + ", and no proxy says who asks: come by the address of the proxy"}
	case !g.HasTokens():
		return &Refusal{Unprotected, "nothing can be changed over the network without tokens: " +
			"name some under tokens in the configuration, or listen on loopback only"}
	case a.Name == "":
		return &Refusal{NoToken, "this needs a token with the role " + need.String() +
			": send it as Authorization: Bearer, or sign in at /login"}
	}
	return &Refusal{WrongRole, "this needs the role " + need.String() + "; token " + a.Name + " has " + a.Role.String()}
}

// Note counts a refusal; other errors, and nil, are none.
func (g *Guard) Note(err error) {
	if r, ok := errors.AsType[*Refusal](err); ok {
		g.refused[r.Reason].Add(1)
	}
}

// Refused is how many were refused so far for a reason.
func (g *Guard) Refused(reason Reason) uint64 { return g.refused[reason].Load() }

// changes reports whether the method of a request may change something.
func changes(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	return true
}

// fromAPage reports whether a browser says where a request comes from. Whether
// it comes from our own pages is checked for every request, signed in or not.
func fromAPage(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}
