// Package notify delivers what alerting decided: it works off the durable
// outbox, sends each notification through the integration of its destination
// and records the outcome afterwards, never before. Every destination has a
// lane of its own, so a dead one delays no other.
//
// An integration is a package below this one that turns a notification into
// the words of one kind of destination. It implements [Notifier], sends through
// a client from [Harden] and says with an [Error] what a failure means; when to
// try again is decided here.
package notify
