package web

import (
	"context"
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// Maintenances keeps the maintenance windows. What it did is on disk when it returns.
type Maintenances interface {
	// Maintenances lists all windows, also those that were withdrawn, the latest first.
	Maintenances(ctx context.Context) ([]suppress.Maintenance, error)
	// Announce gives a window an id and keeps it.
	Announce(ctx context.Context, m suppress.Maintenance) (suppress.Maintenance, error)
	// Withdraw takes a window back, with all that it corrected; one that was withdrawn
	// stays as it is. It returns [ErrUnknownMaintenance].
	Withdraw(ctx context.Context, id, by string) (suppress.Maintenance, error)
	// ChangeMaintenance keeps what becomes of a window, with nobody changing it
	// meanwhile. It returns [ErrUnknownMaintenance], or why become refuses.
	ChangeMaintenance(ctx context.Context, id string, become func(suppress.Maintenance) (suppress.Maintenance, error)) (suppress.Maintenance, error)
}

func (s *Server) listMaintenance(r *http.Request) (answer, error) {
	windows, err := s.Maintenance.Maintenances(r.Context())
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, api.FromMaintenances(windows, s.Now()))
}

func (s *Server) announceMaintenance(r *http.Request) (answer, error) {
	var asked api.Announcement
	if err := decodeJSON(r, &asked); err != nil {
		return answer{}, err
	}
	m, err := s.keepMaintenance(r, asked)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusCreated, api.FromMaintenance(m, s.Now()))
}

// keepMaintenance announces what was asked for.
func (s *Server) keepMaintenance(r *http.Request, asked api.Announcement) (suppress.Maintenance, error) {
	asked.Author = auth.From(r.Context()).By(visible(asked.Author))
	m, err := maintenanceOf(asked)
	if err != nil {
		return m, badRequest(err.Error())
	}
	return s.Maintenance.Announce(r.Context(), m)
}

// maintenanceOf is what was asked for, if that can be.
func maintenanceOf(a api.Announcement) (suppress.Maintenance, error) {
	matchers, err := suppress.ParseMatchers(a.Matchers...)
	if err != nil {
		return suppress.Maintenance{}, err
	}
	m := suppress.Maintenance{
		Matchers: matchers, StartsAt: a.StartsAt.UTC(), Recurring: a.TimeIntervals, Correct: a.Correct, Mute: a.Mute, Author: a.Author, Reason: visible(a.Reason),
	}
	if a.EndsAt != nil {
		m.EndsAt = a.EndsAt.UTC()
	}
	if utf8.RuneCountInString(m.Author) > maxBy || utf8.RuneCountInString(m.Reason) > maxComment {
		return m, errors.New("author is longer than 100 characters, or reason than 2,000")
	}
	return m, m.Check()
}

func (s *Server) withdrawMaintenance(r *http.Request) (answer, error) {
	by := auth.From(r.Context()).By(visible(r.URL.Query().Get("by")))
	if by == "" || utf8.RuneCountInString(by) > maxBy {
		return answer{}, badRequest("by is missing or longer than 100 characters: say in ?by= who takes it back")
	}
	m, err := s.Maintenance.Withdraw(r.Context(), pathValue(r, "id"), by)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, api.FromMaintenance(m, s.Now()))
}
