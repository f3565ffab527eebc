// Package alerting decides what people are told about burning error budgets.
//
// Deciding is pure: [Decide] maps the previous state of an alert, an assessment
// and the instant to the next state and to transitions that carry their
// reason. Alerts of one function fold into one [Incident]. What is decided is
// committed by alerting/journal together with the notifications it owes, and
// delivered by alerting/notify: once decided, a notification is on disk before
// its first byte leaves.
package alerting
