package slo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func TestLatency_counts_what_took_longer_than_the_threshold(t *testing.T) {
	inf := math.Inf(1)
	for _, tc := range []struct {
		what        string
		threshold   time.Duration
		interpolate bool
		buckets     []slo.Bucket
		bad         int64
		refused     string
	}{
		{"nothing", time.Second, false, nil, 0, ""},
		{"a bound", time.Second, false, chain(0.5, 80, 1, 15, 2.5, 4, inf, 1), 5, ""},
		{"the highest bound", 2500 * time.Millisecond, false, chain(0.5, 80, 1, 15, 2.5, 4, inf, 1), 1, ""},
		{"a bound, to be interpolated for nothing", time.Second, true, chain(0.5, 80, 1, 15, 2.5, 4, inf, 1), 5, ""},
		{"a bound that only one of two kinds of buckets has", time.Second, true, append(chain(1, 10, 2, 10), chain(0.5, 10, 1.5, 10)...), 15, ""},
		{"between two bounds", 300 * time.Millisecond, false, chain(0.25, 80, 0.5, 20), 0, "no bucket at 300ms; the nearest are 250ms and 500ms: choose one or say interpolate: true"},
		{"between two bounds, empty", 300 * time.Millisecond, false, chain(0.25, 80, 0.5, 0), 0, "the nearest are 250ms and 500ms"},
		{"below all", 30 * time.Millisecond, false, chain(0.25, 80), 0, "the nearest is 250ms: choose it or say interpolate: true"},
		{"above all", 10 * time.Second, false, chain(0.25, 80, inf, 1), 0, "the highest is 250ms: choose that or a lower one"},
		{"above all, and nothing to interpolate in", 10 * time.Second, true, chain(0.25, 80, inf, 1), 0, "the highest is 250ms"},
		{"no bounds", time.Second, false, chain(inf, 1), 0, "no bounds at all"},
		{"nearest bounds that are no round numbers", time.Second, false, chain(0.917004043204671, 1, 1.0905077326652577, 1), 0, "the nearest are 917ms and 1.091s"},
		{"a quarter of a bucket is above", 400 * time.Millisecond, true, chain(0.1, 50, 0.5, 40, inf, 3), 10 + 3, ""},
		{"in the lowest bucket, which begins at zero", 25 * time.Millisecond, true, chain(0.1, 40, inf, 1), 30 + 1, ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			l := slo.Latency{Threshold: tc.threshold, Unit: time.Second, Interpolate: tc.interpolate}
			got, err := l.Count(tc.buckets, 0, 30)
			if tc.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tc.refused) {
					t.Errorf("refused with %v, want %q", err, tc.refused)
				}
				return
			}
			var total int64
			for _, b := range tc.buckets {
				total += b.Count
			}
			if err != nil || got != (slo.Counts{Total: total, Bad: tc.bad}) {
				t.Errorf("counted %+v (%v), want %d bad of %d", got, err, tc.bad, total)
			}
		})
	}
}

// However small the fractions of the slots are, their sum is kept: it is wrong
// by a handful, not by a share.
func TestLatency_estimates_add_up_over_slots(t *testing.T) {
	l := slo.Latency{Threshold: 300 * time.Millisecond, Unit: time.Second, Interpolate: true}
	const slots, width, first = 30 * 86400 / 30, 30, 1_767_225_600
	for calls := range int64(5) {
		var sum int64
		for n := range int64(slots) {
			got, err := l.Count(chain(0.25, 7, 0.5, float64(calls)), first+n*width, width)
			if err != nil || !got.Valid() {
				t.Fatal(got, err)
			}
			sum += got.Bad
		}
		want := float64(calls) * 0.8 * slots
		if math.Abs(float64(sum)-want) > 5 {
			t.Errorf("%d calls a slot, four fifths of them bad, are %d in a month, want %v", calls, sum, want)
		}
	}
}

func TestLatency_estimates_a_slot_always_the_same(t *testing.T) {
	l := slo.Latency{Threshold: 300 * time.Millisecond, Unit: time.Second, Interpolate: true}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		buckets := chain(0.25, float64(random.IntN(9)), 0.5, float64(random.IntN(9)), 1, float64(random.IntN(9)))
		end := random.Int64N(1 << 31)
		one, _ := l.Count(buckets, end, 30)
		again, _ := l.Count(buckets, end, 30)
		if one != again || !one.Valid() {
			t.Fatalf("%v is %+v, and then %+v", buckets, one, again)
		}
	}
}

func TestLatency_names_the_bucket_an_estimate_stands_on(t *testing.T) {
	l := slo.Latency{Threshold: 300 * time.Millisecond, Unit: time.Millisecond}
	if b, found := l.Between(chain(250, 1, 300, 1, 500, 1)); found {
		t.Errorf("a bound lies in %+v", b)
	}
	b, found := l.Between(chain(250, 1, 500, 1))
	if want := "Estimated: the threshold 300ms lies between the buckets 250ms and 500ms."; !found || l.Caveat(b) != want {
		t.Errorf("%q, want %q", l.Caveat(b), want)
	}
}

func TestBuckets_come_back_from_their_classes(t *testing.T) {
	for _, b := range append(chain(0.1, 3, 1, 4, math.Inf(1), 5), slo.Bucket{LowerBound: -0.5, UpperBound: 0.7071067811865476, Count: 9}) {
		got, ok := slo.BucketOf(b.ClassKey(), b.Count)
		if !ok || got != b {
			t.Errorf("%s is %+v, was %+v", b.ClassKey(), got, b)
		}
	}
	for _, class := range []string{"", "{}", `{"code":"500"}`, `{"gt":"1"}`, `{"le":"1"}`, `{"gt":"1","le":"fast"}`, `{"gt":"1","le":"1"}`, `{"gt":"NaN","le":"1"}`} {
		if b, ok := slo.BucketOf(class, 1); ok {
			t.Errorf("%s is the bucket %+v", class, b)
		}
	}
}

func ExampleFormatLatency() {
	for _, d := range []time.Duration{300 * time.Millisecond, 2500 * time.Millisecond, 917004043, 500 * time.Microsecond, time.Minute, 90 * time.Minute} {
		fmt.Println(slo.FormatLatency(d))
	}
	// Output:
	// 300ms
	// 2.5s
	// 917ms
	// 500µs
	// 1m
	// 1h30m
}
