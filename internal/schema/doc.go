// Package schema describes what may stand in an SLO file and in the
// configuration of the service, for editors and for the formatter.
//
// [SLO] and [Config] are trees of [Node]: which keys there are, in the order of
// the documentation, what each means, and what its value looks like. [Document]
// is such a tree as JSON Schema, draft 7, which every version of the
// yaml-language-server and every editor reads.
//
// The readers of both files are stricter than a schema can be: they know PromQL,
// time zones and what other files say. A file that they take is valid here, and
// tests hold the keys of both to each other.
package schema
