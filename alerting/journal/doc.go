// Package journal keeps what alerting decided: the states of alerts, incidents
// with their timelines, and the outbox of notifications with what each
// destination was told. It is one of the two books in the database file; the
// other is the ledger of events. No transaction spans both, since a slot can be
// decided again.
//
// A decision and the notifications it owes are one transaction, synced to disk
// before the first byte leaves. A notification is recorded as sent after the
// destination accepted it, so a crash between the two sends it again, with the
// same event id. Claims on what is being sent live in memory only: a process
// that died has none.
package journal
