package web

import (
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// whoActs is who does something, with the token that was shown; it is kept in the
// audit.
func whoActs(r *http.Request, by string) (string, error) {
	by = visible(by)
	if utf8.RuneCountInString(by) > maxBy {
		return "", badRequest("by is longer than 100 characters")
	}
	if by = auth.From(r.Context()).By(by); by == "" {
		return "", badRequest("by is missing: say who does this")
	}
	return by, nil
}

// extension reads who wants a later end, and which.
func extension(r *http.Request) (to time.Time, by string, err error) {
	var asked api.Extension
	if err := decodeJSON(r, &asked); err != nil {
		return to, "", err
	}
	if asked.EndsAt == nil {
		return to, "", badRequest("ends_at is missing: say when it ends instead")
	}
	by, err = whoActs(r, asked.By)
	return asked.EndsAt.UTC(), by, err
}

// extendTo makes a silence end later.
func (s *Server) extendTo(r *http.Request, to time.Time, by string) (suppress.Silence, error) {
	return s.Silences.ChangeSilence(r.Context(), pathValue(r, "id"), func(x suppress.Silence) (suppress.Silence, error) {
		before, now := x.EndsAt, s.Now().UTC()
		x, err := x.Extended(to, now, s.Limits.LongestSilence())
		return x.NotedBy(by, now, before), refusedChange(err, "add a new silence")
	})
}

// changeWindow makes a maintenance window end at another time.
func (s *Server) changeWindow(r *http.Request, by string, become func(suppress.Maintenance) (suppress.Maintenance, error)) (suppress.Maintenance, error) {
	return s.Maintenance.ChangeMaintenance(r.Context(), pathValue(r, "id"), func(m suppress.Maintenance) (suppress.Maintenance, error) {
		before := m.EndsAt
		m, err := become(m)
		return m.NotedBy(by, s.Now().UTC(), before), refusedChange(err, "announce it anew")
	})
}

// refusedChange says why something cannot be changed, and the way out when it is over.
func refusedChange(err error, wayOut string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, suppress.ErrOver):
		return conflict(suppress.ErrOver, wayOut)
	}
	return badRequest(err.Error())
}

func (s *Server) extendSilence(r *http.Request) (answer, error) {
	to, by, err := extension(r)
	if err != nil {
		return answer{}, err
	}
	x, err := s.extendTo(r, to, by)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, s.silence(x))
}

func (s *Server) extendMaintenance(r *http.Request) (answer, error) {
	to, by, err := extension(r)
	if err != nil {
		return answer{}, err
	}
	m, err := s.changeWindow(r, by, func(m suppress.Maintenance) (suppress.Maintenance, error) { return m.Extended(to) })
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, api.FromMaintenance(m, s.Now()))
}

func (s *Server) endMaintenance(r *http.Request) (answer, error) {
	var asked api.Ending
	if err := decodeJSON(r, &asked); err != nil {
		return answer{}, err
	}
	by, err := whoActs(r, asked.By)
	if err != nil {
		return answer{}, err
	}
	m, err := s.endWindow(r, by)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, api.FromMaintenance(m, s.Now()))
}

// endWindow ends a window now.
func (s *Server) endWindow(r *http.Request, by string) (suppress.Maintenance, error) {
	now := s.Now().UTC().Truncate(time.Second)
	return s.changeWindow(r, by, func(m suppress.Maintenance) (suppress.Maintenance, error) { return m.Ended(now) })
}
