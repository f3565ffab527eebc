package functions

import "github.com/slofuse/slofuse/web/site"

// Pages are the routes of what people open.
func (s Handlers) Pages() []site.Route {
	return []site.Route{
		{Method: "GET", Path: site.PathFunction, Handle: s.pageFunction},
		{Method: "GET", Path: site.PathFunction + "/exemplars", Handle: s.pageExemplars},
	}
}

// Endpoints are the routes of what programs ask.
func (s Handlers) Endpoints() []site.Route {
	return []site.Route{
		{Method: "GET", Path: site.PathFunction + "/detail", Handle: s.getDetail, Query: "from to slo"},
		{Method: "GET", Path: site.PathFunction + "/signals", Handle: s.getSignals, Query: "from to step"},
		{Method: "GET", Path: site.PathFunction + "/exemplars", Handle: s.getExemplars, Query: exemplarQuery},
	}
}
