// Package sqldb opens the one SQLite file of slofuse: its settings, its lock,
// its migrations and its transactions. It is the only place that knows the
// driver; what is stored lives with the books that store it (the ledger of
// events, the journal of alerts), each with its own tables and versions in the
// same file.
//
// A [DB] has one connection that writes and a pool that cannot. Every setting
// travels in the data source name, because a pragma run on a pool reaches one
// of its connections only. Writes are immediate transactions, synced to disk
// before they are acknowledged: the callers promise people that what was
// decided is not forgotten.
package sqldb
