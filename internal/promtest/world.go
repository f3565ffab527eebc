package promtest

import (
	"cmp"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Tolerances of a count, as a share of what the samples show.
const (
	Exact     = 0.0001
	CrashLoop = 0.01
)

// World is a backend with a history and the functions seen in it.
type World struct {
	Name    string
	Samples *Samples
	Cases   []Case
	Start   time.Time // of the first sample
	Live    time.Time // someone who lives through it begins here
	End     time.Time // and ends here
	Rest    time.Time // the last sample; nothing special happens after End

	// Undisturbed is what one server saw that scraped all the time; nil where there
	// are no replicas, and Samples are the truth.
	Undisturbed *Samples
}

// Truth is what an [Oracle] counts from.
func (w World) Truth() *Samples {
	if w.Undisturbed != nil {
		return w.Undisturbed
	}
	return w.Samples
}

// Case is one function of a world and how exactly it can be counted.
type Case struct {
	Name      string
	SLI       slo.SLI
	Tolerance float64
	Slack     int64 // so many events may be in a neighbouring slot: another replica saw them
}

// scenario is one case as data: what is scraped, and what happens to it.
type scenario struct {
	name      string
	tolerance float64 // Exact if zero
	sli       func(function string) slo.SLI
	targets   func(b builder) []Target
	slack     int64
	a, b      func(b builder) []Gap // of two replicas
	truth     func(b builder) []Gap // in which neither saw anything
	shift     time.Duration         // how long after the first replica the second one scrapes; replicaShift if zero
	ahead     time.Duration         // by how much the clock of the second one is fast
}

// builder makes the targets of one scenario.
type builder struct {
	name        string
	seed        uint64
	start, live time.Time
	rest        time.Time
}

// at is a time relative to the begin of live.
func (b builder) at(d time.Duration) time.Time { return b.live.Add(d) }

// target is one instance, scraped all the time and started 100 days before.
func (b builder) target(instance string, f Function) Target {
	if f.Name == "" {
		f.Name = b.name
	}
	return Target{
		Job: b.name, Instance: b.name + "-" + instance, Functions: []Function{f},
		Seed: b.seed + uint64(len(instance)) + uint64(instance[0]),
		From: b.start, To: b.rest, Born: b.start.Add(-100 * 24 * time.Hour),
	}
}

// pair is two instances of an ordinary function.
func (b builder) pair() (one, two Target) {
	f := Function{Rate: 3, Errors: constant(0.02)}
	return b.target("a", f), b.target("b", f)
}

func constant(v float64) func(time.Time) float64 {
	return func(time.Time) float64 { return v }
}

func (b builder) gap(from, length time.Duration) Gap {
	return Gap{From: b.at(from), To: b.at(from + length)}
}

// world records the scenarios into one store.
func world(name string, history, live, rest time.Duration, all []scenario) World {
	begin := time.Date(2026, time.March, 10, 12, 0, 0, 0, time.UTC)
	w := World{
		Name: name, Samples: &Samples{},
		Start: begin.Add(-history), Live: begin, End: begin.Add(live), Rest: begin.Add(live + rest),
	}
	for i, s := range all {
		b := builder{name: s.name, seed: uint64(i+1) * 1000, start: w.Start, live: w.Live, rest: w.Rest}
		for _, t := range s.targets(b) {
			s.record(t, b, &w)
		}
		w.Cases = append(w.Cases, s.asCase())
	}
	return w
}

// replicaShift is how long after the first replica the second one usually scrapes.
const replicaShift = 7 * time.Second

// record lets one server scrape a target, or two and one that is never disturbed.
func (s scenario) record(t Target, b builder, w *World) {
	if s.a == nil {
		t.Record(w.Samples)
		return
	}
	if w.Undisturbed == nil {
		w.Undisturbed = &Samples{}
	}
	t.RecordBy(
		Replica{Gaps: s.truth(b), Into: w.Undisturbed},
		Replica{Name: "a", Gaps: s.a(b), Into: w.Samples},
		Replica{Name: "b", Gaps: s.b(b), Into: w.Samples, Shift: cmp.Or(s.shift, replicaShift), Ahead: s.ahead},
	)
}

func (s scenario) asCase() Case {
	c := Case{Name: s.name, Tolerance: s.tolerance, Slack: s.slack}
	if c.Tolerance == 0 {
		c.Tolerance = Exact
	}
	if s.sli == nil {
		s.sli = errorsOf
	}
	c.SLI = s.sli(s.name)
	return c
}

func callsOf(function string, more ...slo.Matcher) []slo.Selector {
	ms := append([]slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: function}}, more...)
	return []slo.Selector{{Metric: CallsMetric, Matchers: ms}}
}

// errorsOf counts calls and those with a code of 5xx.
func errorsOf(function string) slo.SLI {
	return slo.SLI{Ratio: &slo.Ratio{
		Total: callsOf(function),
		Bad:   callsOf(function, slo.Matcher{Label: "code", Op: slo.MatchRegexp, Value: "5.."}),
	}}
}

// successesOf counts calls and those with the code 200.
func successesOf(function string) slo.SLI {
	return slo.SLI{Ratio: &slo.Ratio{
		Total: callsOf(function),
		Good:  callsOf(function, slo.Matcher{Label: "code", Op: slo.MatchEqual, Value: "200"}),
	}}
}

// latencyOf counts calls and those at or under a second.
func latencyOf(function string) slo.SLI {
	return slo.SLI{Latency: &slo.Latency{
		Histogram: slo.Selector{Metric: DurationMetric, Matchers: callsOf(function)[0].Matchers},
		Threshold: time.Second, Unit: time.Second,
	}}
}
