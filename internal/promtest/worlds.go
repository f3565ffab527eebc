package promtest

import "time"

// Fleet is a world in which every function suffers its own fate, most of them
// while someone lives through it.
func Fleet() World {
	all := append(lifecycles(), sights()...)
	return world("fleet", 9*time.Hour, 4*time.Hour, 19*time.Hour, append(all, outages()...))
}

// BackendGaps is a world in which nobody scraped anything for 3, 20 and 90
// minutes.
func BackendGaps() World {
	blind := func(b builder) []Gap {
		gaps := []Gap{b.gap(30*time.Minute, 3*time.Minute), b.gap(time.Hour, 20*time.Minute), b.gap(2*time.Hour, 90*time.Minute)}
		for i := range gaps {
			gaps[i].Silent = true
		}
		return gaps
	}
	return world("backend-gaps", 3*time.Hour, 4*time.Hour, 20*time.Hour, during(blind))
}

// Emptied is a world whose backend is replaced by an empty one after 3 minutes
// of silence, an hour and a half into live.
func Emptied() World {
	const lost = 90 * time.Minute
	silent := func(b builder) []Gap {
		g := b.gap(lost-3*time.Minute, 3*time.Minute)
		g.Silent = true
		return []Gap{g}
	}
	w := world("emptied", 3*time.Hour, 3*time.Hour, time.Hour, during(silent))
	w.Samples.Empty(w.Live.Add(lost))
	return w
}

// Forgetting is a world whose backend keeps samples for two hours only.
func Forgetting() World {
	w := world("forgetting", 2*time.Hour, 4*time.Hour, 0, during(func(builder) []Gap { return nil }))
	w.Samples.Keep(2 * time.Hour)
	return w
}

// during is four ordinary functions in a backend that has gaps.
func during(gaps func(builder) []Gap) []scenario {
	with := func(b builder, all ...Target) []Target {
		for i := range all {
			all[i].Gaps = gaps(b)
		}
		return all
	}
	return []scenario{
		{name: "steady", targets: func(b builder) []Target {
			one, two := b.pair()
			return with(b, one, two)
		}},
		{name: "rare-errors", targets: func(b builder) []Target {
			return with(b, b.target("a", Function{Rate: 2, Errors: constant(0.0005)}))
		}},
		{name: "restarted-meanwhile", targets: func(b builder) []Target {
			one, two := b.pair()
			two.Restarts = []Restart{{At: b.at(65 * time.Minute)}, {At: b.at(150 * time.Minute)}}
			return with(b, one, two)
		}},
		{name: "latency", sli: latencyOf, targets: func(b builder) []Target {
			return with(b, b.target("a", Function{Rate: 4, Errors: constant(0.05), Latency: true}))
		}},
	}
}

// Month is a world of 30 days, for the long windows: little happens for days,
// then much in an hour.
func Month() World {
	const day = 24 * time.Hour
	all := []scenario{
		{name: "steady", targets: func(b builder) []Target {
			return []Target{b.target("a", Function{Rate: 2, Errors: constant(0.002)})}
		}},
		{name: "restarts", targets: func(b builder) []Target {
			t := b.target("a", Function{Rate: 3, Errors: constant(0.01)})
			for ago := 31 * day; ago > 0; ago -= 17 * time.Hour {
				t.Restarts = append(t.Restarts, Restart{At: b.at(-ago).Add(31 * time.Minute), Down: 20 * time.Second})
			}
			return []Target{t}
		}},
		{name: "rare-errors", targets: func(b builder) []Target {
			return []Target{b.target("a", Function{Rate: 1, Errors: constant(0.00001)})}
		}},
		{name: "gaps", targets: func(b builder) []Target {
			t := b.target("a", Function{Rate: 3, Errors: constant(0.01)})
			t.Gaps = []Gap{b.gap(-20*day, 90*time.Minute), b.gap(-5*day, 20*time.Minute), b.gap(-2*day, 3*time.Minute)}
			return []Target{t}
		}},
	}
	return world("month", 31*day, time.Hour, 0, all)
}
