package web

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

// problem is an error that was made for the one who asked.
type problem struct {
	status  int
	code    string
	message string
	details []string
	similar []slo.ID // of an SLO that does not exist: those that may be meant; without a Name, functions
	allow   string
	// challenge asks whoever sent the request who they are; of a 401.
	challenge string
}

func (p *problem) Error() string { return p.message }

func badRequest(message string, details ...string) error {
	return &problem{status: http.StatusBadRequest, code: api.CodeBadRequest, message: message, details: details}
}

func notFound(message string) error {
	return &problem{status: http.StatusNotFound, code: api.CodeNotFound, message: message}
}

// mostSimilar is how many SLOs are named that may be meant.
const mostSimilar = 5

// unknownSLO says that there is no SLO of a name, and which may be meant.
func unknownSLO(id slo.ID, all []slo.SLO) error {
	ids := make([]slo.ID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	similar := listing.Similar(ids, id.String())
	return &problem{
		status: http.StatusNotFound, code: api.CodeNotFound, message: "there is no SLO " + id.String(),
		similar: similar[:min(len(similar), mostSimilar)],
	}
}

// unknownFunction says that no SLO is about a function of a name, and which may be
// meant.
func unknownFunction(id slo.ID, all []slo.SLO) error {
	var ids []slo.ID
	for i := range all {
		if of := all[i].ID.OfFunction(); len(ids) == 0 || ids[len(ids)-1] != of {
			ids = append(ids, of)
		}
	}
	similar := listing.Similar(ids, id.FunctionKey())
	return &problem{
		status: http.StatusNotFound, code: api.CodeNotFound, message: "there is no function " + id.FunctionKey() + " with an SLO",
		similar: similar[:min(len(similar), mostSimilar)],
	}
}

// conflict says that what is asked for does not go with what is there, and the way out.
func conflict(err error, wayOut string) *problem {
	return &problem{status: http.StatusConflict, code: api.CodeConflict, message: err.Error(), details: []string{wayOut}}
}

func forbidden(message string) error {
	return &problem{status: http.StatusForbidden, code: api.CodeForbidden, message: message}
}

// busy says that what was asked for cannot be had at the moment.
func busy(message string) error {
	return &problem{status: http.StatusServiceUnavailable, code: api.CodeUnavailable, message: message}
}

// unanswered says that a backend does not answer, and why.
func unanswered(err error) error {
	return &problem{status: http.StatusServiceUnavailable, code: api.CodeUnavailable, message: "the backend does not answer: " + err.Error()}
}

func methodNotAllowed(methods []string) handler {
	if slices.Contains(methods, http.MethodGet) {
		methods = append(slices.Clone(methods), http.MethodHead)
	}
	slices.Sort(methods)
	allow := strings.Join(methods, ", ")
	return func(r *http.Request) (answer, error) {
		return answer{}, &problem{
			status: http.StatusMethodNotAllowed, code: api.CodeMethod,
			message: r.Method + " is not possible here, use " + allow, allow: allow,
		}
	}
}

// asProblem maps every error to what may be told. What it does not know is
// internal: the cause is for the log alone.
func asProblem(err error) *problem {
	var p *problem
	var query *listing.QueryError
	var tooLarge *http.MaxBytesError
	if p, ok := refused(err); ok {
		return p
	}
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &query):
		return &problem{status: http.StatusBadRequest, code: api.CodeBadRequest, message: "some parameters cannot be understood", details: query.Problems}
	case errors.Is(err, listing.ErrCursor):
		return &problem{status: http.StatusBadRequest, code: api.CodeBadRequest, message: listing.ErrCursor.Error()}
	case errors.As(err, &tooLarge):
		return &problem{status: http.StatusRequestEntityTooLarge, code: api.CodeTooLarge, message: fmt.Sprintf("the body is larger than %d KB", tooLarge.Limit>>10)}
	case errors.Is(err, ErrUnsigned):
		return &problem{status: http.StatusForbidden, code: api.CodeForbidden, message: err.Error()}
	case errors.Is(err, ErrMalformed):
		return &problem{status: http.StatusBadRequest, code: api.CodeBadRequest, message: err.Error()}
	case errors.Is(err, ErrUnknownIncident):
		return &problem{status: http.StatusNotFound, code: api.CodeNotFound, message: ErrUnknownIncident.Error()}
	case errors.Is(err, ErrUnknownMaintenance):
		return &problem{status: http.StatusNotFound, code: api.CodeNotFound, message: ErrUnknownMaintenance.Error()}
	case errors.Is(err, ErrUnknownSilence):
		return &problem{status: http.StatusNotFound, code: api.CodeNotFound, message: ErrUnknownSilence.Error(), details: []string{"slofuse silence list, or GET /api/v1/silences, lists them"}}
	case errors.Is(err, ErrUnknownDeploy):
		return &problem{status: http.StatusNotFound, code: api.CodeNotFound, message: ErrUnknownDeploy.Error(), details: []string{"slofuse deploy list, or GET /api/v1/deploys, lists them"}}
	case errors.Is(err, ErrAnotherDeploy):
		return conflict(ErrAnotherDeploy, "it is about other functions, another version or another time: leave id out to get a new one, or take an id that no other run has")
	case errors.Is(err, ErrDeployEnded):
		return conflict(ErrDeployEnded, "what was said first stays, but that it was rolled back after all")
	case errors.Is(err, ErrDeployWithdrawn):
		return conflict(ErrDeployWithdrawn, "announce it again under another id")
	case errors.Is(err, ErrResolved):
		return &problem{status: http.StatusConflict, code: api.CodeConflict, message: ErrResolved.Error()}
	case errors.Is(err, ErrStillBurning):
		return &problem{
			status: http.StatusConflict, code: api.CodeConflict, message: ErrStillBurning.Error(),
			details: []string{"resolve it with force if you are sure; it opens again when it keeps burning"},
		}
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{status: http.StatusServiceUnavailable, code: api.CodeUnavailable, message: "this took too long, try again or ask for less"}
	}
	return &problem{status: http.StatusInternalServerError, code: api.CodeInternal, message: "something went wrong here; the cause is in the log of slofuse"}
}

// refuse turns an error into an answer: JSON for programs, a page for people.
func (s *Server) refuse(r *http.Request, err error) answer {
	p := asProblem(err)
	if p.status == http.StatusUnauthorized && r.Method == http.MethodGet && wantsPage(r) && !wantsFragment(r) {
		return seeOther(signInPath(r))
	}
	if p.status == http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		s.logger.Error("request failed", "method", r.Method, "path", r.URL.Path, "err", err)
	}
	a, renderErr := s.render(r, p)
	if renderErr != nil {
		s.logger.Error("rendering an error failed", "err", renderErr)
		a = textAnswer(p.status, p.message)
	}
	a.status, a.allow, a.challenge = p.status, p.allow, p.challenge
	return a
}

func (s *Server) render(r *http.Request, p *problem) (answer, error) {
	if wantsPage(r) {
		return s.pageError(r, p)
	}
	details := append([]string{}, p.details...)
	for _, id := range p.similar {
		details = append(details, "did you mean "+strings.TrimSuffix(id.String(), "/")+"?")
	}
	return jsonAnswer(p.status, api.ErrorResponse{Error: api.Problem{Code: p.code, Message: p.message, Details: details}})
}

// wantsPage tells a person at a browser from a program.
func wantsPage(r *http.Request) bool {
	path := r.URL.Path
	if strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/-/") || path == pathMetrics || path == pathSLOMetrics {
		return false
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}
