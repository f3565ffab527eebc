package suppression

import (
	"net/http"

	"github.com/slofuse/slofuse/web/site"
)

// deployBody is the page of one deploy.
type deployBody struct {
	deployItem
	Costs []site.DeployRow
}

func (s Handlers) pageDeploy(r *http.Request) (site.Answer, error) {
	d, all, err := s.DeployAt(r)
	if err != nil {
		return site.Answer{}, err
	}
	costs, err := s.Costs(r.Context(), d, all)
	if err != nil {
		return site.Answer{}, err
	}
	body := deployBody{deployItem: s.deployItem(d)}
	for _, c := range costs {
		body.Costs = append(body.Costs, s.DeployRow(c))
	}
	return s.PageAnswer(r, "deploy", site.Page{Title: d.Title(), Section: "deploys", Body: body})
}
