package incidents

import (
	"net/http"
	"strconv"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

// How many resolved incidents are listed, and how many may be asked for.
const (
	defaultResolved = 50
	maxResolved     = 1000
)

func (s Handlers) listIncidents(r *http.Request) (site.Answer, error) {
	limit := defaultResolved
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxResolved {
			return site.Answer{}, site.BadRequest("limit is how many resolved incidents to list: a number from 0 to " + strconv.Itoa(maxResolved))
		}
		limit = n
	}
	incidents, err := s.Alerts.Incidents(r.Context(), limit)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, api.FromIncidents(incidents))
}

func (s Handlers) getIncident(r *http.Request) (site.Answer, error) {
	incident, err := s.Alerts.Incident(r.Context(), site.PathValue(r, "id"))
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, api.FromIncident(incident))
}

func (s Handlers) ackIncident(r *http.Request) (site.Answer, error) {
	action, err := readAction(r)
	if err != nil {
		return site.Answer{}, err
	}
	incident, err := s.Responder.Acknowledge(r.Context(), site.PathValue(r, "id"), action.By, action.Comment)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, api.FromIncident(incident))
}

func (s Handlers) resolveIncident(r *http.Request) (site.Answer, error) {
	action, err := readAction(r)
	if err != nil {
		return site.Answer{}, err
	}
	incident, err := s.Responder.Resolve(r.Context(), site.PathValue(r, "id"), action.By, action.Comment, action.Force)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, api.FromIncident(incident))
}

func readAction(r *http.Request) (api.Action, error) {
	var a api.Action
	if err := site.DecodeJSON(r, &a); err != nil {
		return api.Action{}, err
	}
	return site.CheckAction(r, a)
}
