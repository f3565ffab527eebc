package promtest

import (
	"slices"
	"strings"
	"time"
)

// Pair is a world that two servers scraped without a fault into one store, with
// the label replica.
func Pair() World {
	all := lifecycles()
	all = slices.DeleteFunc(append(all, sights()...), func(s scenario) bool { return s.tolerance != 0 })
	for i := range all {
		all[i].a, all[i].b, all[i].truth = silentFor(), silentFor(), silentFor()
	}
	return world("pair", 5*time.Hour, 150*time.Minute, time.Hour, all)
}

// seamSlack is what happens in a scrape interval, at both ends of a window.
const seamSlack = 300

// Replicas is a world that two servers scraped into one store, each with faults of
// its own. The cases whose name ends in "at the seam" have a process that starts
// anew while the servers change.
func Replicas() World {
	var all []scenario
	for name, faults := range map[string][2]func(builder) []Gap{
		"a is away":         {silentFor(30*time.Minute, 50*time.Minute), silentFor()},
		"b is away":         {silentFor(), silentFor(30*time.Minute, 50*time.Minute)},
		"in turn":           {silentFor(30*time.Minute, 50*time.Minute), silentFor(54*time.Minute, 74*time.Minute)},
		"rolling restart":   {silentFor(30*time.Minute, 31*time.Minute), silentFor(33*time.Minute, 34*time.Minute)},
		"hand over":         {silentFor(30*time.Minute, 50*time.Minute), silentFor(49*time.Minute, 99*time.Hour)},
		"both are away":     {silentFor(30*time.Minute, 60*time.Minute), silentFor(40*time.Minute, 70*time.Minute)},
		"a starts late":     {silentFor(-99*time.Hour, 80*time.Minute), silentFor()},
		"b starts late":     {silentFor(), silentFor(-99*time.Hour, 80*time.Minute)},
		"a ends":            {silentFor(80*time.Minute, 99*time.Hour), silentFor()},
		"b ends":            {silentFor(), silentFor(80*time.Minute, 99*time.Hour)},
		"away before live":  {silentFor(-130*time.Minute, -110*time.Minute), silentFor(-80*time.Minute, -60*time.Minute)},
		"away for a moment": {silentFor(30*time.Minute, 32*time.Minute), silentFor()},
	} {
		all = append(all, withFaults(name, faults)...)
	}
	slices.SortFunc(all, func(a, b scenario) int { return strings.Compare(a.name, b.name) }) // each keeps its seed
	return world("replicas", 3*time.Hour, 150*time.Minute, 20*time.Minute, all)
}

// ClocksApart is a world whose second server has a clock that is so fast that its
// samples seem to be later than those of the first one, which they are not.
func ClocksApart() World {
	all := withFaults("clocks apart", [2]func(builder) []Gap{silentFor(30*time.Minute, 40*time.Minute), silentFor(60*time.Minute, 70*time.Minute)})
	for i := range all {
		all[i].shift, all[i].ahead = 14*time.Second, 12*time.Second
	}
	return world("clocks apart", 20*time.Minute, 80*time.Minute, 10*time.Minute, all)
}

// withFaults is functions of every kind under the same faults.
func withFaults(name string, faults [2]func(builder) []Gap) []scenario {
	out := []scenario{
		{name: name, targets: func(b builder) []Target {
			one, two := b.pair()
			return []Target{one, two}
		}},
		{name: name + ", buckets", sli: latencyOf, targets: func(b builder) []Target {
			return []Target{b.target("a", Function{Rate: 3, Errors: constant(0.05), Latency: true})}
		}},
		{name: name + ", native", sli: latencyOf, targets: func(b builder) []Target {
			return []Target{b.target("a", native(Native{Schema: 3}))}
		}},
		{name: name + ", rare errors", targets: func(b builder) []Target {
			return []Target{b.target("a", Function{Rate: 2, Errors: constant(0.0008)})}
		}},
		{name: name + ", at the seam", targets: func(b builder) []Target {
			one, two := b.pair()
			one.Restarts = []Restart{{At: b.at(40 * time.Minute)}, {At: b.at(49*time.Minute + 50*time.Second)}}
			two.Restarts = []Restart{{At: b.at(30*time.Minute + 5*time.Second), Down: 10 * time.Second}, {At: b.at(80 * time.Minute)}}
			return []Target{one, two}
		}},
	}
	for i := range out {
		out[i].a, out[i].b, out[i].truth, out[i].slack = faults[0], faults[1], silentFor(), seamSlack
		if name == "both are away" { // then nobody could tell when it happened
			out[i].truth = silentFor(40*time.Minute, 60*time.Minute)
		}
	}
	return out
}

// silentFor are gaps from one time to the next, relative to the begin of live.
func silentFor(times ...time.Duration) func(builder) []Gap {
	return func(b builder) []Gap {
		var out []Gap
		for pair := range slices.Chunk(times, 2) {
			out = append(out, Gap{From: b.at(pair[0]), To: b.at(pair[1]), Silent: true})
		}
		return out
	}
}
