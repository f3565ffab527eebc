// Package notifytest holds what every integration of package notify has to
// keep, as one suite of tests against a misbehaving server, and notifications
// to test with.
package notifytest
