package slo

import "time"

// Basis is what an assessment stands on, for people who do not believe it.
type Basis struct {
	Queries     []Query
	ByHand      string       // in what a sum by hand may differ; empty when no query is for hands
	Annotations []Annotation // of the SLO window, oldest first
}

// Query is one question to a backend, as it is sent or to be asked by hand.
type Query struct {
	Name   string // "growth"
	About  string // what the answer is, in a sentence
	PromQL string
	// Step is how far the evaluations of a range query are apart, the first at
	// From and the last at To. It is 0 for an instant query, evaluated at To.
	Step     time.Duration
	From, To time.Time
	// Expect is what the ledger holds for what the query asks; nil when the
	// answer is no single number.
	Expect *float64
	ByHand bool // it is never sent: it is there for people to paste
}
