package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// maxCosts is for how many SLOs the cost of a deploy is worked out.
const maxCosts = 200

// costed is what a deploy has cost an SLO.
type costed struct {
	slo.SLO
	slo.Cost
	Deploy suppress.Deploy
}

// costs are what a deploy has cost the SLOs of the functions that it deployed, the
// dearest first. Parts of an SLO are left out: what they cost is in the whole.
func (s *Server) costs(ctx context.Context, d suppress.Deploy, all []suppress.Deploy) ([]costed, error) {
	var out []costed
	for _, o := range s.Objectives.SLOs() {
		if _, part := o.Whole(); part || !d.Of(o.ID.Service, o.ID.Function) || len(out) == maxCosts {
			continue
		}
		cost, err := s.cost(ctx, o, d, all)
		if err != nil {
			return nil, err
		}
		out = append(out, cost)
	}
	slices.SortStableFunc(out, dearer)
	return out, nil
}

// dearer puts the higher cost first, and one that is not known after all that are, by
// what was spent.
func dearer(a, b costed) int {
	return cmp.Or(cmp.Compare(known(b.Share), known(a.Share)), cmp.Compare(known(b.Spent), known(a.Spent)))
}

// known is a share of a budget, and less than any for one that is not known.
func known(share *float64) float64 {
	if share == nil {
		return -1
	}
	return *share
}

// cost is what a deploy has cost one SLO: until another deploy of the function, for
// a day, or until now.
func (s *Server) cost(ctx context.Context, o slo.SLO, d suppress.Deploy, all []suppress.Deploy) (costed, error) {
	out := costed{SLO: o, Deploy: d}
	found, err := s.Objectives.Assess(ctx, []slo.SLO{o}, time.Time{})
	if err != nil {
		return out, err
	}
	end := found[0]
	until := d.AnswersUntil(o.ID.Function, all)
	if until.Before(end.AsOf) {
		if found, err = s.Objectives.Assess(ctx, []slo.SLO{o}, until); err != nil {
			return out, err
		}
		end = found[0]
	}
	since := end.AsOf.Sub(d.StartsAt)
	if since <= 0 {
		out.Cost = slo.Cost{From: d.StartsAt, To: d.StartsAt, Reason: "nothing was evaluated since"}
		return out, nil
	}
	points, err := s.Objectives.History(ctx, o, end.AsOf.Add(-2*since), end.AsOf, since)
	if err != nil {
		return out, err
	}
	if len(points) != 2 {
		out.Cost = slo.Cost{From: d.StartsAt, To: end.AsOf, Reason: "the ledger does not tell of that time"}
		return out, nil
	}
	out.Cost = slo.CostOf(points[1], points[0], d.StartsAt, end)
	return out, nil
}

// deployAt is the deploy that a path names, among all of them.
func (s *Server) deployAt(r *http.Request) (d suppress.Deploy, all []suppress.Deploy, err error) {
	if all, err = s.Deploys.Deploys(r.Context()); err != nil {
		return d, nil, err
	}
	i := slices.IndexFunc(all, func(d suppress.Deploy) bool { return d.ID == pathValue(r, "id") })
	if i < 0 {
		return d, nil, ErrUnknownDeploy
	}
	return all[i], all, nil
}

func (s *Server) getCosts(r *http.Request) (answer, error) {
	d, all, err := s.deployAt(r)
	if err != nil {
		return answer{}, err
	}
	costs, err := s.costs(r.Context(), d, all)
	if err != nil {
		return answer{}, err
	}
	out := api.DeployCosts{Deploy: s.deploy(d), Costs: make([]api.Cost, len(costs))}
	for i, c := range costs {
		out.Costs[i] = api.FromCost(c.SLO, c.Cost)
	}
	return jsonAnswer(http.StatusOK, out)
}
