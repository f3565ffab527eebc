package ui

import (
	"net/url"

	"github.com/slofuse/slofuse/alerting"
)

// MutedView is one thing that holds messages back.
type MutedView struct {
	What, URL, By, Reason string
	Until                 Moment
}

var mutingPages = map[string]string{
	alerting.MutingSilence: PathSilences, alerting.MutingDeploy: PathDeploys, alerting.MutingMaintenance: PathMaintenance,
}

// MutedViews shows what holds the messages of an alert back.
func MutedViews(mutings []alerting.Muting) (out []MutedView) {
	for _, m := range mutings {
		out = append(out, MutedView{What: m.Kind + " " + m.ID, URL: mutingPages[m.Kind], By: m.By, Reason: m.Reason, Until: MomentOf(m.Until)})
	}
	return out
}

// SilenceURL is the form for a silence of a function.
func SilenceURL(service, function string) string {
	return PathSilences + "?" + url.Values{"service": {service}, "function": {function}, "preview": {""}, "for": {"1h"}}.Encode() + "#add"
}
