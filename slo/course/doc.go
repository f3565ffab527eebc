// Package course is the arithmetic of how an SLO went over time: burn rates over
// windows that trail behind, columns of a chart, what a day was like, and where the
// budget goes from here. It is pure: the counts, the instants and the zone are
// arguments, and what is not known stays unknown.
package course
