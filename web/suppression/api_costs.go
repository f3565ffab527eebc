package suppression

import (
	"net/http"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) getCosts(r *http.Request) (site.Answer, error) {
	d, all, err := s.DeployAt(r)
	if err != nil {
		return site.Answer{}, err
	}
	costs, err := s.Costs(r.Context(), d, all)
	if err != nil {
		return site.Answer{}, err
	}
	out := api.DeployCosts{Deploy: s.Deploy(d), Costs: make([]api.Cost, len(costs))}
	for i, c := range costs {
		out.Costs[i] = api.FromCost(c.SLO, c.Cost)
	}
	return site.JSONAnswer(http.StatusOK, out)
}
