package gate

import (
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// gateQuery are the parameters of the gate, without those of a canary.
const gateQuery = "select max_burn_rate window min_budget needs_traffic open_incidents fix since at strict"

// Endpoints are the routes of what programs ask.
func (s Handlers) Endpoints() []site.Route {
	return []site.Route{
		{Method: "GET", Path: ui.PathGate, Handle: s.gate, Query: gateQuery + canaryQuery},
		{Method: "POST", Path: ui.PathGate, Handle: s.gate, Query: gateQuery + canaryQuery, Access: site.Reading},
	}
}
