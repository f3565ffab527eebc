package evaluator_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// marked is a world of one function in two old processes. One gets another
// instance label at half past, the other is not seen for 90 minutes.
func marked() promtest.World {
	live := time.Date(2026, time.March, 10, 12, 0, 0, 0, time.UTC)
	w := promtest.World{Name: "marked", Samples: &promtest.Samples{}, Start: live.Add(-2 * time.Hour), Live: live, End: live.Add(3 * time.Hour)}
	calls := promtest.Function{Name: "charge", Rate: 3, Errors: func(time.Time) float64 { return 0.02 }}
	target := promtest.Target{
		Job: "charge", Instance: "a", Functions: []promtest.Function{calls}, Seed: 1,
		From: w.Start, To: w.End.Add(time.Hour), Born: w.Start.Add(-24 * time.Hour),
	}
	moved, hidden := target, target
	moved.Relabels = []promtest.Relabel{{At: live.Add(30 * time.Minute), Instance: "a2"}}
	hidden.Instance, hidden.Seed = "b", 2
	hidden.Gaps = []promtest.Gap{{From: live.Add(time.Hour), To: live.Add(150 * time.Minute), Idle: true}}
	moved.Record(w.Samples)
	hidden.Record(w.Samples)
	selector := slo.Selector{Metric: promtest.CallsMetric, Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: "charge"}}}
	bad := selector
	bad.Matchers = append(bad.Matchers[:1:1], slo.Matcher{Label: "code", Op: slo.MatchRegexp, Value: "5.."})
	w.Cases = []promtest.Case{{Name: "charge", SLI: slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{selector}, Bad: []slo.Selector{bad}}}, Tolerance: promtest.Exact}}
	return w
}

// annotations of the life, with the minute they are about.
func (l *life) annotations() (out []string) {
	for _, a := range l.evaluator.Annotations(l.slos[0], l.world.Start, l.world.End) {
		out = append(out, time.Unix(a.End, 0).UTC().Format("15:04")+" "+string(a.Kind)+": "+a.Text)
	}
	return out
}

func TestAnnotations_say_what_was_not_plainly_counted(t *testing.T) {
	t.Parallel()
	l := begin(t, marked(), 30*time.Second)
	l.catchUp(l.world.Live)
	l.tickThrough(l.world.Live, l.world.End)
	l.compare()
	want := []string{
		"10:00 baseline: 6 series of a, b appeared with 653,151 already counted: taken as a baseline, not as calls of this slot",
		"12:30 baseline: 3 series of a2 appeared with 400,189 already counted: taken as a baseline, not as calls of this slot",
		"14:30 baseline: 3 series of b came back after a gap of more than 1h: the 14,223 counted meanwhile are booked in this slot",
	}
	if diff := cmp.Diff(want, l.annotations()); diff != "" {
		t.Errorf("annotations while living through it (-want +got):\n%s", diff)
	}
	l.restart()
	if diff := cmp.Diff(want, l.annotations()); diff != "" {
		t.Errorf("annotations after a restart (-want +got):\n%s", diff)
	}
}

func TestAnnotations_mark_the_seams_between_revisions(t *testing.T) {
	fake := newScript("charge", "refund")
	fake.silent = func(at time.Time) bool { // a gap of five minutes before and one after the seam
		hour := at.Truncate(time.Hour)
		return at.After(hour.Add(10*time.Minute)) && !at.After(hour.Add(15*time.Minute)) && at.After(hour0.Add(-2*time.Hour))
	}
	e := start(t, fake, nil)
	catchUp(t, e, ready)
	s, other := objective("charge"), objective("refund")
	s.History = []slo.Revision{
		{Number: 1, From: hour0.Add(-24 * time.Hour), Objective: s.Objective, Window: s.Window, SLI: s.SLI},
		{Number: 2, From: hour0.Add(-time.Hour), Objective: s.Objective, Window: s.Window, SLI: other.SLI, Change: "bad selector a → b"},
	}
	s.SLI, s.Revision = other.SLI, 2
	var got []string
	for _, a := range e.Annotations(s, hour0.Add(-2*time.Hour), hour0) {
		got = append(got, hour0.Sub(time.Unix(a.End, 0)).String()+" ago: "+string(a.Kind)+": "+a.Text)
	}
	want := []string{
		"1h44m30s ago: bridged: 300 events are spread evenly over these 5m30s: there were no samples in the first 5m",
		"1h0m0s ago: seam: revision 2 begins: bad selector a → b",
		"44m30s ago: bridged: 300 events are spread evenly over these 5m30s: there were no samples in the first 5m",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
}
