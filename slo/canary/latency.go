package canary

import (
	"cmp"
	"math"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// Latency compares how long calls took. It is shown beside the verdict, which goes by
// the share of calls over the threshold: a distribution may move without anybody
// minding, and with calls enough every move is significant.
type Latency struct {
	Canary, Baseline []Quantile // of 0.5, 0.95 and 0.99
	Shift            *Shift     // nil where the sides have different buckets
}

// Quantile is a latency that a share of the calls did not exceed, in seconds.
type Quantile struct {
	Share float64
	Value *float64 // interpolated within a bucket; nil above the last bound
	// Lower and Upper hold the true quantile with the confidence of the test. They are
	// bounds of buckets, so that nothing is assumed of how calls lie within one; nil is
	// no bound at all: beyond the last bucket, or of too few calls.
	Lower, Upper *float64
}

// Shift is by how much the canary's calls lie in slower buckets.
type Shift struct {
	// Slower is the chance that a call of the canary took longer than one of the
	// baseline, a half of the ties included: 0.5 where both are alike.
	Slower float64
	// P is the one-sided p-value of the canary not being slower, by the test of Mann and
	// Whitney (Annals of Mathematical Statistics 18, 1947) in its normal form, corrected
	// for ties (Lehmann, Nonparametrics, 1975, 1.2).
	P float64
}

func compareLatency(canary, baseline []slo.Bucket, confidence float64) *Latency {
	canary, baseline = sorted(canary), sorted(baseline)
	if len(canary) == 0 || len(baseline) == 0 {
		return nil
	}
	return &Latency{
		Canary: quantiles(canary, confidence), Baseline: quantiles(baseline, confidence), Shift: shift(canary, baseline),
	}
}

// sorted are the buckets with calls, by their bounds.
func sorted(buckets []slo.Bucket) []slo.Bucket {
	buckets = slices.DeleteFunc(slices.Clone(buckets), func(b slo.Bucket) bool { return b.Count <= 0 })
	slices.SortFunc(buckets, byBounds)
	return buckets
}

func byBounds(a, b slo.Bucket) int {
	return cmp.Or(cmp.Compare(a.UpperBound, b.UpperBound), cmp.Compare(a.LowerBound, b.LowerBound))
}

func quantiles(buckets []slo.Bucket, confidence float64) []Quantile {
	known := slo.ComputeQuantiles(0, buckets)
	out := []Quantile{{Share: 0.5}, {Share: 0.95}, {Share: 0.99}}
	if known != nil {
		out[0].Value, out[1].Value, out[2].Value = known.P50, known.P95, known.P99
	}
	for i := range out {
		out[i].Lower, out[i].Upper = between(buckets, out[i].Share, (1-confidence)/2)
	}
	return out
}

// between are the buckets' bounds around a quantile: below the lower one, and above the
// upper one, it lies with a chance of at most alpha each. The calls of those ranks hold
// it whatever the distribution is (David and Nagaraja, Order Statistics, 7.1).
func between(buckets []slo.Bucket, share, alpha float64) (lower, upper *float64) {
	var total int64
	for _, b := range buckets {
		total += b.Count
	}
	// The call of rank r is above the quantile when fewer than r calls are at or under it.
	least := rank(total, func(r int64) bool { return logAtMost(r-1, total, share) > math.Log(alpha) })
	most := rank(total, func(r int64) bool { return logAtLeast(r, total, share) <= math.Log(alpha) })
	if least > 1 {
		lower = finite(holding(buckets, least-1).LowerBound)
	}
	if most <= total {
		upper = finite(holding(buckets, most).UpperBound)
	}
	return lower, upper
}

// rank is the first of the ranks from 1 on at which something holds that also holds at
// all later ones; one more than there are where it never does.
func rank(total int64, holds func(int64) bool) int64 {
	low, high := int64(1), total+1
	for low < high {
		if middle := low + (high-low)/2; holds(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// holding is the bucket with the call of a rank.
func holding(buckets []slo.Bucket, rank int64) slo.Bucket {
	for _, b := range buckets {
		if rank -= b.Count; rank <= 0 {
			return b
		}
	}
	return buckets[len(buckets)-1]
}

// finite is a bound of a duration: it begins at zero and ends where buckets do.
func finite(bound float64) *float64 {
	bound = max(bound, 0)
	if math.IsInf(bound, 1) {
		return nil
	}
	return &bound
}

// shift ranks the calls by their buckets. Buckets of the two sides that overlap without
// being the same cannot be ranked.
func shift(canary, baseline []slo.Bucket) *Shift {
	all := slices.SortedFunc(slices.Values(slices.Concat(canary, baseline)), byBounds)
	var below, u, ties, n1, n0 float64 // calls of the baseline in lower buckets, and so on
	for i := 0; i < len(all); {
		bucket := all[i]
		for ; i < len(all) && byBounds(all[i], bucket) == 0; i++ {
		}
		if i < len(all) && all[i].LowerBound < bucket.UpperBound {
			return nil
		}
		mine, theirs := countOf(canary, bucket), countOf(baseline, bucket)
		u += mine * (below + theirs/2)
		below += theirs
		n1, n0 = n1+mine, n0+theirs
		ties += math.Pow(mine+theirs, 3) - (mine + theirs)
	}
	n := n1 + n0
	variance := n1 * n0 / 12 * (n + 1 - ties/(n*(n-1)))
	s := &Shift{Slower: u / (n1 * n0), P: 0.5}
	if variance > 0 {
		s.P = math.Erfc((u-n1*n0/2)/math.Sqrt(2*variance)) / 2
	}
	return s
}

// countOf is how many calls a side has in a bucket.
func countOf(side []slo.Bucket, like slo.Bucket) float64 {
	for _, b := range side {
		if byBounds(b, like) == 0 {
			return float64(b.Count)
		}
	}
	return 0
}
