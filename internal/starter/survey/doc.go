// Package survey asks Prometheus which functions it sees and how they did, for
// package starter. It asks few questions whose answers are small: names of metrics
// and labels, and sums by function over a time that it shortens where there are many
// series.
package survey
