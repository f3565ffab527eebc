// Package plan compiles indicators into few queries, and the answers of those
// queries into increments. It is pure: it asks nobody.
//
// Indicators that read the same metric and differ in the values of equality
// matchers only share one [Group], whatever their number: a thousand functions
// are one query, grouped by the labels that tell them apart. A selector of bad
// (or good) events that narrows the selector of all events needs no query of
// its own, and a histogram answers its total, its threshold and its quantiles
// at once.
//
// # Counting
//
// A slot's growth is the last value before its end minus the last value before
// its start, looked for as far back as the look-back reaches:
//
//	(last_over_time(S[W]) - last_over_time(S[P] offset W)) >= 0 or last_over_time(S[W])
//
// Sums over slots telescope, so nothing is lost between two slots and nothing
// is counted twice. A counter that fell was reset and counts from zero. A
// series without a predecessor counts in full too, which is right for an error
// that happens for the first time and wrong for an old counter under a new
// name; [Group.Births] finds those and [Judge] decides.
package plan
