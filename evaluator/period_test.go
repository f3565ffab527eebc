package evaluator_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// The sum of a period is counted by hand, ten calls a second of which one fails, and
// that of a window is the one of an assessment, with maintenance in both.
func TestPeriodsAreSummedUpAsAssessmentsDo(t *testing.T) {
	now := december.Add(5*24*time.Hour + 90*time.Minute + 30*time.Second)
	for name, window := range map[string]slo.Window{"rolling": {Name: "7d", Length: 7 * 24 * time.Hour}, "calendar": slo.CalendarWindow(slo.Month, berlin(t))} {
		s := monthly(t)
		s.Window = window
		e, m := corrected(t, newScript("charge"), s, now)
		from, to := now.Add(-5*time.Hour), now.Add(-time.Hour)
		whole := e.Sum(s, from, to)
		if seconds := int64(4 * 3600); whole.Total != 10*seconds || whole.Coverage != 1 || whole.Reading() || !whole.From.Equal(from) || !whole.To.Equal(to) {
			t.Errorf("%s: four hours are %+v", name, whole)
		}
		m.in(from.Add(time.Hour), from.Add(3*time.Hour))
		left := e.Sum(s, from, to)
		if left.Total != whole.Total-2*36_000 || left.Excluded.Time != 2*time.Hour {
			t.Errorf("%s: without two hours they are %+v", name, left)
		}
		for _, at := range []time.Time{now, to, from} {
			if diff := cmp.Diff(e.Assess(s, at).Window, e.WindowAt(s, at)); diff != "" {
				t.Errorf("%s at %s: -assessed +summed up:\n%s", name, at, diff)
			}
		}
	}
}

// The slots that are not settled yet make nobody wait for the rest.
func TestAPeriodThatEndsNowIsNotStillRead(t *testing.T) {
	s := monthly(t)
	s.Window = slo.Window{Name: "7d", Length: 7 * 24 * time.Hour}
	now := december.Add(5 * 24 * time.Hour)
	e := caughtUp(t, newScript("charge"), s, now)
	if sum := e.Sum(s, now.Add(-24*time.Hour), now.Add(5*time.Minute)); sum.Reading() || sum.Coverage < 0.99 || sum.Coverage == 1 {
		t.Errorf("a day and five minutes are %+v", sum)
	}
}

// Of what is still to be read, a period says how much.
func TestAPeriodThatIsStillReadSaysSo(t *testing.T) {
	e := start(t, newScript("charge"), nil)
	s := e.SLOs()[0]
	if err := e.Tick(t.Context(), ready); err != nil {
		t.Fatal(err)
	}
	at := e.LastSlot(ready)
	if sum := e.Sum(s, at.Add(-24*time.Hour), at); !sum.Reading() {
		t.Errorf("after one round a day is %+v", sum)
	}
}

// Of ten calls a second eight took up to 0.1 ms, one up to 0.5 and one longer; in seconds,
// and without what maintenance excludes.
func TestBucketsOfAPeriod(t *testing.T) {
	s := objective("charge")
	s.SLI = slo.SLI{Latency: &slo.Latency{
		Histogram: slo.Selector{Metric: "call_duration_milliseconds", Matchers: s.SLI.Ratio.Total[0].Matchers},
		Threshold: 500 * time.Microsecond, Unit: time.Millisecond,
	}}
	now := hour0.Add(8 * time.Hour)
	e, m := corrected(t, newScript("charge"), s, now)
	from, to := now.Add(-5*time.Hour), now.Add(-time.Hour)
	m.in(from.Add(time.Hour), from.Add(3*time.Hour))
	want := map[float64]int64{0.0001: 8 * 7200, 0.0005: 7200, math.Inf(1): 7200}
	got := map[float64]int64{}
	for _, b := range e.Buckets(s, from, to) {
		got[math.Round(b.UpperBound*1e7)/1e7] += b.Count
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := e.Buckets(objective("charge"), from, to); got != nil {
		t.Errorf("a success ratio has buckets %v", got)
	}
}
