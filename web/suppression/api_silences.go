package suppression

import (
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/site"
)

// How many silences and deploys are listed, and how many may be asked for.
const (
	defaultAnnounced = 100
	maxAnnounced     = 1000
)

func (s Handlers) listSilences(r *http.Request) (site.Answer, error) {
	limit, err := site.WholeNumber(r, "limit", defaultAnnounced, maxAnnounced)
	if err != nil {
		return site.Answer{}, err
	}
	all, err := s.Silences.Silences(r.Context())
	if err != nil {
		return site.Answer{}, err
	}
	all = all[:min(int64(len(all)), limit)]
	out := api.SilenceList{Silences: make([]api.Silence, len(all))}
	for i, x := range all {
		out.Silences[i] = s.silence(x)
	}
	return site.JSONAnswer(http.StatusOK, out)
}

// silence is the wire form of a silence, as it stands now.
func (s Handlers) silence(x suppress.Silence) api.Silence {
	return api.FromSilence(x, s.Now(), s.CountSLOs(func(o slo.SLO) bool { return x.Matchers.MatchAny(o) }))
}

func (s Handlers) addSilence(r *http.Request) (site.Answer, error) {
	var asked api.SilenceRequest
	if err := site.DecodeJSON(r, &asked); err != nil {
		return site.Answer{}, err
	}
	x, err := s.keepSilence(r, asked)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusCreated, s.silence(x))
}

// keepSilence keeps the silence that was asked for, if there can be one.
func (s Handlers) keepSilence(r *http.Request, asked api.SilenceRequest) (suppress.Silence, error) {
	x, err := s.silenceOf(asked, auth.From(r.Context()).By(site.Visible(asked.Author)))
	if err != nil {
		return x, site.BadRequest(err.Error())
	}
	return s.Silences.Silence(r.Context(), x)
}

func (s Handlers) silenceOf(asked api.SilenceRequest, author string) (suppress.Silence, error) {
	matchers, err := suppress.ParseMatchers(asked.Matchers...)
	if err != nil {
		return suppress.Silence{}, err
	}
	now := s.Now().UTC()
	x := suppress.Silence{Matchers: matchers, StartsAt: now, Author: author, Reason: site.Visible(asked.Reason)}
	if asked.StartsAt != nil {
		x.StartsAt = asked.StartsAt.UTC()
	}
	if asked.EndsAt != nil {
		x.EndsAt = asked.EndsAt.UTC()
	}
	if utf8.RuneCountInString(x.Author) > site.MaxBy || utf8.RuneCountInString(x.Reason) > site.MaxComment {
		return x, errors.New("author is longer than 100 characters, or reason than 2,000")
	}
	if err := x.Check(s.Limits.LongestSilence()); err != nil {
		return x, err
	}
	if !x.EndsAt.After(now) {
		return x, errors.New("ends_at is past: a silence holds back what is still to be said; what an outage cost is corrected by maintenance")
	}
	return x, nil
}

func (s Handlers) expireSilence(r *http.Request) (site.Answer, error) {
	by := auth.From(r.Context()).By(site.Visible(r.URL.Query().Get("by")))
	if by == "" || utf8.RuneCountInString(by) > site.MaxBy {
		return site.Answer{}, site.BadRequest("by is missing or longer than 100 characters: say in ?by= who ends it")
	}
	x, err := s.Silences.ExpireSilence(r.Context(), site.PathValue(r, "id"), by)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, s.silence(x))
}

// servicesOfNewSilence is the one service that a silence that is asked for is about.
func servicesOfNewSilence(r *http.Request) ([]string, error) {
	var asked api.SilenceRequest
	if err := site.Peek(r, &asked); err != nil {
		return nil, err
	}
	matchers, err := suppress.ParseMatchers(asked.Matchers...)
	if err != nil {
		return nil, site.BadRequest(err.Error())
	}
	return servicesOfMatchers(matchers), nil
}

func (s Handlers) servicesOfSilence(r *http.Request) ([]string, error) {
	all, err := s.Silences.Silences(r.Context())
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if x.ID == site.PathValue(r, "id") {
			return servicesOfMatchers(x.Matchers), nil
		}
	}
	return nil, site.ErrUnknownSilence
}

// servicesOfMatchers is the service that matchers name; none where they leave it
// open.
func servicesOfMatchers(m suppress.Matchers) []string {
	if service, ok := m.Exactly("service"); ok {
		return []string{service}
	}
	return nil
}
