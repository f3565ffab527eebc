// Package grafana builds dashboards over the series of SLOs, as the JSON that
// Grafana imports and provisions.
//
// The same panels read what generated rules record in Prometheus and what slofuse
// says of SLOs under /metrics/slos: the series differ in a prefix only.
package grafana
