// Package slo holds the nouns and the arithmetic of service level objectives:
// what an objective is, how many bad events it allows, how fast a budget burns
// and what a burn means for a gate.
//
// Everything here is pure. The package imports the standard library only, does
// no I/O, reads no clock and keeps no state: the page, the dashboard, the
// report and the gate call the same functions over the same counts, so they
// cannot disagree. What talks to the outside lives in packages around it:
// slo/spec turns YAML into these types, evaluator fills in what happened,
// alerting decides, web shows.
//
// # Numbers
//
// Events are counted in integers, an [Objective] is an exact rational, and a
// ratio is computed by one division at the very end. A number that cannot be
// known is reported as unknown (a false second result or a nil pointer), never
// as zero, as 100 % or as NaN.
package slo
