package fleet

import "slices"

// one is the share 1 in the fixed-point numbers of shares and remainders.
const one = 1 << 32

// fixed turns a share of 0..1 into a fixed-point number.
func fixed(share float64) uint64 { return uint64(min(max(share, 0), 1)*one + 0.5) }

// ref names one half of a split: the part that was split off, or the rest.
type ref struct {
	split int
	rest  bool
}

// splits says how the calls of a process divide into everything else that is
// counted. Each split takes a share off its parent, which is the calls, or half
// of an earlier split. Taking one event at a time off a parent, or leaving it,
// can lower neither half: so no counter made of splits ever falls.
type splits struct {
	parents [][]ref // per split, the path to its parent; empty is the calls
	codes   []codePath
	bounds  []float64
	native  bool    // the buckets are those of a native histogram
	buckets [][]ref // per bound, the path to the calls at or under it
	retries int     // -1 where there is none, as of cold
	cold    int
}

// codePath is where the count of a code, through a gateway, is found.
type codePath struct {
	gateway, code string
	path          []ref
}

// newSplits lays out the splits of a profile. Codes form a chain: errors of all
// calls, the first code of the errors, the second code of what remains.
func newSplits(p profile) *splits {
	s := &splits{bounds: p.latency.bounds, native: p.latency.native, retries: -1, cold: -1}
	lanes := [][]ref{nil}
	if len(p.Gateways) == 2 {
		first := s.add(nil)
		lanes = [][]ref{{{first, false}}, {{first, true}}}
	}
	for i, gateway := range p.lanes() {
		s.addCodes(p, gateway, lanes[i])
	}
	s.addBuckets()
	if p.retries > 0 {
		s.retries = s.add(nil)
	}
	if p.cold > 0 {
		s.cold = s.add(nil)
	}
	return s
}

func (s *splits) addCodes(p profile, gateway string, lane []ref) {
	failed := s.add(lane)
	s.codes = append(s.codes, codePath{gateway, ok, child(lane, ref{failed, true})})
	rest := child(lane, ref{failed, false})
	for i, c := range p.codes {
		if i == len(p.codes)-1 {
			s.codes = append(s.codes, codePath{gateway, c.code, rest})
			break
		}
		node := s.add(rest)
		s.codes = append(s.codes, codePath{gateway, c.code, child(rest, ref{node, false})})
		rest = child(rest, ref{node, true})
	}
}

// addBuckets makes a chain as well, from the highest bound down: no call can be
// at or under a bound and not under the next.
func (s *splits) addBuckets() {
	s.buckets = make([][]ref, len(s.bounds))
	var parent []ref
	for i := len(s.bounds) - 1; i >= 0; i-- {
		s.buckets[i] = child(parent, ref{split: s.add(parent)})
		parent = s.buckets[i]
	}
}

func (s *splits) add(parent []ref) int {
	s.parents = append(s.parents, parent)
	return len(s.parents) - 1
}

// child is a path one step longer, in memory of its own.
func child(path []ref, step ref) []ref {
	return append(append(make([]ref, 0, len(path)+1), path...), step)
}

// shares turns what a function does at some time into the share of each split,
// in the order of newSplits.
func (s *splits) shares(c conditions) []uint64 {
	shares := make([]uint64, 0, len(s.parents))
	if len(c.lanes) == 2 {
		shares = append(shares, fixed(c.firstLane))
	}
	for _, codes := range c.lanes {
		shares = append(shares, chain(codes)...)
	}
	above := 1.0
	for _, share := range slices.Backward(c.buckets) {
		if above > 0 {
			shares = append(shares, fixed(share/above))
		} else {
			shares = append(shares, 0)
		}
		above = share
	}
	if s.retries >= 0 {
		shares = append(shares, fixed(c.retries))
	}
	if s.cold >= 0 {
		shares = append(shares, fixed(c.cold))
	}
	return shares
}

// chain turns shares of all calls into the shares of a chain: the sum first,
// then each of what is left. The last needs none, it is what is left.
func chain(codes []codeShare) []uint64 {
	left := 0.0
	for _, c := range codes {
		left += c.share
	}
	shares := []uint64{fixed(left)}
	for _, c := range codes[:len(codes)-1] {
		if left > 0 {
			shares = append(shares, fixed(c.share/left))
		} else {
			shares = append(shares, 0)
		}
		left -= c.share
	}
	return shares
}
