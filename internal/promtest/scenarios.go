package promtest

import (
	"strconv"
	"time"
)

// lifecycles are processes that come, go and count.
func lifecycles() []scenario {
	return []scenario{
		{name: "steady", targets: func(b builder) []Target {
			one, two := b.pair()
			return []Target{one, two}
		}},
		{name: "successes", sli: successesOf, targets: func(b builder) []Target {
			one, two := b.pair()
			one.Restarts = []Restart{{At: b.at(40 * time.Minute), Down: 20 * time.Second}}
			return []Target{one, two}
		}},
		{name: "rare-errors", targets: func(b builder) []Target {
			f := Function{Rate: 2, Errors: constant(0.0008)}
			one, two := b.target("a", f), b.target("b", f)
			one.Born, two.Born = one.From, two.From // so that every error series is born in sight
			return []Target{one, two}
		}},
		{name: "rollouts", targets: rollouts},
		{name: "rollouts-without-start-time", targets: func(b builder) []Target {
			all := rollouts(b)
			for i := range all {
				all[i].NoStartTime = true
			}
			return all
		}},
		{name: "restarts", targets: func(b builder) []Target {
			one, two := b.pair()
			one.Restarts = []Restart{{At: b.at(21 * time.Minute)}, {At: b.at(100 * time.Minute), Down: 40 * time.Second}}
			two.Restarts = []Restart{{At: b.at(-2 * time.Hour), Down: time.Minute}, {At: b.at(101*time.Minute + 7*time.Second)}}
			return []Target{one, two}
		}},
		{name: "crash-loop", tolerance: CrashLoop, targets: crashLoop(5 * time.Minute)},
		{name: "latency", sli: latencyOf, targets: func(b builder) []Target {
			f := Function{Rate: 3, Errors: constant(0.05), Latency: true}
			one, two := b.target("a", f), b.target("b", f)
			one.Restarts = []Restart{{At: b.at(50 * time.Minute)}}
			two.Gaps = []Gap{b.gap(2*time.Hour, 20*time.Minute)}
			return []Target{one, two}
		}},
		{name: "newcomer-in-an-old-process", targets: newcomer},
	}
}

// rollouts replace two instances three times, one after the other.
func rollouts(b builder) []Target {
	var out []Target
	f := Function{Rate: 3, Errors: constant(0.02)}
	for _, slot := range []string{"a", "b"} {
		from := b.start
		shift := time.Duration(slot[0]-'a') * 50 * time.Second
		for i, d := range []time.Duration{-4 * time.Hour, 37 * time.Minute, 190 * time.Minute, 24 * time.Hour} {
			t := b.target(slot+strconv.Itoa(i), f)
			t.Seed += uint64(i)
			t.From, t.To = from, b.at(d+shift)
			if i > 0 {
				t.Born = from.Add(-4 * time.Second)
			}
			out = append(out, t)
			from = t.To.Add(8 * time.Second)
		}
	}
	return out
}

// crashLoop restarts one of two instances again and again for two hours.
func crashLoop(each time.Duration) func(builder) []Target {
	return func(b builder) []Target {
		one, two := b.pair()
		for d := 30 * time.Minute; d < 150*time.Minute; d += each {
			jitter := time.Duration(d.Minutes()*7) % 41 * time.Second
			one.Restarts = append(one.Restarts, Restart{At: b.at(d + jitter), Down: 10 * time.Second})
		}
		return []Target{one, two}
	}
}

// newcomer is a function that is first called an hour into live, in a process
// that runs another since long.
func newcomer(b builder) []Target {
	t := b.target("a", Function{Name: b.name + "-neighbour", Rate: 2})
	t.Functions = append(t.Functions, Function{Name: b.name, Rate: 0.5, Errors: constant(0.05), Since: b.at(time.Hour)})
	return []Target{t}
}

