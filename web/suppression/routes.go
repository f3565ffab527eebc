package suppression

import (
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// Pages are the routes of what people open.
func (s Handlers) Pages() []site.Route {
	return []site.Route{
		{Method: "GET", Path: ui.PathSilences, Handle: s.pageSilences},
		{Method: "POST", Path: ui.PathSilences, Handle: s.submitSilence, Services: servicesOfSilenceForm},
		{Method: "POST", Path: ui.PathSilences + "/{id}/expire", Handle: s.submitExpiry, Services: s.servicesOfSilence},
		{Method: "POST", Path: ui.PathSilences + "/{id}/extend", Handle: s.submitExtension, Services: s.servicesOfSilence},
		{Method: "GET", Path: ui.PathDeploys, Handle: s.pageDeploys},
		{Method: "POST", Path: ui.PathDeploys, Handle: s.submitDeploy, Services: servicesOfDeployForm},
		{Method: "POST", Path: ui.PathDeploys + "/{id}/withdraw", Handle: s.submitDeployWithdrawal, Services: s.servicesOfDeploy},
		{Method: "GET", Path: ui.PathDeploys + "/{id}", Handle: s.pageDeploy},
		{Method: "POST", Path: ui.PathDeploys + "/{id}/end", Handle: s.submitDeployEnd, Services: s.servicesOfDeploy},
		{Method: "GET", Path: ui.PathMaintenance, Handle: s.pageMaintenance},
		{Method: "POST", Path: ui.PathMaintenance, Handle: s.submitMaintenance},
		{Method: "POST", Path: ui.PathMaintenance + "/{id}/withdraw", Handle: s.submitWithdrawal},
		{Method: "POST", Path: ui.PathMaintenance + "/{id}/extend", Handle: s.submitLaterEnd},
		{Method: "POST", Path: ui.PathMaintenance + "/{id}/end", Handle: s.submitWindowEnd},
	}
}

// Endpoints are the routes of what programs ask.
func (s Handlers) Endpoints() []site.Route {
	return []site.Route{
		{Method: "GET", Path: ui.PathMaintenance, Handle: s.listMaintenance},
		{Method: "POST", Path: ui.PathMaintenance, Handle: s.announceMaintenance},
		{Method: "DELETE", Path: ui.PathMaintenance + "/{id}", Handle: s.withdrawMaintenance, Query: "by"},
		{Method: "POST", Path: ui.PathMaintenance + "/{id}/extend", Handle: s.extendMaintenance},
		{Method: "POST", Path: ui.PathMaintenance + "/{id}/end", Handle: s.endMaintenance},
		{Method: "GET", Path: ui.PathSilences, Handle: s.listSilences, Query: "limit"},
		{Method: "POST", Path: ui.PathSilences, Handle: s.addSilence, Services: servicesOfNewSilence},
		{Method: "DELETE", Path: ui.PathSilences + "/{id}", Handle: s.expireSilence, Query: "by", Services: s.servicesOfSilence},
		{Method: "POST", Path: ui.PathSilences + "/{id}/extend", Handle: s.extendSilence, Services: s.servicesOfSilence},
		{Method: "GET", Path: ui.PathDeploys, Handle: s.listDeploys, Query: "limit"},
		{Method: "POST", Path: ui.PathDeploys, Handle: s.startDeploy, Access: site.Deploying, Services: servicesOfNewDeploy},
		{Method: "GET", Path: ui.PathDeploys + "/{id}/costs", Handle: s.getCosts},
		{Method: "POST", Path: ui.PathDeploys + "/{id}/end", Handle: s.endDeploy, Access: site.Deploying, Services: s.servicesOfDeploy},
		{Method: "DELETE", Path: ui.PathDeploys + "/{id}", Handle: s.withdrawDeploy, Query: "by", Access: site.Deploying, Services: s.servicesOfDeploy},
	}
}
