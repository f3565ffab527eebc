// Package promql reads PromQL that people wrote, with Prometheus' own parser, and
// turns what it selects into the selectors that SLOs are made of.
package promql
