package web

import (
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
)

// windowView is what came of one window of an SLO.
type windowView struct {
	Name     string
	From, To moment
	Since    string // when a period of the calendar began, by its own clock
	Until    string // when it is over
	SLI      string
	Budget   budgetView
	Bad      string
	Allowed  string // with the forecast for a period, and without
	Coverage string // empty when all is known
	Excluded string // empty when nothing is
}

// windowsOf lists the windows of an SLO, its own first. One rolling window alone
// is told by the rest of the page.
func windowsOf(r *listing.Row) []windowView {
	if len(r.SLO.Reports) == 0 && r.SLO.Window.Rolling() {
		return nil
	}
	windows := r.SLO.Windows()
	sums := append([]slo.WindowSum{r.Assessment.Window}, r.Assessment.Reports...)
	out := make([]windowView, min(len(windows), len(sums)))
	for i := range out {
		out[i] = windowOf(&r.Assessment, windows[i], sums[i])
	}
	return out
}

func windowOf(a *slo.Assessment, w slo.Window, sum slo.WindowSum) windowView {
	v := windowView{
		Name: w.Name, From: momentOf(sum.From), To: momentOf(sum.To), Since: since(w, sum), Until: until(w, sum),
		SLI: sliOf(sum), Budget: budgetOver(a, sum), Allowed: allowed(a, sum),
		Bad: format.Events(a.Scale.Events(sum.Bad)),
	}
	if sum.Coverage < 1 {
		v.Coverage = format.Share(sum.Coverage, true)
	}
	v.Excluded = excludedShare(sum.Excluded)
	return v
}

// excludedShare is how much of a window maintenance excludes: "12% excluded"; empty
// when it is nothing.
func excludedShare(x slo.Exclusion) string {
	if !x.Any() {
		return ""
	}
	return format.Share(x.Share, true) + " excluded"
}

// since and until are the bounds of a period by the clock of its zone: "Dec 1,
// 00:00 Berlin". A rolling window has none.
func since(w slo.Window, sum slo.WindowSum) string { return byItsClock(w, sum.From) }
func until(w slo.Window, sum slo.WindowSum) string { return byItsClock(w, sum.PeriodEnd) }

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

// allowed is how many events may be bad: "1,234", or of a running period "1,234
// (forecast), 1,020 so far".
func allowed(a *slo.Assessment, sum slo.WindowSum) string {
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

// windowTitle names the window in a sentence: "30d", "this month".
func windowTitle(w slo.Window) string {
	if w.Rolling() {
		return w.Name
	}
	return "this " + string(w.Calendar)
}

// resets are the instants at which a chart of the window begins anew, in Unix
// seconds, as many as it shows.
func resets(w slo.Window, to time.Time) string {
	var out []string
	if w.Rolling() || to.IsZero() {
		return ""
	}
	for at, _ := w.Bounds(to); at.After(to.Add(-w.Length)); at, _ = w.Bounds(at) {
		out = append(out, strconv.FormatInt(at.Unix(), 10))
	}
	return strings.Join(out, ",")
}

// definedWindows names every window with the zone of its calendar.
func definedWindows(o *slo.SLO) string {
	var names []string
	for _, w := range o.Windows() {
		name := w.Name
		if !w.Rolling() {
			name = "the " + name + " (" + w.Zone().String() + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", also over ")
}
