package slo

// Counts is how many events happened and how many of them were bad. Counts of
// adjacent spans add up; nothing else about them may be averaged.
type Counts struct {
	Total int64 // events, good and bad
	Bad   int64 // events that broke the SLI; between 0 and Total
}

// Good is the number of good events.
func (c Counts) Good() int64 { return c.Total - c.Bad }

// Add returns the sum of two counts.
func (c Counts) Add(d Counts) Counts {
	return Counts{Total: c.Total + d.Total, Bad: c.Bad + d.Bad}
}

// Sub returns what is left of c without d.
func (c Counts) Sub(d Counts) Counts {
	return Counts{Total: c.Total - d.Total, Bad: c.Bad - d.Bad}
}

// Valid reports whether the counts can be true: no negative number and no more
// bad events than events.
func (c Counts) Valid() bool { return c.Bad >= 0 && c.Bad <= c.Total }

// SuccessRatio is good/total. It is unknown without traffic.
func (c Counts) SuccessRatio() (ratio float64, known bool) {
	if c.Total <= 0 {
		return 0, false
	}
	return float64(c.Good()) / float64(c.Total), true
}

// ErrorRatio is bad/total. It is unknown without traffic.
func (c Counts) ErrorRatio() (ratio float64, known bool) {
	if c.Total <= 0 {
		return 0, false
	}
	return float64(c.Bad) / float64(c.Total), true
}

// BurnRate is how many times faster than allowed the budget is spent: the error
// ratio divided by 1 − objective. 1 spends the budget exactly over its window.
// The source of the definition is chapter 5 of the Site Reliability Workbook.
// It is unknown without traffic.
func (o Objective) BurnRate(c Counts) (rate float64, known bool) {
	if c.Total <= 0 {
		return 0, false
	}
	// One division of exact products: 144 bad of 10,000 at 99.9 % is 14.4, the
	// same float a policy writes, so "at or over the rate" means what it says.
	return float64(c.Bad) * float64(o.of) / (float64(c.Total) * float64(o.bad)), true
}
