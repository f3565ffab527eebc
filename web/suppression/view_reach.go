package suppression

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// reachView is a preview: what something that is not kept yet would match, as
// things are now.
type reachView struct {
	Matches   string        // how much, in a sentence
	Now       string        // what burns of it, and would be held back
	Taken     takenView     // what it would take out of error budgets; empty: nothing
	Others    []overlapView // that do some of the same already
	Warnings  []string
	Functions []ui.Link
	More      string // functions that are not listed; empty: all are
	Incidents []reachedIncident
	Hidden    string // incidents that are not listed
	None      bool   // it matches nothing
}

type reachedIncident struct {
	Name, URL string
	Status    ui.Badge
	Since     ui.Moment
	Becomes   string // of the messages about it
}

// How many functions and incidents a preview lists.
const (
	mostFunctions = 24
	mostReached   = 10
)

// reach looks at what something would hold back.
func (s Handlers) reach(r *http.Request, takes func(slo.SLO, slo.Severity) bool) (suppress.Reach, error) {
	open, err := s.Alerts.OpenIncidents(r.Context())
	if err != nil {
		return suppress.Reach{}, err
	}
	return suppress.ReachOf(s.Objectives.SLOs(), open, takes), nil
}

// viewReach shows a reach; what is the name of the thing: "silence".
func (s Handlers) viewReach(what string, r suppress.Reach) *reachView {
	v := &reachView{None: r.SLOs == 0}
	if v.None {
		v.Matches = "It matches no SLO."
		v.Warnings = []string{"Nothing has these labels now: look at the spelling. It would hold back only what appears later."}
		return v
	}
	v.Matches = fmt.Sprintf("It matches %s with %s, of %s.", ui.Many(len(r.Functions), "function"), ui.Many(r.SLOs, "SLO"), ui.Many(len(r.Services), "service"))
	v.Now = heldNow(r)
	for _, id := range r.Functions[:min(len(r.Functions), mostFunctions)] {
		v.Functions = append(v.Functions, ui.Link{Name: id.Service + "/" + id.Function, URL: ui.FunctionPath(id)})
	}
	if more := len(r.Functions) - mostFunctions; more > 0 {
		v.More = "and " + format.Count(int64(more)) + " more"
	}
	for _, i := range r.Incidents[:min(len(r.Incidents), mostReached)] {
		v.Incidents = append(v.Incidents, reachedIncident{
			Name: i.Service + "/" + i.Function, URL: ui.IncidentPath(i.ID), Status: ui.IncidentBadge(i.Incident), Since: ui.MomentOf(i.OpenedAt), Becomes: becomes(what, i),
		})
	}
	if more := len(r.Incidents) - mostReached; more > 0 {
		v.Hidden = "and " + ui.Many(more, "more incident")
	}
	v.Warnings = s.warnings(what, r)
	return v
}

// heldNow says in a sentence what burns now and would be held back.
func heldNow(r suppress.Reach) string {
	pages, tickets := r.Of(slo.SeverityPage), r.Of(slo.SeverityTicket)
	var parts []string
	if pages > 0 {
		parts = append(parts, ui.Many(pages, "page"))
	}
	if tickets > 0 {
		parts = append(parts, ui.Many(tickets, "ticket"))
	}
	if len(parts) == 0 {
		return "None of it burns now: nothing is held back yet."
	}
	verb := " fire"
	if len(r.Alerts) == 1 {
		verb = " fires"
	}
	return ui.Many(len(r.Alerts), "alert") + verb + " now: it would hold back " + strings.Join(parts, " and ") + "."
}

// becomes says what becomes of the messages about an incident.
func becomes(what string, i suppress.ReachedMany) string {
	switch {
	case what == deployed && i.Severity == slo.SeverityPage:
		return "held back until the deploy ends, unless it burns for 5 minutes or 2% of the budget goes"
	case i.Quiet:
		return "nobody is told of it any more"
	}
	return fmt.Sprintf("it is told all the same: %d of %s would be held back", i.Held, ui.Many(i.Active, "alert"))
}

// deployed is what a deploy is called: unlike all else, an outage pierces it.
const deployed = "deploy"

// warnings are what a reader should think about before saying it.
func (s Handlers) warnings(what string, r suppress.Reach) (out []string) {
	for _, i := range r.Incidents {
		if what != deployed && i.Quiet && i.Severity == slo.SeverityPage && i.AckedBy == "" {
			out = append(out, "It hides a page that nobody has acknowledged: "+i.Service+"/"+i.Function+", burning for "+format.Span(s.Now().Sub(i.OpenedAt).Truncate(time.Second))+".")
			if len(out) == 3 {
				break
			}
		}
	}
	if n := len(r.Services); n > 1 {
		shown := strings.Join(r.Services[:min(n, 5)], ", ")
		if n > 5 {
			shown += " and " + format.Count(int64(n-5)) + " more"
		}
		out = append(out, "The "+what+" is wider than one service: "+shown+".")
	}
	if all := len(s.Objectives.SLOs()); r.SLOs == all && all > 1 {
		out = append(out, "It takes every SLO there is.")
	}
	return out
}
