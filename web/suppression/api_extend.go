package suppression

import (
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/site"
)

// whoActs is who does something, with the token that was shown; it is kept in the
// audit.
func whoActs(r *http.Request, by string) (string, error) {
	by = site.Visible(by)
	if utf8.RuneCountInString(by) > site.MaxBy {
		return "", site.BadRequest("by is longer than 100 characters")
	}
	if by = auth.From(r.Context()).By(by); by == "" {
		return "", site.BadRequest("by is missing: say who does this")
	}
	return by, nil
}

// extension reads who wants a later end, and which.
func extension(r *http.Request) (to time.Time, by string, err error) {
	var asked api.Extension
	if err := site.DecodeJSON(r, &asked); err != nil {
		return to, "", err
	}
	if asked.EndsAt == nil {
		return to, "", site.BadRequest("ends_at is missing: say when it ends instead")
	}
	by, err = whoActs(r, asked.By)
	return asked.EndsAt.UTC(), by, err
}

// extendTo makes a silence end later.
func (s Handlers) extendTo(r *http.Request, to time.Time, by string) (suppress.Silence, error) {
	return s.Silences.ChangeSilence(r.Context(), site.PathValue(r, "id"), func(x suppress.Silence) (suppress.Silence, error) {
		before, now := x.EndsAt, s.Now().UTC()
		x, err := x.Extended(to, now, s.Limits.LongestSilence())
		return x.NotedBy(by, now, before), refusedChange(err, "add a new silence")
	})
}

// changeWindow makes a maintenance window end at another time.
func (s Handlers) changeWindow(r *http.Request, by string, become func(suppress.Maintenance) (suppress.Maintenance, error)) (suppress.Maintenance, error) {
	return s.Maintenance.ChangeMaintenance(r.Context(), site.PathValue(r, "id"), func(m suppress.Maintenance) (suppress.Maintenance, error) {
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
		return site.Conflict(suppress.ErrOver, wayOut)
	}
	return site.BadRequest(err.Error())
}

func (s Handlers) extendSilence(r *http.Request) (site.Answer, error) {
	to, by, err := extension(r)
	if err != nil {
		return site.Answer{}, err
	}
	x, err := s.extendTo(r, to, by)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, s.silence(x))
}

func (s Handlers) extendMaintenance(r *http.Request) (site.Answer, error) {
	to, by, err := extension(r)
	if err != nil {
		return site.Answer{}, err
	}
	m, err := s.changeWindow(r, by, func(m suppress.Maintenance) (suppress.Maintenance, error) { return m.Extended(to) })
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, api.FromMaintenance(m, s.Now()))
}

func (s Handlers) endMaintenance(r *http.Request) (site.Answer, error) {
	var asked api.Ending
	if err := site.DecodeJSON(r, &asked); err != nil {
		return site.Answer{}, err
	}
	by, err := whoActs(r, asked.By)
	if err != nil {
		return site.Answer{}, err
	}
	m, err := s.endWindow(r, by)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, api.FromMaintenance(m, s.Now()))
}

// endWindow ends a window now.
func (s Handlers) endWindow(r *http.Request, by string) (suppress.Maintenance, error) {
	now := s.Now().UTC().Truncate(time.Second)
	return s.changeWindow(r, by, func(m suppress.Maintenance) (suppress.Maintenance, error) { return m.Ended(now) })
}
