package slo

import "fmt"

// Signal is a named query about a function that is kept and charted beside its
// objectives and promises nothing: retries, cold starts, the length of a queue.
type Signal struct {
	Service     string
	Function    string
	Name        string
	Query       string // PromQL that gives one value
	Unit        string // for people: "retries/s", "€"; may be empty
	Description string
	Backend     string // empty: the first one configured
	Source      Source
}

// SignalUnit is how many counts of a ledger make 1 of a signal's value.
const SignalUnit = 1_000_000

// SignalClass is the class under which the increments of a signal hold the sum of
// its values in counts; their Total is how many values were added.
const SignalClass = "value"

// Key identifies what is read on a backend, like [SLI.Key].
func (s Signal) Key(backend string) string {
	return seenPrefix + accountKey(backend, fmt.Sprintf("signal %q", s.Query))
}
