// Package summary sums up many objectives over a period, for people who ask whether
// promises are kept and not why: shares of kept promises, calls that succeeded,
// minutes lost, what spends and what recovers, and promises that do not fit.
//
// It stands on what was counted of each objective in the period and in the one
// before ([Pair]). Counts are added and divided once; ratios are never averaged.
// What cannot be decided is neither kept nor broken: it is counted apart, and has
// no part in any share.
//
// The package is pure: no clock, no I/O, nothing but the standard library and slo.
package summary
