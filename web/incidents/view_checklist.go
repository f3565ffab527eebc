package incidents

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// checkItem is one question that whoever was woken asks, with the answer as far as
// slofuse knows it.
type checkItem struct {
	Mark       ui.Badge // done, known, unknown or to decide
	Title      string
	Lines      []string
	Missing    string    // why it is not known, and how it becomes known
	Links      []ui.Link // out of slofuse, or to a page
	Commands   []string
	Changes    []site.Change
	Older      int           // changes that are not listed
	After      []site.Change // those since it opened: no cause, perhaps a cure
	Neighbours []site.Neighbour
	Hidden     int // neighbours that are not listed
	Signals    []site.SignalView
}

var (
	checkDone    = ui.Badge{Icon: "ok", Word: "Done", Tone: "good"}
	checkKnown   = ui.Badge{Icon: "known", Word: "Known", Tone: "note"}
	checkUnknown = ui.Badge{Icon: "stale", Word: "Unknown", Tone: "quiet"}
	checkDecide  = ui.Badge{Icon: "pending", Word: "To decide", Tone: "ticket"}
)

// checklist answers the questions of an incident in the order in which they are asked:
// how bad it is, since when, what changed, what it stands on, and what to do.
func (s Handlers) checklist(ctx context.Context, d *dossier) []checkItem {
	out := []checkItem{s.whoHasIt(d), impactItem(d), onsetItem(d), s.lastItem(d), s.tracesItem(d), errorsItem(d), s.changesItem(d), s.dependsItem(ctx, d)}
	return append(out, s.mitigation(d)...)
}

func (s Handlers) whoHasIt(d *dossier) checkItem {
	item := checkItem{Mark: checkDecide, Title: "Who has it", Lines: []string{"Nobody has acknowledged it."}}
	switch {
	case !d.Open() && d.ResolvedBy != "":
		item.Mark, item.Lines = checkDone, []string{"Resolved by hand by " + d.ResolvedBy + "."}
	case !d.Open():
		item.Mark, item.Lines = checkDone, []string{"It is over: what was measured is as promised again."}
	case d.AckedBy != "":
		item.Mark, item.Lines = checkDone, []string{d.AckedBy + " acknowledged it."}
	case d.Cause != "":
		item.Mark, item.Lines = checkDone, []string{"It is put down to another incident: the owner of that one was called."}
		item.Links = []ui.Link{{Name: "The incident of the cause", URL: ui.IncidentPath(d.Cause)}}
	}
	return item
}

// impactItem says what fails, in the words of whoever promised it, and what that costs.
func impactItem(d *dossier) checkItem {
	item := checkItem{Mark: checkUnknown, Title: "What fails, and how badly"}
	if d.Source {
		item.Missing = "A backend does not answer, so nothing is known of what stands on it. It becomes known when the backend answers again: its slots are read afterwards."
		return item
	}
	for _, b := range d.Burns {
		if !b.Known {
			continue
		}
		item.Mark = checkKnown
		item.Lines = append(item.Lines, b.ID.Name+": "+lossText(b))
		if text := "What it does: " + b.SLO.Description; b.SLO.Description != "" && !slices.Contains(item.Lines, text) {
			item.Lines = append(item.Lines, text)
		}
	}
	if item.Mark == checkUnknown {
		item.Missing = "None of its objectives is in force any more, or nothing was evaluated since it opened. The numbers of a removed objective come back with it."
	}
	return item
}

// lossText is an impact in words that can be said aloud.
func lossText(b burn) string {
	text := fmt.Sprintf("%s of %s %s failed", format.Events(b.Whole.Bad), format.Events(b.Whole.Total), b.Whole.Noun)
	if b.Whole.Share != nil {
		text += " (" + format.Part(*b.Whole.Share) + ")"
	}
	if b.From.IsZero() {
		text += b.span("it opened")
	} else {
		text += fmt.Sprintf("%s, %s of them since it opened", b.span("the first error"), format.Events(b.Since.Bad))
	}
	if b.Whole.Spent == nil {
		return text + "; what that is of the budget is not known: " + b.Whole.Reason + "."
	}
	if b.Since.Spent != nil && !b.From.IsZero() {
		text += fmt.Sprintf(" and %s of the budget", format.Part(*b.Since.Spent))
	}
	text += fmt.Sprintf(": in all %s of the error budget of %s, as much as a total failure of %s; %s are allowed", format.Part(*b.Whole.Spent), b.SLO.Window.Name, format.Span(b.Whole.Lost.Truncate(time.Second)), format.Span(budgetTime(b.SLO)))
	if b.Whole.Reason != "" {
		text += " (" + b.Whole.Reason + ")"
	}
	return text + "."
}

// span says of which time an impact is, which has a beginning: it ends with the last
// error.
func (b burn) span(beginning string) string {
	if b.Last.IsZero() {
		return " since " + beginning
	}
	return " between " + beginning + " and the last error"
}

