package promtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// How long the world of [Silences] lasts, and when its last silence ends.
const (
	silencesLast = 150 * time.Minute
	silencesEnd  = 135 * time.Minute
	nextScrapes  = 30 * time.Second // then everybody has looked again
)

// Silences is a world that two servers scraped into one store, each of which is
// silent now and then for ten seconds to two hours, both at a time at most for 50
// minutes. Half of the functions have processes that start anew meanwhile, under
// servers that look for four minutes at least between two silences; the others have
// servers that look for 20 seconds. Nobody calls anything shortly before the end and
// before a process is started anew, so that the truth does not depend on who looked.
func Silences(seed uint64, natives bool) World {
	random := rand.New(rand.NewPCG(seed, 0))
	kinds := []Function{
		{Rate: 3, Errors: constant(0.02)},
		{Rate: 3, Errors: constant(0.05), Latency: true},
	}
	if natives {
		kinds = append(kinds, native(Native{Schema: 3}))
	}
	var all []scenario
	for i := range 2 * len(kinds) {
		p := newPattern(random, i < len(kinds))
		kind := kinds[i%len(kinds)]
		s := scenario{
			name: fmt.Sprintf("%d", i), slack: seamSlack, targets: p.targets(kind), a: silentFor(p.a...), b: silentFor(p.b...), truth: silentFor(p.both...),
			shift: time.Duration(1+random.Int64N(13)) * time.Second,
		}
		if kind.Latency || kind.Native != nil {
			s.sli = latencyOf
		}
		all = append(all, s)
	}
	return world(fmt.Sprintf("silences %d", seed), 20*time.Minute, silencesLast, 10*time.Minute, all)
}

// pattern is what befalls one function: silences from one time to the next, and when
// each of its processes starts anew.
type pattern struct {
	a, b, both []time.Duration
	restarts   [2][]time.Duration
}

func newPattern(random *rand.Rand, restarts bool) pattern {
	looks := 20 * time.Second
	if restarts {
		looks = 4 * time.Minute
	}
	p := pattern{both: []time.Duration{0, time.Hour}}
	for longest(p.both) > 50*time.Minute {
		p.a, p.b = silences(random, looks), silences(random, looks)
		p.both = overlap(p.a, p.b)
	}
	if restarts {
		p.restarts = [2][]time.Duration{p.newStarts(random), p.newStarts(random)}
	}
	return p
}

// newStarts are at random times, but not so shortly before nobody looks that only one
// server may have seen it.
func (p pattern) newStarts(random *rand.Rand) []time.Duration {
	var out []time.Duration
	for at := between(random, 5*time.Minute, time.Hour); at < silencesEnd; at += between(random, 10*time.Minute, time.Hour) {
		unseen := slices.ContainsFunc(p.both, func(edge time.Duration) bool { return at < edge && edge < at+nextScrapes })
		if !unseen {
			out = append(out, at)
		}
	}
	return out
}

// between is a random time, as often short as long.
func between(random *rand.Rand, shortest, longest time.Duration) time.Duration {
	ratio := float64(longest) / float64(shortest)
	return time.Duration(float64(shortest) * math.Pow(ratio, random.Float64())).Round(time.Second)
}

func silences(random *rand.Rand, looks time.Duration) []time.Duration {
	var out []time.Duration
	for at := time.Duration(0); ; {
		from := at + between(random, looks, time.Hour)
		at = from + between(random, 10*time.Second, 2*time.Hour)
		if at > silencesEnd {
			return out
		}
		out = append(out, from, at)
	}
}

// overlap is when both are silent.
func overlap(a, b []time.Duration) []time.Duration {
	var out []time.Duration
	for one := range slices.Chunk(a, 2) {
		for other := range slices.Chunk(b, 2) {
			if from, to := max(one[0], other[0]), min(one[1], other[1]); from < to {
				out = append(out, from, to)
			}
		}
	}
	return out
}

func longest(silences []time.Duration) time.Duration {
	var most time.Duration
	for pair := range slices.Chunk(silences, 2) {
		most = max(most, pair[1]-pair[0])
	}
	return most
}

// targets are two processes of a function under the pattern.
func (p pattern) targets(f Function) func(builder) []Target {
	return func(b builder) []Target {
		f.Name = b.name
		out := []Target{b.target("a", f), b.target("b", f)}
		for i := range out {
			out[i].Lulls = []Lull{{From: b.at(silencesLast - 3*time.Minute), To: b.rest}}
			for _, at := range p.restarts[i] {
				out[i].Restarts = append(out[i].Restarts, Restart{At: b.at(at)})
				out[i].Lulls = append(out[i].Lulls, Lull{From: b.at(p.lookedUntil(at) - 45*time.Second), To: b.at(at)})
			}
		}
		return out
	}
}

// lookedUntil is when everybody has looked who may be the one that counts: before a
// silence that is too short for another one to count, and before a silence of both.
func (p pattern) lookedUntil(at time.Duration) time.Duration {
	const short = 3 * time.Minute
	until := at
	for pair := range slices.Chunk(slices.Concat(p.a, p.b, p.both), 2) {
		from, length := pair[0], pair[1]-pair[0]
		isBoth := slices.Contains(p.both, from)
		if !isBoth && length > short || at < from || at >= pair[1]+nextScrapes {
			continue
		}
		until = min(until, from)
		for _, edge := range slices.Concat(p.a, p.b) {
			if isBoth && edge < from && edge > from-short {
				until = min(until, edge)
			}
		}
	}
	return until
}
