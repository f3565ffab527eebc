// Package changelog says what people changed between two instants: deploys, what
// SLOs promise, and reloads of the configuration. It is the first thing to look
// at when something fails.
//
// Everything here is pure and works on lists that were read before: no question
// is asked per SLO.
package changelog
