package site

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/ui"
)

// maxCosts is for how many SLOs the cost of a deploy is worked out.
const maxCosts = 200

// Costed is what a deploy has cost an SLO.
type Costed struct {
	slo.SLO
	slo.Cost
	Deploy suppress.Deploy
}

// Costs are what a deploy has cost the SLOs of the functions that it deployed, the
// dearest first. Parts of an SLO are left out: what they cost is in the whole.
func (s *Server) Costs(ctx context.Context, d suppress.Deploy, all []suppress.Deploy) ([]Costed, error) {
	var out []Costed
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
func dearer(a, b Costed) int {
	return cmp.Or(cmp.Compare(ui.ShareOrder(b.Share), ui.ShareOrder(a.Share)), cmp.Compare(ui.ShareOrder(b.Spent), ui.ShareOrder(a.Spent)))
}

// cost is what a deploy has cost one SLO: until another deploy of the function, for
// a day, or until now.
func (s *Server) cost(ctx context.Context, o slo.SLO, d suppress.Deploy, all []suppress.Deploy) (Costed, error) {
	out := Costed{SLO: o, Deploy: d}
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

// DeployAt is the deploy that a path names, among all of them.
func (s *Server) DeployAt(r *http.Request) (d suppress.Deploy, all []suppress.Deploy, err error) {
	if all, err = s.Deploys.Deploys(r.Context()); err != nil {
		return d, nil, err
	}
	i := slices.IndexFunc(all, func(d suppress.Deploy) bool { return d.ID == PathValue(r, "id") })
	if i < 0 {
		return d, nil, ErrUnknownDeploy
	}
	return all[i], all, nil
}
