// Package starter writes the first SLO file of a service out of what its metrics
// say: which functions there are, how many of their calls failed, how long they
// took.
//
// It asks nobody. [Instruments] and [Guess] tell from names of metrics and labels
// what could be counted, [Write] makes a file of what was measured; package survey
// measures. Nothing it proposes is a promise anybody made: the comments in the file
// say what was measured, and the file says that it is for people to change.
package starter
