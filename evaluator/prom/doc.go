// Package prom asks a Prometheus-compatible server: range and instant queries
// over HTTP, with the client and the http_config that Prometheus users know.
//
// It adds what a service needs that must not believe everything it is told: a
// deadline, a cap on the decoded size of an answer, a limit on concurrent
// queries, retries of what may pass, and errors sorted by what can be done
// about them. Redirects are not followed.
package prom
