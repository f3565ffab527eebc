package summary_test

import (
	"testing"

	"github.com/slofuse/slofuse/slo/summary"
)

func TestSlowestFunctions(t *testing.T) {
	pairs := []summary.Pair{
		pair(record("a/quick/fast", "99%", 1000, 0, latency)),
		pair(record("a/slow/fast", "99%", 1000, 9, latency)),
		pair(record("a/slow/faster", "90%", 1000, 95, latency)), // spent more
		pair(record("a/slower/fast", "99%", 1000, 20, latency)),
		pair(record("a/failing/up", "99%", 1000, 900)),
		pair(record("a/slower/up", "99%", 1000, 0)),
		pair(record("a/unknown/fast", "99%", 1000, 900, latency, covered(0.1))),
		pair(record("a/idle/fast", "99%", 0, 0, latency)),
	}
	if got := ids(summary.Slowest(pairs)); got != "a/slower/fast a/slow/faster a/quick/fast" {
		t.Error(got)
	}
	if without, of := summary.Untimed(pairs); without != 1 || of != 6 {
		t.Errorf("%d of %d functions have no latency", without, of)
	}
	if got := summary.Slowest(nil); len(got) != 0 {
		t.Error(got)
	}
}
