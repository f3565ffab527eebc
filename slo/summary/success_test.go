package summary_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo/summary"
)

func ids(pairs []summary.Pair) string {
	var out []string
	for _, p := range pairs {
		out = append(out, p.ID().String())
	}
	return strings.Join(out, " ")
}

func TestCriticalFunctions(t *testing.T) {
	critical, other := pair(record("a/pay/up", "99%", 1, 0, labelled("tier", "critical"))), pair(record("a/mail/up", "99%", 1, 0, labelled("tier", "batch")))
	if got, marked := summary.Critical([]summary.Pair{other, critical}); ids(got) != "a/pay/up" || !marked {
		t.Errorf("%s, marked: %v", ids(got), marked)
	}
	if got, marked := summary.Critical([]summary.Pair{other}); ids(got) != "a/mail/up" || marked {
		t.Errorf("%s, marked: %v", ids(got), marked)
	}
}

func TestACallCountsOnce(t *testing.T) {
	pairs := []summary.Pair{
		pair(record("a/pay/availability:gateway=a", "99%", 10, 0, part)),
		pair(record("a/pay/all-tries", "99%", 10, 0)),
		pair(record("a/pay/availability", "99%", 10, 0)),
		pair(record("a/pay/latency", "99%", 10, 0, latency)),
		pair(record("b/mail/second", "99%", 10, 0, weighted)),
		pair(record("b/mail/first", "99%", 10, 0)),
		pair(record("b/queue/backlog", "99%", 10, 0, slots)),
	}
	if got := ids(summary.PerFunction(pairs)); got != "a/pay/availability b/mail/first" {
		t.Error(got)
	}
}

// 998 of 1,000 calls and 0 of 10 are 998 of 1,010, and not the mean of 99.8 % and 0 %.
func TestCallsAreAddedBeforeTheyAreDivided(t *testing.T) {
	got := summary.Successes([]summary.Record{
		record("a/large/up", "99%", 1000, 2), record("a/small/up", "10%", 10, 10), record("a/gone/up", "99%", 5000, 5000, covered(0.1)),
		record("a/weighted/up", "99%", 10_000, 500, weighted), // ten calls, half of one bad
	})
	want := summary.Success{Good: 1007.5, Total: 1020, Functions: 3, Unknown: 1}
	if got.Good != want.Good || got.Total != want.Total || got.Functions != want.Functions || got.Unknown != want.Unknown {
		t.Errorf("%+v, want %+v", got, want)
	}
	lost := time.Duration((0.002 + 1 + 0.05) * float64(30*24*time.Hour))
	if (got.Lost - lost).Abs() > time.Millisecond {
		t.Errorf("%s lost, want %s", got.Lost, lost)
	}
	if ratio, known := got.Ratio(); !known || math.Abs(ratio-1007.5/1020) > 1e-12 {
		t.Errorf("ratio %v, known: %v", ratio, known)
	}
	if ratio, known := (summary.Success{Unknown: 3}).Ratio(); known {
		t.Errorf("of nothing %v succeeds", ratio)
	}
}

// Whatever functions a fleet is split into, the sums make the whole, and what is not
// known never raises a share.
func TestSuccessesAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		records := summary.Nows(summary.PerFunction(anyPairs(rng, 40)))
		cut := rng.IntN(len(records) + 1)
		whole, parts := summary.Successes(records), summary.Successes(records[:cut]).Add(summary.Successes(records[cut:]))
		if (whole.Lost - parts.Lost).Abs() > time.Microsecond {
			t.Fatalf("%s are lost and %s in the parts", whole.Lost, parts.Lost)
		}
		if parts.Lost = whole.Lost; whole != parts {
			t.Fatalf("%+v is not %+v", whole, parts)
		}
		if whole.Functions+whole.Unknown != len(records) {
			t.Fatalf("%d functions are %+v", len(records), whole)
		}
		before, _ := whole.Ratio()
		more := summary.Successes(append(records, record("x/y/z", "99%", 1000, 0, covered(0.2))))
		if after, _ := more.Ratio(); after != before {
			t.Fatalf("what is not known makes %v of %v", after, before)
		}
	}
}

func TestLosers(t *testing.T) {
	pairs := []summary.Pair{
		pair(record("a/none/up", "99%", 1000, 0)), pair(record("a/some/up", "99%", 1000, 1)), pair(record("a/most/up", "99%", 100, 50)),
		pair(record("a/unknown/up", "99%", 1000, 900, covered(0.1))),
	}
	if got := ids(summary.Losers(pairs)); got != "a/most/up a/some/up" {
		t.Error(got)
	}
	if got := ids(summary.Comparable([]summary.Pair{pairs[1], {Now: pairs[1].Now, Before: pairs[3].Now}})); got != "a/some/up" {
		t.Error(got)
	}
}
