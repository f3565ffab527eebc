// Package report writes what the commands found in the forms people and
// pipelines read: tables for terminals, JUnit for test reports, annotations for
// GitHub, Markdown for comments and job summaries.
//
// It knows the wire types and nothing of where they came from, so the same
// table shows what a server answered and what a command worked out alone.
package report
