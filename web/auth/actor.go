package auth

import (
	"cmp"
	"context"
	"slices"
)

// How somebody came in.
const (
	ViaToken    = "token"    // a token in the request
	ViaSession  = "session"  // signed in with a token
	ViaPassword = "password" // a person with a password
	ViaProxy    = "proxy"    // a person whom a trusted proxy names
	ViaOpen     = "open"     // no token is asked for
)

// Actor is who asks.
type Actor struct {
	Name     string // of the token; empty when none was shown
	Person   string // who it is, when a password or a proxy says so; else empty
	Role     Role
	Services []string // that they may change; none: all
	Via      string
}

// May reports whether what they change may belong to a service.
func (a Actor) May(service string) bool {
	return len(a.Services) == 0 || slices.Contains(a.Services, service)
}

// Who names somebody in one word: the person, else the token. It is empty when
// neither is known.
func (a Actor) Who() string { return cmp.Or(a.Person, a.Name) }

// By says who did something: the person who is known, else what was typed, and
// beside it the token that stands for it. It is empty when nothing is known.
func (a Actor) By(typed string) string {
	if a.Person != "" {
		typed = a.Person
	}
	switch {
	case a.Name == "":
		return typed
	case typed == "" || typed == a.Name && a.Person == "":
		return "token " + a.Name
	}
	return typed + " (token " + a.Name + ")"
}

type actorKey struct{}

// With keeps an actor for those who handle the request.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// From returns the actor that [With] kept; without one, nobody.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
