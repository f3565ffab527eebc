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

// Traffic compares the calls of the last [TrafficWindow] with what the same time
// of the last three weeks had.
type Traffic struct {
	Calls    int64   // in events
	Expected float64 // in events; the mean of the weeks that are known
	Weeks    int     // how many of the three weeks are known
}

// TrafficWindow is over what a loss of traffic is judged.
const TrafficWindow = 10 * time.Minute