// budgetTime is how long all calls may fail within the window of an SLO.
func budgetTime(o slo.SLO) time.Duration {
	return time.Duration(o.Objective.ErrorRatio() * float64(o.Window.Length)).Truncate(time.Second)
}

func onsetItem(d *dossier) checkItem {
	if d.From.IsZero() {
		missing := "No slot before it stands out in the ledger: what burns crept up, or the time before is not known."
		if d.Source {
			missing = "What is not measured has no first error. The timeline says since when the backend has not answered."
		}
		return checkItem{Mark: checkUnknown, Title: "First error", Missing: missing}
	}
	return checkItem{Mark: checkKnown, Title: "First error", Lines: []string{
		fmt.Sprintf("In the %s until %s, %s before it opened.", format.Span(d.Until.Sub(d.From)), d.Until.UTC().Format("15:04:05 UTC on 2 January"), format.Span(max(d.OpenedAt.Sub(d.From), 0).Truncate(time.Second))),
	}}
}

// aroundFirst is how much of the time around the first error a link shows.
const aroundFirst = 5 * time.Minute

// tracesItem links to the traces and logs of the first errors.
func (s Handlers) tracesItem(d *dossier) checkItem {
	item := checkItem{Mark: checkUnknown, Title: "Traces and logs of the first errors"}
	o, ok := d.leads()
	if !ok || s.Links == nil {
		item.Missing = "Links come from the SLO file, and none of this incident is in force."
		return item
	}
	from, until := d.OpenedAt.Add(-aroundFirst), d.OpenedAt
	if !d.From.IsZero() {
		from, until = d.From, d.Until
	}
	for _, l := range ui.LinksOf(s.Links(o, from.Add(-time.Minute), until.Add(aroundFirst))) {
		if l.URL != "" && (l.Name == "traces" || l.Name == "logs" || l.Name == "dashboard") {
			l.Name += " from " + from.Add(-time.Minute).UTC().Format("15:04") + " to " + until.Add(aroundFirst).UTC().Format("15:04 UTC")
			item.Links = append(item.Links, l)
		}
	}
	if len(item.Links) == 0 {
		item.Missing = "No traces are linked. In the SLO file:"
		item.Commands = []string{"links: {traces: 'https://…?from={{.from}}&to={{.to}}'}"}
		return item
	}
	item.Mark = checkKnown
	return item
}

func errorsItem(d *dossier) checkItem {
	item := checkItem{Mark: checkKnown, Title: "Kinds of errors"}
	for _, k := range d.Kinds[:min(len(d.Kinds), 5)] {
		item.Lines = append(item.Lines, slo.FormatClass(k))
	}
	if len(item.Lines) > 0 {
		item.Lines[0] += " (the most frequent)"
		return item
	}
	item.Mark, item.Missing = checkUnknown, "Bad events are not told apart. In the SLI, for a ratio:"
	item.Commands = []string{"fingerprint: [code]"}
	if d.Source {
		item.Missing, item.Commands = "Nothing is measured while the backend does not answer.", nil
	}
	return item
}

func (s Handlers) changesItem(d *dossier) checkItem {
	item := checkItem{Mark: checkKnown, Title: "What changed in the day before", Changes: d.Before(), After: d.After(), Older: d.Older}
	if len(item.Changes) == 0 {
		item.Mark = checkUnknown
		item.Missing = "No deploy is known, and nothing was written differently. Deploys are known when the pipeline announces them:"
		item.Commands = []string{s.Command("deploy start --service " + site.ShellWord(d.Service))}
	}
	return item
}

// dependsItem says how what the function calls stands, and what it says of itself.
func (s Handlers) dependsItem(ctx context.Context, d *dossier) checkItem {
	item := checkItem{Mark: checkKnown, Title: "Health of what it depends on", Neighbours: d.neighboursThen(), Hidden: d.Chain.HiddenDown}
	if d.Source {
		item.Mark, item.Missing = checkUnknown, "A backend depends on nothing that slofuse watches. The page of its state says what it answered last."
		return item
	}
	item.Signals = s.SignalViews(ctx, slo.ID{Service: d.Service, Function: d.Function}, d.end(s.Now()))
	if len(d.Chain.Down) == 0 {
		item.Mark, item.Missing = checkUnknown, "No dependency is declared. In the SLO file of the function:"
		item.Commands = []string{"depends_on: [service/function]"}
		return item
	}
	burning := 0
	for _, n := range d.Chain.Down {
		if n.Burns() {
			burning++
		}
	}
	item.Lines = []string{"None of them burns."}
	if burning > 0 {
		item.Lines = []string{ui.Many(burning, "function") + " of them " + map[bool]string{true: "burns.", false: "burn."}[burning == 1]}
	}
	return item
}
