// Package promtest is test support: it makes raw samples as a Prometheus would
// have scraped them, serves them, and says what they show.
//
// It has four parts, each usable alone. [Samples] is a store of series that
// knows when each sample became visible, so that late data and an emptied
// Prometheus can be replayed; it is read by the real PromQL engine. A [Target]
// is one scraped process and everything that can happen to it: restarts,
// relabels, gaps, late samples. An [Oracle] walks the samples in time order and
// counts events by rules of its own. [Worlds] are the named situations that the
// reader of Prometheus has to survive.
//
// The package must not share code with what it judges: it imports the nouns of
// package slo and nothing of the evaluator.
package promtest
