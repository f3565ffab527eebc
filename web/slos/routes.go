package slos

import "github.com/slofuse/slofuse/web/site"

// The parameters that endpoints take.
const (
	rangeQuery = "from to range"
	listQuery  = "service function owner label state severity status q sort limit cursor at"
)

// Pages are the routes of what people open.
func (s Handlers) Pages() []site.Route {
	return []site.Route{
		{Method: "GET", Path: "/slos", Handle: s.pageSLOs},
		{Method: "GET", Path: "/slos.csv", Handle: s.listCSV},
		{Method: "GET", Path: site.PathSLO, Handle: s.pageSLO},
		{Method: "GET", Path: site.PathSLO + "/explain", Handle: s.pageExplain},
		{Method: "GET", Path: site.PathSLO + "/history.csv", Handle: s.pageHistory},
		{Method: "GET", Path: pathBadge, Handle: s.badge, Access: site.Showing},
		{Method: "GET", Path: pathBadge + "/{function}", Handle: s.badge, Access: site.Showing},
		{Method: "GET", Path: pathBadge + "/{function}/{slo}", Handle: s.badge, Access: site.Showing},
	}
}

// Endpoints are the routes of what programs ask.
func (s Handlers) Endpoints() []site.Route {
	return []site.Route{
		{Method: "GET", Path: "/slos", Handle: s.listSLOs, Query: listQuery},
		{Method: "GET", Path: site.PathSLO, Handle: s.getSLO, Query: "at"},
		{Method: "GET", Path: site.PathSLO + "/explain", Handle: s.getExplanation, Query: "at"},
		{Method: "GET", Path: site.PathSLO + "/series", Handle: s.getSeries, Query: "from to step"},
		{Method: "GET", Path: site.PathSLO + "/charts", Handle: s.getCharts, Query: rangeQuery},
		{Method: "GET", Path: site.PathSLO + "/ledger", Handle: s.getLedger, Query: "from to"},
		{Method: "GET", Path: site.PathSLO + "/ledger/verification", Handle: s.getVerification, Query: "from to"},
	}
}
