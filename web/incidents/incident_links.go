package incidents

import (
	"net/url"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// aroundIncident is how much of the time before and after an incident is looked at with
// it: what was as usual shows what was not.
const aroundIncident = 15 * time.Minute

// thenPath is the page of a function at the time of an incident: from before its first
// error until after its end, and until now while it goes on.
func (d *dossier) thenPath(function slo.ID) string {
	return ui.FunctionPath(function) + "?" + d.then().Encode()
}

func (d *dossier) then() url.Values {
	from, to := d.OpenedAt, "now"
	if !d.From.IsZero() && d.From.Before(from) {
		from = d.From
	}
	if !d.ResolvedAt.IsZero() {
		to = d.ResolvedAt.Add(aroundIncident).UTC().Format(time.RFC3339)
	}
	return url.Values{"from": {from.Add(-aroundIncident).UTC().Format(time.RFC3339)}, "to": {to}}
}

// neighboursThen are neighbours whose links go to the time of an incident.
func (d *dossier) neighboursThen() []site.Neighbour {
	out := make([]site.Neighbour, len(d.Chain.Down))
	for n, one := range d.Chain.Down {
		if out[n] = one; one.URL != "" {
			out[n].URL += "?" + d.then().Encode()
		}
	}
	return out
}

// affectedThen are the functions that an incident affects, with links to its time.
func (d *dossier) affectedThen() []affected {
	out := affectedOf(d.Affected)
	for n, a := range d.Affected[:len(out)] {
		out[n].FunctionURL = d.thenPath(slo.ID{Service: a.Service, Function: a.Function})
	}
	return out
}
