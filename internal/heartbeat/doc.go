// Package heartbeat tells receivers outside that slofuse lives, for as long as
// it does its whole work: a round on time, its decisions on disk, and what they
// owe delivered. When any of it stops, so do the beats, and the receiver alarms
// whoever watches the watcher.
package heartbeat
