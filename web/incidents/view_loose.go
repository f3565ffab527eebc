package incidents

import (
	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/ui"
)

// mostLoose is how many alerts without an incident the start page lists.
const mostLoose = 20

// looseView is an alert that counts although no incident is open.
type looseView struct {
	incidentAlert
	Function, Service, Owner string
	Untold                   bool
	Last                     string // the page of its last incident; empty when none is known
	How                      string // that one ended: "resolved by hand by ada"
	Ended                    ui.Moment
}

// mineLoose are the alerts without an incident that concern the owner who is asked for.
func (b *board) mineLoose(alerts []alerting.Alert, open []alerting.Incident) (out []triage.Loose) {
	for _, l := range triage.LooseOf(alerts, open, b.records) {
		if at, ok := b.at[l.Alert.ID]; b.owner == "" || ok && b.slos[at].Owner == b.owner {
			out = append(out, l)
		}
	}
	return out
}

func (b *board) looseViews() (out []looseView) {
	for _, l := range b.loose[:min(len(b.loose), mostLoose)] {
		v := looseView{incidentAlert: alertItem(l.Alert), Function: l.Alert.ID.Function, Service: l.Alert.ID.Service, Untold: l.Untold()}
		if at, ok := b.at[l.Alert.ID]; ok {
			v.Owner = b.slos[at].Owner
		}
		if l.Last.ID != "" {
			v.Last, v.Ended, v.How = ui.IncidentPath(l.Last.ID), ui.MomentOf(l.Last.ResolvedAt), ui.EndedHow(l.Last.ResolvedBy)
		}
		out = append(out, v)
	}
	return out
}

// untoldPages are the functions of the pages among them that nobody was told of, one for
// each alert.
func (b *board) untoldPages() (out []slo.ID) {
	for _, l := range b.loose {
		if l.Untold() && l.Alert.Severity == slo.SeverityPage {
			out = append(out, l.Alert.ID.OfFunction())
		}
	}
	return out
}

// untoldText says how many pages nobody was told of; empty when of none.
func (b *board) untoldText() string {
	if n := len(b.untoldPages()); n > 0 {
		return ui.Many(n, "page") + " without an incident, of which nobody was told: see below."
	}
	return ""
}

// stillCounted is the headline while nothing is open and something counts yet.
func (b *board) stillCounted() callHeadline {
	return callHeadline{
		Icon: "recovering", Tone: "note", Text: "Nothing calls for anybody", Elsewhere: b.elsewhere(),
		Note: "No incident is open, and " + "what failed still counts in " + ui.Many(len(b.loose), "alert") + ": see below.",
	}
}
