package incidents

import "github.com/slofuse/slofuse/web/site"

// Pages are the routes of what people open.
func (s Handlers) Pages() []site.Route {
	return []site.Route{
		{Method: "GET", Path: "/{$}", Handle: s.pageOnCall},
		{Method: "GET", Path: "/incidents", Handle: s.pageIncidents},
		{Method: "GET", Path: "/incidents.csv", Handle: s.incidentsCSV},
		{Method: "GET", Path: site.PathIncident, Handle: s.pageIncident},
		{Method: "GET", Path: site.PathIncident + "/postmortem.md", Handle: s.getPostmortem},
		{Method: "POST", Path: site.PathIncident + "/ack", Handle: s.submitAck, Services: s.ServicesOfIncident},
		{Method: "POST", Path: site.PathIncident + "/resolve", Handle: s.submitResolve, Services: s.ServicesOfIncident},
	}
}

// Endpoints are the routes of what programs ask.
func (s Handlers) Endpoints() []site.Route {
	return []site.Route{
		{Method: "GET", Path: "/incidents", Handle: s.listIncidents, Query: "limit"},
		{Method: "GET", Path: site.PathIncident, Handle: s.getIncident},
		{Method: "GET", Path: site.PathIncident + "/postmortem", Handle: s.getPostmortem, Query: "timezone"},
		{Method: "POST", Path: site.PathIncident + "/ack", Handle: s.ackIncident, Services: s.ServicesOfIncident},
		{Method: "POST", Path: site.PathIncident + "/resolve", Handle: s.resolveIncident, Services: s.ServicesOfIncident},
		{Method: "POST", Path: site.PathInteractions, Handle: s.slackInteraction, Access: site.Public},
	}
}
