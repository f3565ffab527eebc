package slo

import "time"

// DetailStep is one step of the past of an objective, with its events told apart.
// Steps that follow each other add up: nothing in them is an average.
type DetailStep struct {
	From, Time time.Time // where it begins and ends
	Counts
	Coverage float64
	// Classes are the bad events by kind, of a ratio with fingerprint labels; most
	// frequent first.
	Classes []ClassCount
	// Buckets are the events by latency in seconds, of an SLI that has buckets; in no
	// order.
	Buckets []Bucket
}

// Known reports whether anything is known of the step.
func (d DetailStep) Known() bool { return d.Coverage > 0 }

// DetailWidth is the narrowest step in which kinds of errors and buckets of latency
// are told apart so long after they happened. What is older is kept in wider slots.
func DetailWidth(age time.Duration) time.Duration {
	const day = 24 * time.Hour
	switch {
	case age <= time.Hour:
		return 30 * time.Second
	case age <= 2*day:
		return 5 * time.Minute
	case age <= 40*day:
		return time.Hour
	}
	return day
}
