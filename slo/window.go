package slo

import "time"

// Window is the span of time an objective is judged over: rolling, or the
// current period of a calendar.
type Window struct {
	Name     string        // as written: "30d", "month"
	Length   time.Duration // of a rolling window; nominal for a calendar's, which policies go by
	Calendar Calendar      // empty: rolling
	Location *time.Location
}

// Calendar is a period of the calendar.
type Calendar string

// The periods there are. Weeks begin on Monday, as in ISO 8601.
const (
	Week    Calendar = "week"
	Month   Calendar = "month"
	Quarter Calendar = "quarter"
)
