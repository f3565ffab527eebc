// Package promserver runs real servers for tests and benchmarks, Prometheus and
// others that take its remote-write protocol, and writes samples into them.
package promserver
