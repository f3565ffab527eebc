package site

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/listing"
)

// Problem is an error that was made for the one who asked.
type Problem struct {
	Status  int
	Code    string
	Message string
	Details []string
	Similar []slo.ID // of an SLO that does not exist: those that may be meant; without a Name, functions
	allow   string
	// challenge asks whoever sent the request who they are; of a 401.
	challenge string
}

func (p *Problem) Error() string { return p.Message }

// BadRequest is for whoever asked for something that is none; details name the places.
func BadRequest(message string, details ...string) error {
	return &Problem{Status: http.StatusBadRequest, Code: api.CodeBadRequest, Message: message, Details: details}
}

// NotFound is for whoever asked for what is not there.
func NotFound(message string) error {
	return &Problem{Status: http.StatusNotFound, Code: api.CodeNotFound, Message: message}
}

// mostSimilar is how many SLOs are named that may be meant.
const mostSimilar = 5

// UnknownSLO says that there is no SLO of a name, and which may be meant.
func UnknownSLO(id slo.ID, all []slo.SLO) error {
	ids := make([]slo.ID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	similar := listing.Similar(ids, id.String())
	return &Problem{
		Status: http.StatusNotFound, Code: api.CodeNotFound, Message: "there is no SLO " + id.String(),
		Similar: similar[:min(len(similar), mostSimilar)],
	}
}

// UnknownFunction says that no SLO is about a function of a name, and which may be
// meant.
func UnknownFunction(id slo.ID, all []slo.SLO) error {
	var ids []slo.ID
	for i := range all {
		if of := all[i].ID.OfFunction(); len(ids) == 0 || ids[len(ids)-1] != of {
			ids = append(ids, of)
		}
	}
	similar := listing.Similar(ids, id.FunctionKey())
	return &Problem{
		Status: http.StatusNotFound, Code: api.CodeNotFound, Message: "there is no function " + id.FunctionKey() + " with an SLO",
		Similar: similar[:min(len(similar), mostSimilar)],
	}
}

// Conflict says that what is asked for does not go with what is there, and the way out.
func Conflict(err error, wayOut string) *Problem {
	return &Problem{Status: http.StatusConflict, Code: api.CodeConflict, Message: err.Error(), Details: []string{wayOut}}
}

func forbidden(message string) error {
	return &Problem{Status: http.StatusForbidden, Code: api.CodeForbidden, Message: message}
}

// Busy says that what was asked for cannot be had at the moment.
func Busy(message string) error {
	return &Problem{Status: http.StatusServiceUnavailable, Code: api.CodeUnavailable, Message: message}
}

// Unanswered says that a backend does not answer, and why.
func Unanswered(err error) error {
	return &Problem{Status: http.StatusServiceUnavailable, Code: api.CodeUnavailable, Message: "the backend does not answer: " + err.Error()}
}

// MethodNotAllowed answers the other methods of a path.
func MethodNotAllowed(methods []string) Handler {
	if slices.Contains(methods, http.MethodGet) {
		methods = append(slices.Clone(methods), http.MethodHead)
	}
	slices.Sort(methods)
	allow := strings.Join(methods, ", ")
	return func(r *http.Request) (Answer, error) {
		return Answer{}, &Problem{
			Status: http.StatusMethodNotAllowed, Code: api.CodeMethod,
			Message: r.Method + " is not possible here, use " + allow, allow: allow,
		}
	}
}

// AsProblem maps every error to what may be told. What it does not know is
// internal: the cause is for the log alone.
func AsProblem(err error) *Problem {
	var p *Problem
	var query *listing.QueryError
	var tooLarge *http.MaxBytesError
	if p, ok := refused(err); ok {
		return p
	}
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &query):
		return &Problem{Status: http.StatusBadRequest, Code: api.CodeBadRequest, Message: "some parameters cannot be understood", Details: query.Problems}
	case errors.Is(err, listing.ErrCursor):
		return &Problem{Status: http.StatusBadRequest, Code: api.CodeBadRequest, Message: listing.ErrCursor.Error()}
	case errors.As(err, &tooLarge):
		return &Problem{Status: http.StatusRequestEntityTooLarge, Code: api.CodeTooLarge, Message: fmt.Sprintf("the body is larger than %d KB", tooLarge.Limit>>10)}
	case errors.Is(err, ErrUnsigned):
		return &Problem{Status: http.StatusForbidden, Code: api.CodeForbidden, Message: err.Error()}
	case errors.Is(err, ErrMalformed):
		return &Problem{Status: http.StatusBadRequest, Code: api.CodeBadRequest, Message: err.Error()}
	case errors.Is(err, ErrUnknownIncident):
		return &Problem{Status: http.StatusNotFound, Code: api.CodeNotFound, Message: ErrUnknownIncident.Error()}
	case errors.Is(err, ErrUnknownMaintenance):
		return &Problem{Status: http.StatusNotFound, Code: api.CodeNotFound, Message: ErrUnknownMaintenance.Error()}
	case errors.Is(err, ErrUnknownSilence):
		return &Problem{Status: http.StatusNotFound, Code: api.CodeNotFound, Message: ErrUnknownSilence.Error(), Details: []string{"slofuse silence list, or GET /api/v1/silences, lists them"}}
	case errors.Is(err, ErrUnknownDeploy):
		return &Problem{Status: http.StatusNotFound, Code: api.CodeNotFound, Message: ErrUnknownDeploy.Error(), Details: []string{"slofuse deploy list, or GET /api/v1/deploys, lists them"}}
	case errors.Is(err, ErrAnotherDeploy):
		return Conflict(ErrAnotherDeploy, "it is about other functions, another version or another time: leave id out to get a new one, or take an id that no other run has")
	case errors.Is(err, ErrDeployEnded):
		return Conflict(ErrDeployEnded, "what was said first stays, but that it was rolled back after all")
	case errors.Is(err, ErrDeployWithdrawn):
		return Conflict(ErrDeployWithdrawn, "announce it again under another id")
	case errors.Is(err, ErrResolved):
		return &Problem{Status: http.StatusConflict, Code: api.CodeConflict, Message: ErrResolved.Error()}
	case errors.Is(err, ErrStillBurning):
		return &Problem{
			Status: http.StatusConflict, Code: api.CodeConflict, Message: ErrStillBurning.Error(),
			Details: []string{"resolve it with force if you are sure; it opens again when it keeps burning"},
		}
	case errors.Is(err, context.DeadlineExceeded):
		return &Problem{Status: http.StatusServiceUnavailable, Code: api.CodeUnavailable, Message: "this took too long, try again or ask for less"}
	}
	return &Problem{Status: http.StatusInternalServerError, Code: api.CodeInternal, Message: "something went wrong here; the cause is in the log of slofuse"}
}

