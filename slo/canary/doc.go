// Package canary compares a new version of a function with the one beside it, and
// says whether it is worse.
//
// A [Test] asks one question of two sides, the canary and the baseline: is the
// canary's error ratio higher by more than a tolerated margin? It fails when the
// lower bound of the difference is above the margin, passes when the upper bound is
// not, and is inconclusive in between: there were not calls enough to tell. So "no
// difference was seen" is never a pass by itself.
//
// The bounds are those of [Lower] and [Upper]: each holds with the stated confidence also when
// errors are rare, as long as calls fail independently of each other. How confidence
// is kept over several objectives and several looks is told at [Test].
//
// The package is pure: no clock, no I/O, nothing but the standard library and slo.
package canary
