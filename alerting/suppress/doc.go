// Package suppress says what people announced about time in which things may go
// wrong: silences, deploys and maintenance windows, whose messages they hold back,
// and the spans that maintenance takes out of error budgets.
// All of it is pure: the clock is an argument, and what is kept where is the
// business of others.
//
// Times are half-open: a window from noon to one holds noon and not one.
package suppress
