package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// access is what a route takes of whoever asks.
type access int

const (
	// byMethod is what a route has that says nothing: a GET reads, and all else
	// changes state, which takes an operator. A new route is never open by mistake.
	byMethod  access = iota
	public           // for everybody: health, assets, signing in, and what is signed in a way of its own
	showing          // reading, and for everybody where badges are public
	reading          // changes nothing, whatever its method
	deploying        // a pipeline may
	operating        // an operator may
)

// need is the role that a route takes; changes says that it changes state.
func (r route) need() (role auth.Role, changes bool) {
	safe := r.method == http.MethodGet
	switch {
	case r.access == public:
		return auth.Nobody, !safe
	case r.access == reading, r.access == showing, r.access == byMethod && safe:
		return auth.Viewer, false
	case r.access == deploying:
		return auth.Deploy, !safe
	}
	return auth.Operator, !safe
}

type doorKey struct{}

// through leads a request through the door of a route: what is answered to one that is
// open, errors included, is for everybody.
func (s *Server) through(door access, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), doorKey{}, s.isPublic(door))))
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

// isPublic reports whether something is for everybody.
func (s *Server) isPublic(a access) bool {
	return a == public || a == showing && s.Guard.PublicBadges()
}

// admit lets through who has the role that a route takes.
func (s *Server) admit(r *http.Request, rt route) (err error) {
	defer func() { s.Guard.Note(err) }()
	need, changes := rt.need()
	if s.isPublic(rt.access) {
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
func admitScope(r *http.Request, rt route, actor auth.Actor) error {
	refusal := &auth.Refusal{Reason: auth.WrongService, Message: "token " + actor.Name + " is for other services"}
	if rt.services == nil {
		refusal.Message = "token " + actor.Name + " is for some services only, and this is about all"
		return refusal
	}
	services, err := rt.services(r)
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

// guarded lets a route be used by whoever may.
func (s *Server) guarded(rt route) handler {
	return func(r *http.Request) (answer, error) {
		if err := s.admit(r, rt); err != nil {
			return answer{}, err
		}
		return rt.handle(r)
	}
}

// guardedHTTP does the same for a handler that writes its own answers.
func (s *Server) guardedHTTP(rt route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.admit(r, rt); err != nil {
			s.serve(func(*http.Request) (answer, error) { return answer{}, err }).ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// servicesOfIncident are those that an incident is about.
func (s *Server) servicesOfIncident(r *http.Request) ([]string, error) {
	incident, err := s.Alerts.Incident(r.Context(), pathValue(r, "id"))
	return []string{incident.Service}, err
}

// refused makes a problem of a refusal.
func refused(err error) (*problem, bool) {
	r, ok := errors.AsType[*auth.Refusal](err)
	if !ok {
		return nil, false
	}
	p := &problem{status: r.Status(), code: api.CodeForbidden, message: r.Message, challenge: r.Challenge()}
	switch p.status {
	case http.StatusUnauthorized:
		p.code = api.CodeUnauthorized
	case http.StatusBadRequest:
		p.code = api.CodeBadRequest
	}
	return p, true
}