// refuse turns an error into an answer: JSON for programs, a page for people.
func (s *Server) refuse(r *http.Request, err error) Answer {
	p := AsProblem(err)
	if p.Status == http.StatusUnauthorized && r.Method == http.MethodGet && wantsPage(r) && !WantsFragment(r) {
		return SeeOther(signInPath(r))
	}
	if p.Status == http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		s.Log.Error("request failed", "method", r.Method, "path", r.URL.Path, "err", err)
	}
	a, renderErr := s.render(r, p)
	if renderErr != nil {
		s.Log.Error("rendering an error failed", "err", renderErr)
		a = TextAnswer(p.Status, p.Message)
	}
	a.Status, a.allow, a.challenge = p.Status, p.allow, p.challenge
	return a
}

func (s *Server) render(r *http.Request, p *Problem) (Answer, error) {
	if wantsPage(r) {
		return s.pageError(r, p)
	}
	details := append([]string{}, p.Details...)
	for _, id := range p.Similar {
		details = append(details, "did you mean "+strings.TrimSuffix(id.String(), "/")+"?")
	}
	return JSONAnswer(p.Status, api.ErrorResponse{Error: api.Problem{Code: p.Code, Message: p.Message, Details: details}})
}

// wantsPage tells a person at a browser from a program.
func wantsPage(r *http.Request) bool {
	path := r.URL.Path
	if strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/-/") || path == PathMetrics || path == PathSLOMetrics {
		return false
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}
