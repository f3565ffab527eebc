// Package fleet is a simulated fleet of functions whose metrics are formulas of
// time: a demo and a test bed with weeks of history at once, no storage, no
// background work, and a known truth.
//
// [New] builds it from a seed. A [Fleet] is a storage.Queryable, so the PromQL
// engine can read it (package promapi serves that over HTTP), and its
// [Fleet.Exporter] lets a real Prometheus scrape it. [Fleet.Truth] counts what
// really happened, [Fleet.Observed] what the scrapes can show of it.
// [Fleet.Start] breaks a function from an instant on; the past never changes.
//
// # How a number comes about
//
// Each function has a traffic curve, tabulated once a minute as a running
// integral. A process serves a share of it, so its count of calls is the floor
// of that integral. Every other number of the process is a share of a number
// above it: errors of calls, a code of errors, a bucket of calls ([splits]). All
// of it is integer arithmetic whose remainders are carried on, so counts never
// fall inside a process, buckets never cross, codes add up to calls, and the
// same seed gives the same numbers everywhere.
//
// Shares are constant within a [segment] of at most an hour of one process.
// Processes restart, are rolled out under new instance names and, for one
// function, crash all day; then their counters begin at zero. A labelled series
// is exposed from its first event on, as client libraries do.
package fleet
