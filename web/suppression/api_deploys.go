package suppression

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) listDeploys(r *http.Request) (site.Answer, error) {
	limit, err := site.WholeNumber(r, "limit", defaultAnnounced, maxAnnounced)
	if err != nil {
		return site.Answer{}, err
	}
	all, err := s.Deploys.Deploys(r.Context())
	if err != nil {
		return site.Answer{}, err
	}
	all = all[:min(int64(len(all)), limit)]
	out := api.DeployList{Deploys: make([]api.Deploy, len(all))}
	for i, d := range all {
		out.Deploys[i] = s.Deploy(d)
	}
	return site.JSONAnswer(http.StatusOK, out)
}

func (s Handlers) startDeploy(r *http.Request) (site.Answer, error) {
	var asked api.DeployRequest
	if err := site.DecodeJSON(r, &asked); err != nil {
		return site.Answer{}, err
	}
	d, hold, err := s.deployOf(asked, auth.From(r.Context()).By(site.Visible(asked.By)))
	if err != nil {
		return site.Answer{}, site.BadRequest(err.Error())
	}
	d, started, err := s.Deploys.StartDeploy(r.Context(), d, hold)
	if err != nil {
		return site.Answer{}, err
	}
	if !started {
		return site.JSONAnswer(http.StatusOK, s.Deploy(d))
	}
	return site.JSONAnswer(http.StatusCreated, s.Deploy(d))
}

// furthestDeploy is how far from now a deploy may begin: further is a mistake.
const furthestDeploy = 24 * time.Hour

// deployOf is what was asked for, if that can be.
func (s Handlers) deployOf(a api.DeployRequest, by string) (d suppress.Deploy, hold time.Duration, err error) {
	d = suppress.Deploy{ID: a.ID, Service: a.Service, Functions: a.Functions, Version: site.Visible(a.Version), URL: a.URL, By: by}
	now := s.Now().UTC()
	if hold, err = s.holdOf(a); err != nil {
		return d, 0, err
	}
	if a.StartsAt != nil {
		d.StartsAt = a.StartsAt.UTC()
	}
	if a.EndsAt != nil {
		d.EndsAt = a.EndsAt.UTC()
	}
	whole := d.Filled(now, hold)
	if whole.ID == "" {
		whole.ID = "made-up-later"
	}
	if err := whole.Check(); err != nil {
		return d, 0, err
	}
	if whole.StartsAt.Sub(now).Abs() > furthestDeploy {
		return d, 0, errors.New("starts_at is more than a day from now")
	}
	if u, err := url.Parse(d.URL); d.URL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return d, 0, errors.New("url is not a URL such as https://ci.example.com/runs/8123")
	}
	for _, text := range append([]string{d.Service, d.Version, d.By}, d.Functions...) {
		if utf8.RuneCountInString(text) > maxDeployText {
			return d, 0, errors.New("service, a function, version or by is longer than 200 characters")
		}
	}
	if len(d.URL) > site.MaxComment || len(d.Functions) > maxFunctions {
		return d, 0, errors.New("url is longer than 2,000 characters, or there are more than 1,000 functions: leave them out for all of the service")
	}
	return d, hold, nil
}

// What a deploy may say, in characters and functions.
const (
	maxDeployText = 200
	maxFunctions  = 1000
)

// holdOf is how long the deploy holds messages back if it does not say when it ends.
func (s Handlers) holdOf(a api.DeployRequest) (time.Duration, error) {
	if a.Hold == "" {
		return s.Limits.DeployHold(), nil
	}
	hold, err := model.ParseDuration(a.Hold)
	switch {
	case err != nil:
		return 0, errors.New("hold is not a duration such as 45m")
	case a.EndsAt != nil:
		return 0, errors.New("ends_at and hold both say when it ends: leave one out")
	}
	return time.Duration(hold), nil
}

// parseLength reads how long something lasts.
func parseLength(text string) (time.Duration, error) {
	d, err := model.ParseDuration(text)
	if err != nil {
		return 0, site.BadRequest(strconv.Quote(text) + " is not how long it lasts: write 2h or 3d")
	}
	return time.Duration(d), nil
}

func (s Handlers) endDeploy(r *http.Request) (site.Answer, error) {
	var asked api.DeployEnd
	if err := site.DecodeJSON(r, &asked); err != nil {
		return site.Answer{}, err
	}
	if err := suppress.CheckStatus(asked.Status); err != nil {
		return site.Answer{}, site.BadRequest(err.Error())
	}
	by := auth.From(r.Context()).By(site.Visible(asked.By))
	if utf8.RuneCountInString(by) > maxDeployText {
		return site.Answer{}, site.BadRequest("by is longer than 200 characters")
	}
	d, err := s.Deploys.EndDeploy(r.Context(), site.PathValue(r, "id"), asked.Status, by)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, s.Deploy(d))
}

func (s Handlers) withdrawDeploy(r *http.Request) (site.Answer, error) {
	by := auth.From(r.Context()).By(site.Visible(r.URL.Query().Get("by")))
	if by == "" || utf8.RuneCountInString(by) > site.MaxBy {
		return site.Answer{}, site.BadRequest("by is missing or longer than 100 characters: say in ?by= who takes it back")
	}
	d, err := s.Deploys.WithdrawDeploy(r.Context(), site.PathValue(r, "id"), by)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, s.Deploy(d))
}

// servicesOfNewDeploy is the service of a deploy that is announced.
func servicesOfNewDeploy(r *http.Request) ([]string, error) {
	var asked api.DeployRequest
	if err := site.Peek(r, &asked); err != nil {
		return nil, err
	}
	if asked.Service == "" {
		return nil, site.BadRequest("service is missing: say which service is deployed")
	}
	return []string{asked.Service}, nil
}

func (s Handlers) servicesOfDeploy(r *http.Request) ([]string, error) {
	all, err := s.Deploys.Deploys(r.Context())
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.ID == site.PathValue(r, "id") {
			return []string{d.Service}, nil
		}
	}
	return nil, site.ErrUnknownDeploy
}
