// Package pagerduty tells PagerDuty over the Events API v2. An incident is one
// alert there, under its key: what is sent again folds into it. PagerDuty
// answers before it has processed an event, and tells nobody what became of it,
// so the reference of a notification says in which state the alert was left.
package pagerduty
