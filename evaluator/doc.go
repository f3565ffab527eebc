// Package evaluator keeps the account of every objective: it asks the backends
// what happened in each slot of time, books it on the ledger and assesses what
// the sums mean.
//
// A round goes one way: slot, plan, queries, increments, ledger, assessment,
// [Sink]. The last few slots are read again every round, because samples come
// late, and each reading replaces what the ledger had: a slot is a function of
// the backend's data, so reading it twice is harmless. What was missed, because
// slofuse was down or an objective is new, is caught up by the same code,
// recent first and coarser with age. What is asked about a span, and what of the
// answers is believed, is for package read.
//
// The evaluator decides nothing and tells nobody. It does not know that there
// are alerts.
package evaluator
