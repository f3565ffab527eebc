package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
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
	Cost *deployRow // nil: nothing is known of it
	Left string     // until it ends; empty once it is over
}

type deployItem struct {
	ID, URL, Title, Run, By, EndedBy string
	Status                           badge
	From, To                         moment
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

func (s *Server) pageDeploys(r *http.Request) (answer, error) {
	form := deployFormOf(r.URL.Query())
	if r.URL.Query().Has("preview") {
		s.previewDeploy(r, &form)
	}
	return s.deploysPage(r, form)
}

func (s *Server) deploysPage(r *http.Request, form deployForm) (answer, error) {
	all, err := s.Deploys.Deploys(r.Context())
	if err != nil {
		return answer{}, err
	}
	now, budget := s.Now(), mostCosted
	body := deploysBody{
		Form: form, More: max(len(all)-mostDeploys, 0), Services: s.servicesInForce(), Holds: holds(), Hold: slo.FormatDuration(s.Limits.DeployHold()),
	}
	for _, d := range all[:min(len(all), mostDeploys)] {
		item := listedDeploy{deployItem: s.deployItem(d)}
		if item.Cost, err = s.dearest(r.Context(), d, all, &budget); err != nil {
			return answer{}, err
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
	return s.pageAnswer(r, "deploys", page{Title: "Deploys", Section: "deploys", Self: pathDeploys, Concerns: "status", Body: body})
}

// dearest is what a deploy has cost the SLO that it cost most; nil when that is not
// known of any, or when enough was worked out already.
func (s *Server) dearest(ctx context.Context, d suppress.Deploy, all []suppress.Deploy, room *int) (*deployRow, error) {
	n := s.count(func(o slo.SLO) bool { return d.Of(o.ID.Service, o.ID.Function) })
	if n == 0 || n > *room || d.Withdrawn() || d.StartsAt.After(s.Now()) {
		return nil, nil
	}
	*room -= n
	costs, err := s.costs(ctx, d, all)
	if err != nil || len(costs) == 0 || costs[0].Share == nil {
		return nil, err
	}
	row := s.deployRow(costs[0])
	return &row, nil
}

// servicesInForce are those that SLOs are about, by name.
func (s *Server) servicesInForce() (out []string) {
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

func (s *Server) deployItem(d suppress.Deploy) deployItem {
	now := s.Now()
	item := deployItem{
		ID: d.ID, URL: deployPath(d), Title: strings.TrimSpace(d.Service + " " + d.Version), Run: linksOf(map[string]string{"deploy": d.URL})[0].URL, By: d.By, EndedBy: d.EndedBy,
		Status: deployBadge(d, now), From: momentOf(d.StartsAt), To: momentOf(d.Span().To), Functions: d.Functions,
	}
	state := d.State(now)
	item.Going = state == suppress.StateActive || state == suppress.StatePending
	n := s.deploy(d).SLOs
	item.NoSLO = item.Going && n != nil && *n == 0
	return item
}

func deployBadge(d suppress.Deploy, now time.Time) badge {
	switch d.State(now) {
	case suppress.StateActive:
		return badge{Icon: "muted", Word: "Deploying", Tone: "note"}
	case suppress.StatePending:
		return badge{Icon: "pending", Word: "Planned", Tone: "quiet"}
	case suppress.StateWithdrawn:
		return badge{Icon: "idle", Word: "Taken back", Tone: "quiet"}
	}
	switch d.StatusAt(now) {
	case suppress.DeploySucceeded:
		return badge{Icon: "ok", Word: "Succeeded", Tone: "good"}
	case suppress.DeployFailed:
		return badge{Icon: "invalid", Word: "Failed", Tone: "ticket"}
	case suppress.DeployRolledBack:
		return badge{Icon: "recovering", Word: "Rolled back", Tone: "ticket"}
	}
	return badge{Icon: "stale", Word: "Expired", Tone: "quiet", Hint: "nobody said what became of it"}
}
