// Package trends counts incidents over a week beside the week before: how many
// woke somebody, who they went to, and how long people and functions took.
//
// Everything here is pure and works on records that were read before. Days are
// those of the location of the instant that is asked about. An incident counts in
// the span in which it opened, by the highest severity at which it spoke. What
// folded into another incident, and what was held back all the time, called nobody
// and is left out. Medians stand on what has ended; without any there is none.
package trends
