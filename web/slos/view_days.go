package slos

import (
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/ui"
)

// daysView is a calendar of what each day did to the budget.
type daysView struct {
	Zone  string // whose midnights begin the days
	Names []string
	Weeks [][]dayView // the latest first
}

// dayView is a square of it. One without a date is outside of what is shown.
type dayView struct {
	Day, Month string // "3", and "Mar" where a month or the calendar begins
	Grade      string // as [course.Grade] says it, for the tone
	Figure     string // the share of the budget: "2.1%"; a word where there is none
	Title      string
	URL        string // the charts of that day
	Previous   bool
}

// mostDays bounds the calendar: two quarters.
const mostDays = 184 * 24 * time.Hour

// days are those of the window of an SLO and of the one before; nil while nothing
// was evaluated.
func (s Handlers) days(r *listing.Row) *daysView {
	o, a := &r.SLO, &r.Assessment
	if a.AsOf.IsZero() {
		return nil
	}
	zone := dayZone(o)
	began, _ := o.Window.Bounds(a.AsOf)
	shift, _, _ := course.Earlier(o.Window, a.AsOf)
	from := began.Add(-shift)
	if earliest := a.AsOf.Add(-mostDays); from.Before(earliest) {
		from = earliest
	}
	bounds := course.Midnights(from, a.AsOf, zone)
	if len(bounds) < 2 {
		return nil
	}
	allowed := 0.0
	if !a.Window.Reading() && a.Window.Foreseen() {
		allowed = o.Objective.Allowed(a.Window.Total + a.Window.Expected)
	}
	days := course.Days(s.Counts.Counted(*o, bounds), bounds, o.Objective, began, allowed)
	return &daysView{Zone: zone.String(), Names: []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, Weeks: weeks(days, o)}
}

// dayZone is that of the calendar of an SLO, if one of its windows has one.
func dayZone(o *slo.SLO) *time.Location {
	for _, w := range o.Windows() {
		if !w.Rolling() {
			return w.Zone()
		}
	}
	return time.UTC
}

// weeks lays days out from Monday to Sunday, the latest week first.
func weeks(days []course.Day, o *slo.SLO) [][]dayView {
	var out [][]dayView
	for i, d := range days {
		monday := (int(d.Start.Weekday()) + 6) % 7
		if i == 0 || monday == 0 {
			out = append([][]dayView{make([]dayView, 7)}, out...)
		}
		v := dayOf(d, o)
		if i == 0 || d.Start.Day() == 1 {
			v.Month = d.Start.Format("Jan")
		}
		out[0][monday] = v
	}
	return out
}

// dayWords are what a square without a share says.
var dayWords = map[course.Grade]string{course.Unknown: "?", course.Excluded: "excl.", course.Idle: "idle"}

func dayOf(d course.Day, o *slo.SLO) dayView {
	v := dayView{
		Day: d.Start.Format("2"), Grade: string(d.Grade), Figure: dayWords[d.Grade], Previous: d.Previous,
		URL: ui.SLOPath(o.ID) + "?" + between(d.Start, d.End),
	}
	v.Title = d.Start.Format("Mon, Jan 2 2006") + ": " + daySentence(d, o.SLI.Scale())
	switch {
	case v.Figure != "":
	case d.Share != nil:
		v.Figure = format.Part(*d.Share)
	default: // the budget is not known yet
		v.Figure = format.SLI(d.SuccessRatio())
	}
	return v
}

// daySentence says what a square shows.
func daySentence(d course.Day, scale slo.Scale) string {
	switch d.Grade {
	case course.Unknown:
		return "unknown, " + format.Share(d.Coverage, true) + " of it was read"
	case course.Excluded:
		return "excluded by maintenance"
	case course.Idle:
		return "no " + scale.Noun()
	}
	text := format.SLI(d.SuccessRatio()) + " good, " + format.Events(scale.Events(d.Bad)) + " bad of " + format.Events(scale.Events(d.Total))
	if d.Share != nil {
		text += ", " + format.Part(*d.Share) + " of the budget"
	}
	switch d.Grade {
	case course.Kept:
		text += "; the objective was kept"
	case course.Missed, course.Heavy:
		text += "; below the objective"
	}
	if d.Coverage < 1 {
		text += "; " + format.Share(d.Coverage, true) + " is known"
	}
	if d.Running {
		text += "; so far"
	}
	return text
}
