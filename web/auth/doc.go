// Package auth says who asks and what they may do.
//
// A [Guard] knows the tokens of the configuration. A program sends one in every
// request, as `Authorization: Bearer`; a person signs in with one and gets a
// session. Nothing else is looked at: no token in a URL, no header that names a
// user. Tokens are compared by their SHA-256 in constant time, and never kept or
// told.
//
// Without tokens, everything is allowed to whoever reaches a server that listens
// on this machine only, and nothing that changes state to anybody else.
package auth