// sights are changes of what the backend sees of processes that run on.
func sights() []scenario {
	return []scenario{
		{name: "relabel-instance", targets: func(b builder) []Target {
			one, two := b.pair()
			one.Relabels = []Relabel{{At: b.at(35 * time.Minute), Instance: b.name + "-renamed"}}
			return []Target{one, two}
		}},
		{name: "relabel-pod", targets: func(b builder) []Target {
			one, two := b.pair()
			one.Relabels = []Relabel{{At: b.at(45 * time.Minute), Extra: map[string]string{"pod": "p-1"}}}
			two.Relabels = []Relabel{{At: b.at(45*time.Minute + 20*time.Second), Extra: map[string]string{"pod": "p-2"}}}
			return []Target{one, two}
		}},
		{name: "relabel-unmarked", targets: func(b builder) []Target {
			one, two := b.pair()
			one.Relabels = []Relabel{{At: b.at(41 * time.Minute), Extra: map[string]string{"pod": "p-1"}, Unmarked: true}}
			return []Target{one, two}
		}},
		{name: "relabel-all-at-once", targets: func(b builder) []Target {
			one, two := b.pair()
			for _, t := range []*Target{&one, &two} {
				t.Relabels = []Relabel{{At: b.at(55 * time.Minute), Extra: map[string]string{"cluster": "eu"}}}
			}
			return []Target{one, two}
		}},
		{name: "newly-monitored", targets: func(b builder) []Target {
			one, two := b.pair()
			two.From = b.at(70 * time.Minute)
			return []Target{one, two}
		}},
		{name: "newly-monitored-without-start-time", targets: func(b builder) []Target {
			one, two := b.pair()
			two.From = b.at(72 * time.Minute)
			one.NoStartTime, two.NoStartTime = true, true
			return []Target{one, two}
		}},
		{name: "late", targets: func(b builder) []Target {
			one, two := b.pair()
			for _, t := range []*Target{&one, &two} {
				t.Late = []Late{{From: b.at(20 * time.Minute), To: b.at(3 * time.Hour), By: 2 * time.Minute}}
			}
			return []Target{one, two}
		}},
		{name: "late-instance", targets: func(b builder) []Target {
			one, two := b.pair()
			two.Late = []Late{{From: b.start, To: b.rest, By: 2 * time.Minute}}
			return []Target{one, two}
		}},
		{name: "late-each-fifth", targets: func(b builder) []Target {
			one, two := b.pair()
			one.Late = []Late{{From: b.start, To: b.rest, By: 2 * time.Minute, Each: 5}}
			return []Target{one, two}
		}},
	}
}

// outages are gaps of one instance and of a whole function.
func outages() []scenario {
	var out []scenario
	for _, minutes := range []int{3, 20, 90} {
		length := time.Duration(minutes) * time.Minute
		name := "gap-" + strconv.Itoa(minutes) + "m"
		out = append(out,
			scenario{name: name + "-instance", targets: func(b builder) []Target {
				one, two := b.pair()
				one.Gaps = []Gap{b.gap(25*time.Minute, length)}
				return []Target{one, two}
			}},
			scenario{name: name + "-function", targets: func(b builder) []Target {
				one, two := b.pair()
				one.Gaps = []Gap{b.gap(25*time.Minute, length)}
				two.Gaps = one.Gaps
				return []Target{one, two}
			}},
			scenario{name: name + "-idle", targets: func(b builder) []Target {
				one, two := b.pair()
				one.Gaps = []Gap{b.gap(31*time.Minute, length)}
				one.Gaps[0].Idle = true
				return []Target{one, two}
			}})
	}
	return append(out, scenario{name: "gap-90m-restarted", targets: func(b builder) []Target {
		one, two := b.pair()
		one.Gaps = []Gap{b.gap(33*time.Minute, 90*time.Minute)}
		one.Restarts = []Restart{{At: b.at(70 * time.Minute)}}
		return []Target{one, two}
	}})
}
