package operate

import (
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// Pages are the routes of what people open.
func (s Handlers) Pages() []site.Route {
	return []site.Route{
		{Method: "GET", Path: "/slos/{service}", Handle: upToList},
		{Method: "GET", Path: "/slos/{service}/{function}", Handle: upToFunction},
		{Method: "GET", Path: "/functions", Handle: upToList},
		{Method: "GET", Path: "/functions/{service}", Handle: upToList},
		{Method: "GET", Path: "/glossary", Handle: s.pageGlossary},
		{Method: "GET", Path: "/routes", Handle: s.pageRouting},
		{Method: "GET", Path: ui.PathStatus, Handle: s.pageStatus},
		{Method: "GET", Path: "/schema/{file}", Handle: s.schema, Access: site.Public},
		{Method: "GET", Path: "/audit", Handle: s.pageAudit, Access: site.Operating},
		{Method: "GET", Path: "/audit.csv", Handle: s.auditCSV, Access: site.Operating},
		{Method: "GET", Path: site.PathLogin, Handle: s.pageLogin, Access: site.Public},
		{Method: "POST", Path: site.PathLogin, Handle: s.submitLogin, Access: site.Public},
		{Method: "POST", Path: "/logout", Handle: s.submitLogout, Access: site.Public},
	}
}

// Endpoints are the routes of what programs ask.
func (s Handlers) Endpoints() []site.Route {
	return []site.Route{
		{Method: "GET", Path: pathEdits, Handle: s.listEdits, Query: "from to service function limit"},
		{Method: "GET", Path: "/routes", Handle: s.getRoutes},
		{Method: "GET", Path: ui.PathStatus, Handle: s.getStatus},
		{Method: "GET", Path: "/routes/test", Handle: s.testRoutes, Query: "slo label at"},
		{Method: "GET", Path: "/audit", Handle: s.listAudit, Query: "before limit", Access: site.Operating},
		{Method: "GET", Path: "/events", Handle: s.streamEvents, Query: "after"},
		{Method: "GET", Path: "/openapi.json", Handle: s.openAPI},
		{Method: "GET", Path: "/openapi.yaml", Handle: s.openAPIYAML},
	}
}

// Checks are the routes that keep slofuse running.
func (s Handlers) Checks() []site.Route {
	return []site.Route{
		{Method: "GET", Path: "/-/healthy", Handle: s.healthy, Access: site.Public},
		{Method: "GET", Path: "/-/ready", Handle: s.ready, Access: site.Public},
		{Method: "POST", Path: "/-/reload", Handle: s.reload},
	}
}
