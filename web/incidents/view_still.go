package incidents

import (
	"cmp"
	"strings"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/ui"
)

// stillView says whether something fails now: what one looks at before saying that it
// is over.
type stillView struct {
	Status ui.Badge
	Lines  []stillLine
}

// stillLine is what fails now of one SLO.
type stillLine struct {
	Name string
	ui.NowView
}

// How much still fails, from what is best to know to what is worst.
const (
	stillNothing = iota
	stillPromised
	stillUnknown
	stillFails
)

// still looks at each SLO of an incident over its shortest window. What is not known
// of one is not known of all, unless another one fails.
func (s Handlers) still(d *dossier) stillView {
	var v stillView
	worst := stillNothing
	for n := range d.Burns {
		b := &d.Burns[n]
		line, much := s.stillOf(b)
		worst = max(worst, much)
		v.Lines = append(v.Lines, stillLine{b.ID.Name, line})
	}
	if len(v.Lines) == 0 {
		worst = stillUnknown
	}
	v.Status = stillBadge(worst)
	return v
}

// stillOf is what fails now of one SLO, and how much that is.
func (s Handlers) stillOf(b *burn) (ui.NowView, int) {
	switch {
	case alerting.IsSource(b.ID):
		return s.stillDown(strings.TrimPrefix(b.ID.Function, "backend/"))
	case !b.InForce:
		return ui.NowView{Text: "No longer in force: nothing is counted"}, stillUnknown
	case b.End.State == slo.StateIdle:
		return ui.NowView{Text: "Nothing was called, which says nothing of the next call"}, stillUnknown
	}
	f := alerting.FactOf(b.SLO, b.End, b.Alert)
	now := ui.NowOf(f, &b.End)
	switch {
	case now.Unknown || f.Failing == nil:
		return now, stillUnknown
	case *f.Failing > b.SLO.Objective.ErrorRatio():
		return now, stillFails
	case *f.Failing > 0:
		return now, stillPromised
	}
	return now, stillNothing
}

// stillDown says whether a backend answers.
func (s Handlers) stillDown(name string) (ui.NowView, int) {
	for _, b := range s.Operations.Status().Backends {
		switch {
		case b.Name != name:
		case b.Up:
			return ui.NowView{Text: "The backend answers"}, stillNothing
		default:
			return ui.NowView{Text: "The backend does not answer: " + cmp.Or(b.Reason, "why is not known")}, stillFails
		}
	}
	return ui.NowView{Text: "The backend is not configured any more"}, stillUnknown
}

func stillBadge(worst int) ui.Badge {
	switch worst {
	case stillFails:
		return ui.Badge{Icon: "page", Word: "It still fails", Tone: "page"}
	case stillUnknown:
		return ui.Badge{Icon: "no_data", Word: "Not known whether it still fails", Tone: "note"}
	case stillPromised:
		return ui.Badge{Icon: "ok", Word: "No more fails than is promised", Tone: "good"}
	}
	return ui.Badge{Icon: "ok", Word: "Nothing fails now", Tone: "good"}
}
