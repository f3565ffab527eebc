package suppression

import (
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) listMaintenance(r *http.Request) (site.Answer, error) {
	windows, err := s.Maintenance.Maintenances(r.Context())
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, api.FromMaintenances(windows, s.Now()))
}

func (s Handlers) announceMaintenance(r *http.Request) (site.Answer, error) {
	var asked api.Announcement
	if err := site.DecodeJSON(r, &asked); err != nil {
		return site.Answer{}, err
	}
	m, err := s.keepMaintenance(r, asked)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusCreated, api.FromMaintenance(m, s.Now()))
}

// keepMaintenance announces what was asked for.
func (s Handlers) keepMaintenance(r *http.Request, asked api.Announcement) (suppress.Maintenance, error) {
	asked.Author = auth.From(r.Context()).By(site.Visible(asked.Author))
	m, err := maintenanceOf(asked)
	if err != nil {
		return m, site.BadRequest(err.Error())
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
		Matchers: matchers, StartsAt: a.StartsAt.UTC(), Recurring: a.TimeIntervals, Correct: a.Correct, Mute: a.Mute, Author: a.Author, Reason: site.Visible(a.Reason),
	}
	if a.EndsAt != nil {
		m.EndsAt = a.EndsAt.UTC()
	}
	if utf8.RuneCountInString(m.Author) > site.MaxBy || utf8.RuneCountInString(m.Reason) > site.MaxComment {
		return m, errors.New("author is longer than 100 characters, or reason than 2,000")
	}
	return m, m.Check()
}

func (s Handlers) withdrawMaintenance(r *http.Request) (site.Answer, error) {
	by := auth.From(r.Context()).By(site.Visible(r.URL.Query().Get("by")))
	if by == "" || utf8.RuneCountInString(by) > site.MaxBy {
		return site.Answer{}, site.BadRequest("by is missing or longer than 100 characters: say in ?by= who takes it back")
	}
	m, err := s.Maintenance.Withdraw(r.Context(), site.PathValue(r, "id"), by)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, api.FromMaintenance(m, s.Now()))
}
