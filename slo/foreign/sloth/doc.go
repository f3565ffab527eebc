// Package sloth translates the SLO files of Sloth: its plain form, version
// prometheus/v1, and the Kubernetes resource PrometheusServiceLevel of
// sloth.slok.dev/v1.
package sloth
