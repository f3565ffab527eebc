package slo

import "time"

// Absence is what is known about data that is not there.
type Absence struct {
	// Since is the end of the last slot that held a sample.
	Since time.Time
	// For is how much of the time since then the backend had data of others: while it
	// has none at all, or does not answer, nothing says that this data is gone.
	For time.Duration
	// LongestGap is the longest such time in the [AbsenceMemory] before that ended by
	// itself.
	LongestGap time.Duration
}

// AbsenceMemory is how far back gaps that ended by themselves are remembered.
const AbsenceMemory = 14 * 24 * time.Hour

// Bounds of the time that data may be gone.
const (
	minAbsence    = 10 * time.Minute
	absenceShare  = 100 // of the allowed time: one part of so many
	absenceFactor = 1.5 // of the longest gap that ended by itself
)

// MayLast is how long the data of an SLO may be gone before somebody is asked to
// look, and why so long: 10 minutes, or 1 % of the time that its window may be bad,
// or half as long again as the longest gap that ended by itself, whichever is
// longest.
func (a Absence) MayLast(o Objective, window time.Duration) (limit time.Duration, why string) {
	limit = minAbsence
	allowed := time.Duration(o.ErrorRatio() * float64(window) / absenceShare).Round(time.Second)
	if allowed > limit {
		limit, why = allowed, "1% of the time that "+FormatDuration(window)+" may be bad"
	}
	if gap := time.Duration(absenceFactor * float64(a.LongestGap)); gap > limit {
		limit, why = gap, "the longest gap of the last 14d that ended by itself was "+FormatDuration(a.LongestGap)
	}
	return limit, why
}

// Traffic compares the calls of the last [TrafficWindow] with what the same hour of
// the last three weeks had at least.
type Traffic struct {
	Calls float64 // in events
	// Expected is in events: the mean, over the weeks that are known, of the quietest
	// [TrafficWindow] of that hour. So a job that runs once an hour is expected never.
	Expected float64
	Weeks    int // how many of the three weeks are known
}

// TrafficWindow is over what a loss of traffic is judged, and TrafficWeeks how many
// weeks it is compared with.
const (
	TrafficWindow = 10 * time.Minute
	TrafficWeeks  = 3
)

// MinWeeks and MinTraffic are how many weeks must be known and how many events they
// must let expect before too few are called a loss.
const (
	MinWeeks   = 2
	MinTraffic = 100
)

// LossShare is the share of the expected events under which they are lost, and
// ReturnShare that from which they are back.
const (
	LossShare   = 0.1
	ReturnShare = 0.2
)

// Foreseen reports whether enough weeks are known to expect anything.
func (t Traffic) Foreseen() bool { return t.Weeks >= MinWeeks }

// Enough reports whether enough events are expected to miss them.
func (t Traffic) Enough() bool { return t.Foreseen() && t.Expected >= MinTraffic }

// Lost reports whether nearly all events that are expected are missing.
func (t Traffic) Lost() bool { return t.Enough() && t.Calls < LossShare*t.Expected }

// Back reports whether so many came that nothing is lost any more, or nothing is
// expected.
func (t Traffic) Back() bool { return !t.Foreseen() || t.Calls >= ReturnShare*t.Expected }
