// Package alertmanager hands incidents to a cluster of Alertmanagers. An incident
// is one alert there. Alertmanager takes silence for an end, so an alert is sent
// again every minute while the incident goes on, and its end for a quarter of an
// hour; what an instance missed it learns then. An alert is known there by its
// labels: when they change, the end of the old ones goes out with the new ones.
package alertmanager
