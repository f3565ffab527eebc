// Package breakdown tells apart what spent an error budget: which kinds of errors,
// which parts of a function, and at which latencies calls ended. All of it is sums of
// counted events; shares are of these sums, and what is not told apart is said to be
// the rest. It is pure.
package breakdown
