package promtest

import "time"

// Natives is a world of functions with native histograms: what processes go
// through, and how a histogram of one kind becomes one of the other.
func Natives() World {
	return world("natives", 3*time.Hour, 210*time.Minute, 20*time.Hour, append(nativeLives(), handovers()...))
}

// native is an ordinary function with a native histogram.
func native(n Native) Function {
	return Function{Rate: 3, Errors: constant(0.05), Native: &n}
}

// nativeLives are processes with native histograms only.
func nativeLives() []scenario {
	pair := func(b builder, f Function) (one, two Target) { return b.target("a", f), b.target("b", f) }
	fine := native(Native{Schema: 3})
	return []scenario{
		{name: "native-steady", sli: latencyOf, targets: func(b builder) []Target {
			return []Target{b.target("a", fine), b.target("b", native(Native{}))}
		}},
		{name: "native-restarts", sli: latencyOf, targets: func(b builder) []Target {
			one, two := pair(b, fine)
			one.Restarts = []Restart{{At: b.at(21 * time.Minute)}, {At: b.at(100 * time.Minute), Down: 40 * time.Second}}
			two.Restarts = []Restart{{At: b.at(-2 * time.Hour), Down: time.Minute}, {At: b.at(101*time.Minute + 7*time.Second)}}
			return []Target{one, two}
		}},
		{name: "native-rollouts", sli: latencyOf, targets: func(b builder) []Target {
			all := rollouts(b)
			for i := range all {
				all[i].Functions[0].Native = &Native{Schema: 3}
			}
			return all
		}},
		{name: "native-gaps", sli: latencyOf, targets: func(b builder) []Target {
			one, two := pair(b, fine)
			one.Gaps = []Gap{b.gap(31*time.Minute, 20*time.Minute), b.gap(70*time.Minute, 90*time.Minute)}
			two.Gaps = []Gap{b.gap(33*time.Minute, 5*time.Minute)}
			return []Target{one, two}
		}},
		{name: "native-gap-restarted", sli: latencyOf, targets: func(b builder) []Target {
			one, two := pair(b, fine)
			one.Gaps = []Gap{b.gap(33*time.Minute, 20*time.Minute)}
			one.Restarts = []Restart{{At: b.at(40 * time.Minute)}}
			return []Target{one, two}
		}},
		{name: "native-late", sli: latencyOf, targets: func(b builder) []Target {
			one, two := pair(b, fine)
			two.Late = []Late{{From: b.start, To: b.rest, By: 2 * time.Minute}}
			return []Target{one, two}
		}},
		{name: "native-relabel", sli: latencyOf, targets: func(b builder) []Target {
			one, two := pair(b, fine)
			one.Relabels = []Relabel{{At: b.at(45 * time.Minute), Extra: map[string]string{"pod": "p-1"}}}
			return []Target{one, two}
		}},
		{name: "native-custom-buckets", sli: latencyOf, targets: func(b builder) []Target {
			one, two := pair(b, native(Native{Bounds: []float64{0.1, 0.25, 1, 2.5}}))
			two.Restarts = []Restart{{At: b.at(64 * time.Minute)}}
			return []Target{one, two}
		}},
		{name: "native-newcomer", sli: latencyOf, targets: func(b builder) []Target {
			all := newcomer(b)
			for i := range all[0].Functions {
				all[0].Functions[i].Native = &Native{Schema: 3}
			}
			return all
		}},
	}
}

// handovers are functions with histograms of both kinds, at once or in turn.
func handovers() []scenario {
	both := Function{Rate: 3, Errors: constant(0.05), Latency: true, Native: &Native{Schema: 3}}
	return []scenario{
		{name: "both-kinds", sli: latencyOf, targets: func(b builder) []Target {
			one, two := b.target("a", both), b.target("b", both)
			one.Restarts = []Restart{{At: b.at(50*time.Minute + 3*time.Second)}}
			two.Gaps = []Gap{b.gap(2*time.Hour, 20*time.Minute)}
			return []Target{one, two}
		}},
		{name: "one-instance-of-each-kind", sli: latencyOf, targets: func(b builder) []Target {
			classic := both
			classic.Native = nil
			return []Target{b.target("a", classic), b.target("b", native(Native{Schema: 3}))}
		}},
		{name: "classic-is-switched-off", sli: latencyOf, targets: func(b builder) []Target {
			f := both
			f.ClassicUntil = b.at(52*time.Minute + 11*time.Second)
			return []Target{b.target("a", f), b.target("b", f)}
		}},
		{name: "classic-is-switched-on", sli: latencyOf, targets: func(b builder) []Target {
			f := both
			f.ClassicSince = b.at(47*time.Minute + 17*time.Second)
			return []Target{b.target("a", f), b.target("b", f)}
		}},
		{name: "rolled-out-from-classic-to-native", sli: latencyOf, targets: func(b builder) []Target {
			all := rollouts(b)
			for i := range all {
				f := &all[i].Functions[0]
				if f.Latency = all[i].From.Equal(b.start); !f.Latency {
					f.Native = &Native{Schema: 3}
				}
			}
			return all
		}},
	}
}
