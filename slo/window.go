package slo

import "time"

// Window is the span of time an objective is judged over: rolling, or the
// current period of a calendar.
type Window struct {
	Name     string         // as written: "30d", "month"
	Length   time.Duration  // of a rolling window; nominal for a calendar's, which policies go by
	Calendar Calendar       // empty: rolling
	Location *time.Location // whose midnights begin the periods of a calendar; nil is UTC
}

// Calendar is a period of the calendar.
type Calendar string

// The periods there are. Weeks begin on Monday, as in ISO 8601; quarters in
// January, April, July and October.
const (
	Week    Calendar = "week"
	Month   Calendar = "month"
	Quarter Calendar = "quarter"
)

// Calendars lists the periods there are, shortest first.
func Calendars() []Calendar { return []Calendar{Week, Month, Quarter} }

// CalendarWindow is the window of a calendar's periods in a location.
func CalendarWindow(c Calendar, in *time.Location) Window {
	days := map[Calendar]int{Week: 7, Month: 30, Quarter: 91}[c]
	return Window{Name: string(c), Length: time.Duration(days) * 24 * time.Hour, Calendar: c, Location: in}
}

// Rolling reports whether the window always ends now.
func (w Window) Rolling() bool { return w.Calendar == "" }

// Zone is where the midnights of a calendar's periods are.
func (w Window) Zone() *time.Location {
	if w.Location == nil {
		return time.UTC
	}
	return w.Location
}

// Reach is how far back the window may look: its length, or that of the longest
// period with the hour that a change of the clock adds.
func (w Window) Reach() time.Duration {
	if w.Rolling() {
		return w.Length
	}
	days := map[Calendar]int{Week: 7, Month: 31, Quarter: 92}[w.Calendar]
	return time.Duration(days)*24*time.Hour + time.Hour
}

// Bounds is the window that an instant belongs to, (from, to]: the rolling one
// that ends there, or the period of the calendar that holds it. The instant at
// which a period ends still belongs to it, as a slot belongs to its end.
func (w Window) Bounds(at time.Time) (from, to time.Time) {
	if w.Rolling() {
		return at.Add(-w.Length), at
	}
	day := w.Calendar.first(at.In(w.Zone()))
	from, to = startOf(day, w.Zone()), startOf(w.Calendar.after(day), w.Zone())
	for !from.Before(at) {
		day = w.Calendar.first(day.AddDate(0, 0, -1))
		from, to = startOf(day, w.Zone()), from
	}
	for to.Before(at) { // where a clock put back shows the day before once more
		day = w.Calendar.after(day)
		from, to = to, startOf(w.Calendar.after(day), w.Zone())
	}
	return from, to
}

// first is the day that begins the period of a date, as a date in UTC: dates are
// reckoned with where no day lacks or repeats an hour.
func (c Calendar) first(date time.Time) time.Time {
	year, month, day := date.Date()
	switch c {
	case Week:
		day -= (int(date.Weekday()) + 6) % 7
	case Quarter:
		month, day = month-(month-1)%3, 1
	case Month:
		day = 1
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// after is the first day of the period that follows one that begins on a day.
func (c Calendar) after(first time.Time) time.Time {
	switch c {
	case Week:
		return first.AddDate(0, 0, 7)
	case Quarter:
		return first.AddDate(0, 3, 0)
	case Month:
	}
	return first.AddDate(0, 1, 0)
}

// startOf is the first instant of a day in a location: its midnight, the first of
// two, or where the clock jumped over midnight, the instant of the jump.
func startOf(day time.Time, in *time.Location) time.Time {
	const beforeEveryZone = 26 * time.Hour
	at := day.Add(-beforeEveryZone).In(in)
	for {
		_, offset := at.Zone()
		begins, ends := at.ZoneBounds()
		midnight := day.Add(-time.Duration(offset) * time.Second).In(in)
		if ends.IsZero() || midnight.Before(ends) {
			if midnight.Before(begins) {
				return begins
			}
			return midnight
		}
		at = at.Add(time.Hour) // at least: on the last day of a leap year Go lets a zone end too early
		if at.Before(ends) {
			at = ends
		}
	}
}
