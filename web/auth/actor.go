package auth

import (
	"context"
	"slices"
)

// How somebody came in.
const (
	ViaToken   = "token"   // a token in the request
	ViaSession = "session" // signed in with a token
	ViaOpen    = "open"    // no token is asked for
)

// Actor is who asks.
type Actor struct {
	Name     string // of the token; empty when none was shown
	Role     Role
	Services []string // that they may change; none: all
	Via      string
}

// May reports whether what they change may belong to a service.
func (a Actor) May(service string) bool {
	return len(a.Services) == 0 || slices.Contains(a.Services, service)
}

// By says who did something: what a person typed, and beside it the token that
// stands for it. It is empty when neither is known.
func (a Actor) By(typed string) string {
	switch {
	case a.Name == "":
		return typed
	case typed == "" || typed == a.Name:
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
