package site

import (
	"context"
	"errors"
	"net/http"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// Access is what a route takes of whoever asks.
type Access int

// What a route may take.
const (
	// byMethod is what a route has that says nothing: a GET reads, and all else
	// changes state, which takes an operator. A new route is never open by mistake.
	byMethod  Access = iota
	Public           // for everybody: health, assets, signing in, and what is signed in a way of its own
	Showing          // reading, and for everybody where badges are public
	Reading          // changes nothing, whatever its method
	Deploying        // a pipeline may
	Operating        // an operator may
)

// need is the role that a route takes; changes says that it changes state.
func (r Route) need() (role auth.Role, changes bool) {
	safe := r.Method == http.MethodGet
	switch {
	case r.Access == Public:
		return auth.Nobody, !safe
	case r.Access == Reading, r.Access == Showing, r.Access == byMethod && safe:
		return auth.Viewer, false
	case r.Access == Deploying:
		return auth.Deploy, !safe
	}
	return auth.Operator, !safe
}

type doorKey struct{}

// Through leads a request through the door of a route: what is answered to one that is
// open, errors included, is for everybody.
func (s *Server) Through(door Access, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), doorKey{}, s.IsPublic(door))))
	})
}

// mayKnow reports whether a page may say how slofuse does. An open door says nothing of
// who may read: a password may be asked at the others.
func mayKnow(r *http.Request) bool {
	actor := auth.From(r.Context())
	open, _ := r.Context().Value(doorKey{}).(bool)
	return actor.Role >= auth.Viewer && (!open || actor.Who() != "")
}

// identified is what is known of the sender of a request.
type identified struct{ err error }

type identifiedKey struct{}

// identify finds out who asks, once, for the routes and the pages.
func (s *Server) identify(r *http.Request) *http.Request {
	actor, err := s.Guard.Identify(r)
	ctx := context.WithValue(auth.With(r.Context(), actor), identifiedKey{}, identified{err})
	return r.WithContext(ctx)
}

// IsPublic reports whether something is for everybody.
func (s *Server) IsPublic(a Access) bool {
	return a == Public || a == Showing && s.Guard.PublicBadges()
}

// admit lets through who has the role that a route takes.
func (s *Server) admit(r *http.Request, rt Route) (err error) {
	defer func() { s.Guard.Note(err) }()
	need, changes := rt.need()
	if s.IsPublic(rt.Access) {
		return nil
	}
	if known, _ := r.Context().Value(identifiedKey{}).(identified); known.err != nil {
		return known.err
	}
	actor := auth.From(r.Context())
	if err := s.Guard.Allow(r, actor, need); err != nil || !changes || len(actor.Services) == 0 {
		return err
	}
	return admitScope(r, rt, actor)
}

// admitScope lets a token that is for some services change these alone. What a
// route does not tell the services of, it may not do.
func admitScope(r *http.Request, rt Route, actor auth.Actor) error {
	refusal := &auth.Refusal{Reason: auth.WrongService, Message: "token " + actor.Name + " is for other services"}
	if rt.Services == nil {
		refusal.Message = "token " + actor.Name + " is for some services only, and this is about all"
		return refusal
	}
	services, err := rt.Services(r)
	if err != nil {
		return err
	}
	for _, service := range services {
		if !actor.May(service) {
			return refusal
		}
	}
	if len(services) == 0 {
		return refusal
	}
	return nil
}

// Guarded lets a route be used by whoever may.
func (s *Server) Guarded(rt Route) Handler {
	return func(r *http.Request) (Answer, error) {
		if err := s.admit(r, rt); err != nil {
			return Answer{}, err
		}
		return rt.Handle(r)
	}
}

// GuardedHTTP does the same for a handler that writes its own answers.
func (s *Server) GuardedHTTP(rt Route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.admit(r, rt); err != nil {
			s.Serve(func(*http.Request) (Answer, error) { return Answer{}, err }).ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ServicesOfIncident are those that an incident is about.
func (s *Server) ServicesOfIncident(r *http.Request) ([]string, error) {
	incident, err := s.Alerts.Incident(r.Context(), PathValue(r, "id"))
	return []string{incident.Service}, err
}

// refused makes a problem of a refusal.
func refused(err error) (*Problem, bool) {
	r, ok := errors.AsType[*auth.Refusal](err)
	if !ok {
		return nil, false
	}
	p := &Problem{Status: r.Status(), Code: api.CodeForbidden, Message: r.Message, challenge: r.Challenge()}
	switch p.Status {
	case http.StatusUnauthorized:
		p.Code = api.CodeUnauthorized
	case http.StatusBadRequest:
		p.Code = api.CodeBadRequest
	}
	return p, true
}
