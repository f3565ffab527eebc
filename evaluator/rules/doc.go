// Package rules compiles SLOs into recording and alerting rules of Prometheus,
// for those who want the path of an alert inside Prometheus, or in the ruler of
// Mimir or Thanos.
//
// It is pure: SLOs in, groups of rules out. One group records the events of an
// SLO over every window of its policy and alerts on them with the tiers, the
// guard and the words that slofuse alerts with; a slower one records what is left
// of its budget. What a rule cannot say is named by [Omitted]: rules count with
// increase(), which estimates, and know neither incidents nor acknowledgements.
package rules
