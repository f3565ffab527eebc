package review

import (
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// Pages are the routes of what people open.
func (s Handlers) Pages() []site.Route {
	return []site.Route{
		{Method: "GET", Path: "/executive", Handle: s.pageExecutive},
		{Method: "GET", Path: ui.PathReports, Handle: s.pageReports},
	}
}

// Endpoints are the routes of what programs ask.
func (s Handlers) Endpoints() []site.Route {
	return []site.Route{
		{Method: "GET", Path: "/report", Handle: s.getReport, Query: reportQuery},
	}
}
