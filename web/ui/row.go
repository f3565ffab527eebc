package ui

import (
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
)

// PartView is the label and value that an SLO is a part by, with a list of all
// that is about them.
type PartView struct {
	Text, URL string
}

// PartOf is the name of the SLO that one is a part of, its own if it is none,
// and what it is a part by.
func PartOf(o *slo.SLO) (name string, parts []PartView) {
	whole, ok := o.Whole()
	if !ok {
		return o.ID.Name, nil
	}
	for _, p := range Pairs(o.Split) {
		text := p.Name + "=" + p.Value
		parts = append(parts, PartView{Text: text, URL: "/slos?" + url.Values{"label": {text}}.Encode()})
	}
	return whole.Name, parts
}

// SLOItem is one row.
type SLOItem struct {
	Status      Badge
	Data        *Badge // when an alert hides that the data is not ok
	Reason      string
	Since       Moment // of the alert that has the reason
	ID          slo.ID
	Name        string // of the SLO, or of the one it is a part of
	Parts       []PartView
	URL         string
	Owner       string
	OwnerURL    string
	ServiceURL  string
	FunctionURL string
	Objective   string
	Window      string
	SLI         string
	Budget      BudgetView
	Further     []WindowView // without the SLO's own
	SpentIn     string
	Paces       []string // which pace that goes on with, and what an alert that fires foretells by another
	Burns       []BurnView
	P99         string
	Calls       string
	Coverage    string // empty when all is known
	Known       string // share of the window that is known
	Excluded    string // empty when nothing is
	Incident    string
	Loose       bool        // its alert counts and no incident is open
	Pulse       *PulseView  // nil where it is not shown, or nothing is known yet
	Muted       []MutedView // what holds the messages of its alert back
}

// calls is how often a function is called; empty for slots of time, which come
// and go by the clock.
func calls(a *slo.Assessment) string {
	if a.Scale.Timed {
		return ""
	}
	return format.Rate(a.CallsPerSecond)
}

// Item is a row of the list; its links keep the parameters of the list.
func Item(r *listing.Row, params url.Values) SLOItem {
	a, o := &r.Assessment, &r.SLO
	out := SLOItem{
		Status: StatusBadge(r.Status()), Reason: r.Alert.Reason, ID: o.ID, URL: SLOPath(o.ID),
		Owner: o.Owner, OwnerURL: ListURL(params, "owner", o.Owner), ServiceURL: ListURL(params, "service", o.ID.Service), FunctionURL: FunctionPath(o.ID),
		Objective: o.Objective.String(), Window: o.Window.Name, SLI: SLIOf(a.Window),
		Budget: BudgetOf(a), SpentIn: spentIn(r), P99: p99(a.Latency), Calls: calls(a), Incident: r.Incident, Muted: MutedViews(r.Alert.MutedBy),
	}
	out.Name, out.Parts = PartOf(o)
	out.Paces = bothPaces(r)
	out.Loose = r.Alert.Active() && r.Incident == ""
	if out.Reason == "" {
		out.Reason = a.Reason
	} else if r.Alert.Active() {
		out.Since = MomentOf(r.Alert.Since)
	}
	if status := string(r.Status()); a.State != slo.StateOK && a.State != "" && status != string(a.State) {
		data := StateBadge(a.State)
		out.Data = &data
	}
	if a.Window.Coverage < 1 && !a.Window.Reading() {
		out.Coverage = format.Share(a.Window.Coverage, true)
	}
	out.Known = format.Share(a.Window.Coverage, !a.Window.Reading())
	out.Excluded = ExcludedShare(a.Window.Excluded)
	if further := WindowsOf(r); len(further) > 1 {
		out.Further = further[1:]
	}
	for _, window := range []time.Duration{time.Hour, 6 * time.Hour, 72 * time.Hour} {
		out.Burns = append(out.Burns, BurnOf(r, window))
	}
	return out
}

