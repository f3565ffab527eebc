// Package promload is what benchmarks measure against: a real Prometheus server
// with the history of a large fleet, and a meter of what asking it costs.
//
// A [Fleet] is a pure function of time: the same instant always has the same
// counters, so that history can be written into blocks, scraped live and checked
// by hand. [Start] runs the server on such history; [Server.Usage] reads off its
// own metrics what it has spent. [RuleFile] writes what a generator of recording
// and alerting rules would load for the same objectives.
package promload
