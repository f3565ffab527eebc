package web

import (
	"net/url"

	"github.com/slofuse/slofuse/alerting"
)

// mutedView is one thing that holds messages back.
type mutedView struct {
	What, URL, By, Reason string
	Until                 moment
}

var mutingPages = map[string]string{
	alerting.MutingSilence: pathSilences, alerting.MutingDeploy: pathDeploys, alerting.MutingMaintenance: pathMaintenance,
}

// mutedViews shows what holds the messages of an alert back.
func mutedViews(mutings []alerting.Muting) (out []mutedView) {
	for _, m := range mutings {
		out = append(out, mutedView{What: m.Kind + " " + m.ID, URL: mutingPages[m.Kind], By: m.By, Reason: m.Reason, Until: momentOf(m.Until)})
	}
	return out
}

// silenceURL is the form for a silence of a function.
func silenceURL(service, function string) string {
	return pathSilences + "?" + url.Values{"service": {service}, "function": {function}, "preview": {""}, "for": {"1h"}}.Encode() + "#add"
}