// spentIn is how long a budget lasts, for people.
func spentIn(r *listing.Row) string {
	left, endless, known := r.Lasts()
	switch {
	case r.Assessment.Window.Reading():
		return format.Reading
	case known && left == 0 && !endless:
		return "spent"
	case !known, !r.Assessment.State.Measured(): // the pace of what is gone is not that of now
		return format.Unknown
	case endless:
		return r.Assessment.Window.Beyond()
	}
	return format.Span(left)
}

// PulseView is a small picture of how fast the error budget was spent: a bar for each
// step on a line that is broken where too little is known.
type PulseView struct {
	Known, Kept, Over string // paths: the line, bars within the budget, and bars over it
	Text              string // for who does not see it
}

// WindowView is what came of one window of an SLO.
type WindowView struct {
	Name     string
	From, To Moment
	Since    string // when a period of the calendar began, by its own clock
	Until    string // when it is over
	SLI      string
	Budget   BudgetView
	Bad      string
	Allowed  string // with the forecast for a period, and without
	Coverage string // empty when all is known
	Excluded string // empty when nothing is
}

// WindowsOf lists the windows of an SLO, its own first. One rolling window alone
// is told by the rest of the page.
func WindowsOf(r *listing.Row) []WindowView {
	if len(r.SLO.Reports) == 0 && r.SLO.Window.Rolling() {
		return nil
	}
	windows := r.SLO.Windows()
	sums := append([]slo.WindowSum{r.Assessment.Window}, r.Assessment.Reports...)
	out := make([]WindowView, min(len(windows), len(sums)))
	for i := range out {
		out[i] = windowOf(&r.Assessment, windows[i], sums[i])
	}
	return out
}

func windowOf(a *slo.Assessment, w slo.Window, sum slo.WindowSum) WindowView {
	v := WindowView{
		Name: w.Name, From: MomentOf(sum.From), To: MomentOf(sum.To), Since: Since(w, sum), Until: Until(w, sum),
		SLI: SLIOf(sum), Budget: BudgetOver(a, sum), Allowed: Allowed(a, sum),
		Bad: format.Events(a.Scale.Events(sum.Bad)),
	}
	if sum.Coverage < 1 {
		v.Coverage = format.Share(sum.Coverage, true)
	}
	v.Excluded = ExcludedShare(sum.Excluded)
	return v
}

// ExcludedShare is how much of a window maintenance excludes: "12% excluded"; empty
// when it is nothing.
func ExcludedShare(x slo.Exclusion) string {
	if !x.Any() {
		return ""
	}
	return format.Share(x.Share, true) + " excluded"
}

// Since is the beginning of a period by the clock of its zone: "Dec 1,
// 00:00 Berlin". A rolling window has none.
func Since(w slo.Window, sum slo.WindowSum) string { return byItsClock(w, sum.From) }

// Until is the end of a period like [Since].
func Until(w slo.Window, sum slo.WindowSum) string { return byItsClock(w, sum.PeriodEnd) }

func byItsClock(w slo.Window, at time.Time) string {
	if w.Rolling() || at.IsZero() {
		return ""
	}
	return at.In(w.Zone()).Format("Jan 2, 15:04 ") + city(w.Zone())
}

// city is the short name of a zone: that of its city.
func city(zone *time.Location) string {
	return strings.ReplaceAll(path.Base(zone.String()), "_", " ")
}

// Allowed is how many events may be bad: "1,234", or of a running period "1,234
// (forecast), 1,020 so far".
func Allowed(a *slo.Assessment, sum slo.WindowSum) string {
	soFar := format.Events(a.BudgetSoFar(sum).Allowed)
	switch {
	case sum.Reading():
		return format.Reading
	case !sum.Running():
		return soFar
	case !sum.Foreseen():
		return soFar + " so far, no forecast yet"
	}
	return format.Events(a.BudgetOf(sum).Allowed) + " (forecast), " + soFar + " so far"
}
