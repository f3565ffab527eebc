package web

import (
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// How many resolved incidents are listed, and how many may be asked for.
const (
	defaultResolved = 50
	maxResolved     = 1000
)

func (s *Server) listIncidents(r *http.Request) (answer, error) {
	limit := defaultResolved
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxResolved {
			return answer{}, badRequest("limit is how many resolved incidents to list: a number from 0 to " + strconv.Itoa(maxResolved))
		}
		limit = n
	}
	incidents, err := s.Alerts.Incidents(r.Context(), limit)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, api.FromIncidents(incidents))
}

func (s *Server) getIncident(r *http.Request) (answer, error) {
	incident, err := s.Alerts.Incident(r.Context(), pathValue(r, "id"))
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, api.FromIncident(incident))
}

func (s *Server) ackIncident(r *http.Request) (answer, error) {
	action, err := readAction(r)
	if err != nil {
		return answer{}, err
	}
	incident, err := s.Responder.Acknowledge(r.Context(), pathValue(r, "id"), action.By, action.Comment)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, api.FromIncident(incident))
}

func (s *Server) resolveIncident(r *http.Request) (answer, error) {
	action, err := readAction(r)
	if err != nil {
		return answer{}, err
	}
	incident, err := s.Responder.Resolve(r.Context(), pathValue(r, "id"), action.By, action.Comment, action.Force)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, api.FromIncident(incident))
}

func readAction(r *http.Request) (api.Action, error) {
	var a api.Action
	if err := decodeJSON(r, &a); err != nil {
		return api.Action{}, err
	}
	return checkAction(r, a)
}

// The longest name and comment that are kept, in characters.
const (
	maxBy      = 100
	maxComment = 2000
)

// visible drops what nobody sees and what turns the text around it: control
// characters, except line ends and tabs, and the marks of invisible formatting.
func visible(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return -1
		}
		return r
	}, text))
}

// checkAction asks for a name, because the timeline and the next person on call
// need one. The token that was shown is one, and stands beside what was typed.
func checkAction(r *http.Request, a api.Action) (api.Action, error) {
	a.By, a.Comment = visible(a.By), visible(a.Comment)
	switch {
	case utf8.RuneCountInString(a.By) > maxBy:
		return api.Action{}, badRequest("by is longer than 100 characters")
	case utf8.RuneCountInString(a.Comment) > maxComment:
		return api.Action{}, badRequest("comment is longer than 2,000 characters")
	}
	if a.By = auth.From(r.Context()).By(a.By); a.By == "" {
		return api.Action{}, badRequest("by is missing: say who does this")
	}
	return a, nil
}
