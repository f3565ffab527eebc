package web

import (
	"net/http"
	"time"

	routing "github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/web/api"
)

// tree are the routes; nil when there are none.
func (s *Server) tree() (*routing.Node, *routing.Tree) {
	if s.Routing == nil {
		return nil, nil
	}
	return s.Routing.Routes()
}

// routeTree is the wire form of the routes; nil when there are none.
func (s *Server) routeTree() *api.RouteNode {
	written, tree := s.tree()
	if tree == nil {
		return nil
	}
	return new(api.FromRoute(*written, tree.Root(), s.Routing.Destinations))
}

func (s *Server) getRoutes(*http.Request) (answer, error) {
	return jsonAnswer(http.StatusOK, api.RouteTree{Route: s.routeTree()})
}

func (s *Server) testRoutes(r *http.Request) (answer, error) {
	query := r.URL.Query()
	var at time.Time
	if text := query.Get("at"); text != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return answer{}, badRequest("at is not a time such as 2026-03-18T14:00:00Z")
		}
	}
	test, err := s.routed(r.Context(), query.Get("slo"), query["label"], at)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, test)
}
