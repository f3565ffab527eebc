package operate

import (
	"net/http"
	"time"

	routing "github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

// tree are the routes; nil when there are none.
func (s Handlers) tree() (*routing.Node, *routing.Tree) {
	if s.Routing == nil {
		return nil, nil
	}
	return s.Routing.Routes()
}

// routeTree is the wire form of the routes; nil when there are none.
func (s Handlers) routeTree() *api.RouteNode {
	written, tree := s.tree()
	if tree == nil {
		return nil
	}
	return new(api.FromRoute(*written, tree.Root(), s.Routing.Destinations))
}

func (s Handlers) getRoutes(*http.Request) (site.Answer, error) {
	return site.JSONAnswer(http.StatusOK, api.RouteTree{Route: s.routeTree()})
}

func (s Handlers) testRoutes(r *http.Request) (site.Answer, error) {
	query := r.URL.Query()
	var at time.Time
	if text := query.Get("at"); text != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return site.Answer{}, site.BadRequest("at is not a time such as 2026-03-18T14:00:00Z")
		}
	}
	test, err := s.routed(r.Context(), query.Get("slo"), query["label"], at)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, test)
}
