// Package read reads one backend over a span of time: which queries are sent, and
// what of their answers is believed. A [Reader] turns indicators and a span into a
// [Reading]: increments of every slot, and what is wrong with the indicators that
// have none.
//
// Package plan knows the queries and judges single answers; it asks nobody. Here
// stands what takes several questions: slots in which a counter was reset or born
// are read again in narrower ones, births are asked about, one of several replicas
// is chosen, a gauge that poses as a counter is accused, and of what was refused
// together the indicator at fault is found.
//
// Nothing is remembered and nothing is booked: when to read which span, and what
// becomes of the answers, is for package evaluator.
package read
