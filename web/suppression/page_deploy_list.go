package suppression

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// deploysBody is the list of deploys, and the form of a new one.
type deploysBody struct {
	Going, Planned, Over []listedDeploy
	More                 int // that are not listed
	Form                 deployForm
	Services             []string
	Holds                []string
	Hold                 string // how long one holds messages back that says nothing else
}

// listedDeploy is a deploy of the list, with the SLO it has cost most.
type listedDeploy struct {
	deployItem
	Cost *site.DeployRow // nil: nothing is known of it
	Left string          // until it ends; empty once it is over
}

type deployItem struct {
	ID, URL, Title, Run, By, EndedBy string
	Status                           ui.Badge
	From, To                         ui.Moment
	Functions                        []string
	Going                            bool
	NoSLO                            bool // what goes on or is planned matches nothing
}

// How many deploys a page lists, and for how many of them and their SLOs it works out
// the cost.
const (
	mostDeploys = 50
	mostCosted  = 200
)

func (s Handlers) pageDeploys(r *http.Request) (site.Answer, error) {
	form := deployFormOf(r.URL.Query())
	if r.URL.Query().Has("preview") {
		s.previewDeploy(r, &form)
	}
	return s.deploysPage(r, form)
}

func (s Handlers) deploysPage(r *http.Request, form deployForm) (site.Answer, error) {
	all, err := s.Deploys.Deploys(r.Context())
	if err != nil {
		return site.Answer{}, err
	}
	now, budget := s.Now(), mostCosted
	body := deploysBody{
		Form: form, More: max(len(all)-mostDeploys, 0), Services: s.servicesInForce(), Holds: holds(), Hold: slo.FormatDuration(s.Limits.DeployHold()),
	}
	for _, d := range all[:min(len(all), mostDeploys)] {
		item := listedDeploy{deployItem: s.deployItem(d)}
		if item.Cost, err = s.dearest(r.Context(), d, all, &budget); err != nil {
			return site.Answer{}, err
		}
		switch d.State(now) {
		case suppress.StateActive:
			item.Left = left(d.Span().To, now)
			body.Going = append(body.Going, item)
		case suppress.StatePending:
			body.Planned = append(body.Planned, item)
		default:
			body.Over = append(body.Over, item)
		}
	}
	return s.PageAnswer(r, "deploys", site.Page{Title: "Deploys", Section: "deploys", Self: ui.PathDeploys, Concerns: "status", Body: body})
}

// dearest is what a deploy has cost the SLO that it cost most; nil when that is not
// known of any, or when enough was worked out already.
func (s Handlers) dearest(ctx context.Context, d suppress.Deploy, all []suppress.Deploy, room *int) (*site.DeployRow, error) {
	n := s.CountSLOs(func(o slo.SLO) bool { return d.Of(o.ID.Service, o.ID.Function) })
	if n == 0 || n > *room || d.Withdrawn() || d.StartsAt.After(s.Now()) {
		return nil, nil
	}
	*room -= n
	costs, err := s.Costs(ctx, d, all)
	if err != nil || len(costs) == 0 || costs[0].Share == nil {
		return nil, err
	}
	row := s.DeployRow(costs[0])
	return &row, nil
}

// servicesInForce are those that SLOs are about, by name.
func (s Handlers) servicesInForce() (out []string) {
	for _, o := range s.Objectives.SLOs() {
		if len(out) == 0 || out[len(out)-1] != o.ID.Service {
			out = append(out, o.ID.Service)
		}
	}
	return slices.Compact(out)
}

// holds are some times to choose from.
func holds() (out []string) {
	for _, d := range []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, suppress.MaxDeployHold} {
		out = append(out, slo.FormatDuration(d))
	}
	return out
}

func (s Handlers) deployItem(d suppress.Deploy) deployItem {
	now := s.Now()
	item := deployItem{
		ID: d.ID, URL: ui.DeployPath(d), Title: strings.TrimSpace(d.Service + " " + d.Version), Run: ui.LinksOf(map[string]string{"deploy": d.URL})[0].URL, By: d.By, EndedBy: d.EndedBy,
		Status: ui.DeployBadge(d, now), From: ui.MomentOf(d.StartsAt), To: ui.MomentOf(d.Span().To), Functions: d.Functions,
	}
	state := d.State(now)
	item.Going = state == suppress.StateActive || state == suppress.StatePending
	n := s.Deploy(d).SLOs
	item.NoSLO = item.Going && n != nil && *n == 0
	return item
}
