package web

import (
	"context"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// Silences keeps the silences. What it did is on disk when it returns.
type Silences interface {
	// Silences lists all silences, also those that were ended early, the latest first.
	Silences(ctx context.Context) ([]suppress.Silence, error)
	// Silence gives a silence an id and keeps it.
	Silence(ctx context.Context, s suppress.Silence) (suppress.Silence, error)
	// ExpireSilence ends a silence early; one that is over stays as it is. It returns
	// [ErrUnknownSilence].
	ExpireSilence(ctx context.Context, id, by string) (suppress.Silence, error)
	// ChangeSilence keeps what becomes of a silence, with nobody changing it meanwhile.
	// It returns [ErrUnknownSilence], or why become refuses.
	ChangeSilence(ctx context.Context, id string, become func(suppress.Silence) (suppress.Silence, error)) (suppress.Silence, error)
}

// Limits says how long messages may be held back.
type Limits interface {
	// LongestSilence is how long a silence may be.
	LongestSilence() time.Duration
	// DeployHold is how long a deploy holds messages back that says nothing else.
	DeployHold() time.Duration
}

// How many silences and deploys are listed, and how many may be asked for.
const (
	defaultAnnounced = 100
	maxAnnounced     = 1000
)

func (s *Server) listSilences(r *http.Request) (answer, error) {
	limit, err := wholeNumber(r, "limit", defaultAnnounced, maxAnnounced)
	if err != nil {
		return answer{}, err
	}
	all, err := s.Silences.Silences(r.Context())
	if err != nil {
		return answer{}, err
	}
	all = all[:min(int64(len(all)), limit)]
	out := api.SilenceList{Silences: make([]api.Silence, len(all))}
	for i, x := range all {
		out.Silences[i] = s.silence(x)
	}
	return jsonAnswer(http.StatusOK, out)
}

// silence is the wire form of a silence, as it stands now.
func (s *Server) silence(x suppress.Silence) api.Silence {
	return api.FromSilence(x, s.Now(), s.count(func(o slo.SLO) bool { return x.Matchers.MatchAny(o) }))
}

// count is how many SLOs in force are among some.
func (s *Server) count(among func(slo.SLO) bool) (n int) {
	for _, o := range s.Objectives.SLOs() {
		if among(o) {
			n++
		}
	}
	return n
}

func (s *Server) addSilence(r *http.Request) (answer, error) {
	var asked api.SilenceRequest
	if err := decodeJSON(r, &asked); err != nil {
		return answer{}, err
	}
	x, err := s.keepSilence(r, asked)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusCreated, s.silence(x))
}

// keepSilence keeps the silence that was asked for, if there can be one.
func (s *Server) keepSilence(r *http.Request, asked api.SilenceRequest) (suppress.Silence, error) {
	x, err := s.silenceOf(asked, auth.From(r.Context()).By(visible(asked.Author)))
	if err != nil {
		return x, badRequest(err.Error())
	}
	return s.Silences.Silence(r.Context(), x)
}

func (s *Server) silenceOf(asked api.SilenceRequest, author string) (suppress.Silence, error) {
	matchers, err := suppress.ParseMatchers(asked.Matchers...)
	if err != nil {
		return suppress.Silence{}, err
	}
	now := s.Now().UTC()
	x := suppress.Silence{Matchers: matchers, StartsAt: now, Author: author, Reason: visible(asked.Reason)}
	if asked.StartsAt != nil {
		x.StartsAt = asked.StartsAt.UTC()
	}
	if asked.EndsAt != nil {
		x.EndsAt = asked.EndsAt.UTC()
	}
	if utf8.RuneCountInString(x.Author) > maxBy || utf8.RuneCountInString(x.Reason) > maxComment {
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

func (s *Server) expireSilence(r *http.Request) (answer, error) {
	by := auth.From(r.Context()).By(visible(r.URL.Query().Get("by")))
	if by == "" || utf8.RuneCountInString(by) > maxBy {
		return answer{}, badRequest("by is missing or longer than 100 characters: say in ?by= who ends it")
	}
	x, err := s.Silences.ExpireSilence(r.Context(), pathValue(r, "id"), by)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, s.silence(x))
}

// servicesOfNewSilence is the one service that a silence that is asked for is about.
func servicesOfNewSilence(r *http.Request) ([]string, error) {
	var asked api.SilenceRequest
	if err := peek(r, &asked); err != nil {
		return nil, err
	}
	matchers, err := suppress.ParseMatchers(asked.Matchers...)
	if err != nil {
		return nil, badRequest(err.Error())
	}
	return servicesOfMatchers(matchers), nil
}

func (s *Server) servicesOfSilence(r *http.Request) ([]string, error) {
	all, err := s.Silences.Silences(r.Context())
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if x.ID == pathValue(r, "id") {
			return servicesOfMatchers(x.Matchers), nil
		}
	}
	return nil, ErrUnknownSilence
}

// servicesOfMatchers is the service that matchers name; none where they leave it
// open.
func servicesOfMatchers(m suppress.Matchers) []string {
	if service, ok := m.Exactly("service"); ok {
		return []string{service}
	}
	return nil
}
