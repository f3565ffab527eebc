package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
)

// lastDeploy is the first thing to suspect.
type lastDeploy struct {
	Name, URL, Run, By, Status, Before string
	At                                 moment
}

// lastDeployOf shows a deploy; before is what it was before, and zero for nothing.
func lastDeployOf(d *alerting.Deploy, before time.Time) *lastDeploy {
	if d == nil {
		return nil
	}
	out := &lastDeploy{
		Name: cmp.Or(d.Version, d.ID), URL: pathDeploys + "/" + url.PathEscape(d.ID), Run: linksOf(map[string]string{"deploy": d.URL})[0].URL, By: d.By,
		Status: strings.ReplaceAll(d.Status, "_", " "), At: momentOf(d.StartsAt),
	}
	if length := before.Sub(d.StartsAt); length > 0 {
		out.Before = format.Span(length.Truncate(time.Second))
	}
	return out
}

// recentDeploy is the last deploy of a function within a day; nil when none is known.
func (s *Server) recentDeploy(ctx context.Context, service, function string) (*lastDeploy, error) {
	all, err := s.Deploys.Deploys(ctx)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	return lastDeployOf(suppress.NewSet(now, nil, all, nil).LastDeploy(service, function, now), time.Time{}), nil
}

// deployRow is a deploy and what it has cost an SLO.
type deployRow struct {
	URL, Name, Function, SLO, SLOURL string
	Status                           badge
	At, To                           moment
	costView
}

// costView is a cost in words. A cost that is not known says why.
type costView struct {
	Cost, Spent, Bad, Expected, Reason string
	Dear                               bool // a tenth of the budget or more
}

const dearCost = 0.1

func viewOf(c slo.Cost) costView {
	v := costView{Cost: "unknown", Spent: "unknown", Expected: "unknown", Bad: format.Events(c.Bad), Reason: c.Reason}
	if c.Spent != nil {
		v.Spent = format.Part(*c.Spent)
	}
	if c.Expected != nil {
		v.Expected = format.Events(*c.Expected)
	}
	if c.Share != nil {
		v.Cost, v.Dear = format.Part(*c.Share), *c.Share >= dearCost
	}
	return v
}

func (s *Server) deployRow(c costed) deployRow {
	return deployRow{
		URL: deployPath(c.Deploy), Name: cmp.Or(c.Deploy.Version, c.Deploy.ID), Function: c.ID.Function, SLO: c.ID.Name, SLOURL: sloPath(c.ID),
		Status: deployBadge(c.Deploy, s.Now()), At: momentOf(c.From), To: momentOf(c.To), costView: viewOf(c.Cost),
	}
}

func deployPath(d suppress.Deploy) string { return pathDeploys + "/" + url.PathEscape(d.ID) }

// shownDeploys is how many deploys the page of an SLO lists.
const shownDeploys = 10

// deployRows are the latest deploys of the function within the window of an SLO, each
// with what it has cost.
func (s *Server) deployRows(ctx context.Context, r *listing.Row) ([]deployRow, error) {
	all, err := s.Deploys.Deploys(ctx)
	if err != nil {
		return nil, err
	}
	var out []deployRow
	for _, d := range all {
		if len(out) == shownDeploys || !d.StartsAt.After(r.Assessment.Window.From) {
			break
		}
		if d.Withdrawn() || !d.Of(r.SLO.ID.Service, r.SLO.ID.Function) || d.StartsAt.After(r.Assessment.AsOf) {
			continue
		}
		cost, err := s.cost(ctx, r.SLO, d, all)
		if err != nil {
			return nil, err
		}
		out = append(out, s.deployRow(cost))
	}
	return out, nil
}

// deployBody is the page of one deploy.
type deployBody struct {
	deployItem
	Costs []deployRow
}

func (s *Server) pageDeploy(r *http.Request) (answer, error) {
	d, all, err := s.deployAt(r)
	if err != nil {
		return answer{}, err
	}
	costs, err := s.costs(r.Context(), d, all)
	if err != nil {
		return answer{}, err
	}
	body := deployBody{deployItem: s.deployItem(d)}
	for _, c := range costs {
		body.Costs = append(body.Costs, s.deployRow(c))
	}
	return s.pageAnswer(r, "deploy", page{Title: d.Title(), Section: "deploys", Body: body})
}
