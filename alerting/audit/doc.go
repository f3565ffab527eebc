// Package audit is the record of who changed what: entries that are only ever
// added, each sealed with a hash over itself and the one before it.
//
// Whoever changes, drops or inserts an entry later breaks the chain from there
// on, unless they write all that follows anew. The hash of the last entry,
// kept elsewhere (every entry is logged with its own), shows that as well, and
// that nothing was cut off at the end.
package audit
