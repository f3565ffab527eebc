// Package alerting decides what people are told about burning error budgets.
//
// Deciding is pure: [Decide] maps the previous state of an alert and an
// assessment to the next state and to transitions that carry their reason.
// Alerts of one function fold into one [Incident], and a change of an incident
// owes a [Notification] to each destination that is routed to or was told of it
// before. The [Engine] does this for all assessments of a slot together and
// commits the outcome whole through a [Store], before anybody is told: once
// decided, a notification is on disk before its first byte leaves.
//
// Nothing here reads a clock or talks to anybody. What is decided is kept by
// alerting/journal and delivered by alerting/notify from the [Outbox], to the
// destinations that alerting/route picks.
//
// Keys and event ids stand on names, slots and the number of a change. A
// decision made again after a crash therefore has the ids it had before.
package alerting
