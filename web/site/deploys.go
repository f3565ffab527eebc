package site

import (
	"cmp"
	"context"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/ui"
)

// Deploy is the wire form of a deploy, as it stands now.
func (s *Server) Deploy(d suppress.Deploy) api.Deploy {
	return api.FromDeploy(d, s.Now(), s.CountSLOs(func(o slo.SLO) bool { return d.Of(o.ID.Service, o.ID.Function) }))
}

// CountSLOs is how many SLOs in force are among some.
func (s *Server) CountSLOs(among func(slo.SLO) bool) (n int) {
	for _, o := range s.Objectives.SLOs() {
		if among(o) {
			n++
		}
	}
	return n
}

// RecentDeploy is the last deploy of a function within a day; nil when none is known.
func (s *Server) RecentDeploy(ctx context.Context, service, function string) (*ui.LastDeploy, error) {
	all, err := s.Deploys.Deploys(ctx)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	return ui.LastDeployOf(suppress.NewSet(now, nil, all, nil).LastDeploy(service, function, now), time.Time{}), nil
}

// DeployRow is a deploy and what it has cost an SLO.
type DeployRow struct {
	URL, Name, Function, SLO, SLOURL string
	Status                           ui.Badge
	At, To                           ui.Moment
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

// DeployRow is a deploy with its cost as pages list it.
func (s *Server) DeployRow(c Costed) DeployRow {
	return DeployRow{
		URL: ui.DeployPath(c.Deploy), Name: cmp.Or(c.Deploy.Version, c.Deploy.ID), Function: c.ID.Function, SLO: c.ID.Name, SLOURL: ui.SLOPath(c.ID),
		Status: ui.DeployBadge(c.Deploy, s.Now()), At: ui.MomentOf(c.From), To: ui.MomentOf(c.To), costView: viewOf(c.Cost),
	}
}

// shownDeploys is how many deploys the page of an SLO lists.
const shownDeploys = 10

// DeployRows are the latest deploys of the function within the window of an SLO, each
// with what it has cost.
func (s *Server) DeployRows(ctx context.Context, r *listing.Row) ([]DeployRow, error) {
	all, err := s.Deploys.Deploys(ctx)
	if err != nil {
		return nil, err
	}
	var out []DeployRow
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
		out = append(out, s.DeployRow(cost))
	}
	return out, nil
}
