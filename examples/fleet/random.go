package fleet

import (
	"hash/fnv"
	"math"
)

// dice are random numbers without state: the same question always has the same
// answer, so any instant can be computed without the ones before it.
type dice uint64

// newDice mixes a seed with the name of what is diced.
func newDice(seed uint64, name string) dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // hashes take everything
	return dice(mix(seed ^ h.Sum64()))
}

// bits are 64 random bits for an index.
func (d dice) bits(i int64) uint64 { return mix(uint64(d) + uint64(i)*0x9e3779b97f4a7c15) }

// uniform is a number in [0, 1).
func (d dice) uniform(i int64) float64 { return float64(d.bits(i)>>11) / (1 << 53) }

// between is a number in [low, high).
func (d dice) between(i int64, low, high float64) float64 { return low + d.uniform(i)*(high-low) }

// mix is the finalizer of SplitMix64: every input bit changes half the output.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// normalCDF is the share of a standard normal variable at or below z.
func normalCDF(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

// normalQuantile is the inverse of normalCDF.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
