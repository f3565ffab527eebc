package evaluator_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// maintenance is what an evaluator is told to leave out; a test changes it.
type maintenance struct{ corrections []slo.Correction }

func (m *maintenance) in(from, to time.Time) {
	m.corrections = append(m.corrections, slo.Correction{ID: "m1", Reason: "new disks", From: from, To: to})
}

func (m *maintenance) book(cfg *evaluator.Config) {
	cfg.Corrections = func(_ slo.SLO, from, to time.Time) []slo.Correction {
		return slices.DeleteFunc(slices.Clone(m.corrections), func(c slo.Correction) bool {
			return !c.From.Before(to) || !c.To.After(from)
		})
	}
}

// corrected evaluates one SLO over everything up to an instant, and may be told of
// maintenance.
func corrected(t *testing.T, fake *script, s slo.SLO, at time.Time) (*evaluator.Evaluator, *maintenance) {
	t.Helper()
	var m maintenance
	e := start(t, fake, m.book)
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
	catchUp(t, e, at.Add(30*time.Second))
	return e, &m
}

// outage fails every call between two instants, and one of ten otherwise.
func outage(from, to time.Time) rate {
	return func(_, code string, at time.Time) (float64, bool) {
		if at.After(from) && !at.After(to) {
			return map[string]float64{"500": 10}[code], true
		}
		return steadily("", code, at)
	}
}

func TestACorrectedBudgetIsThatWithoutTheOutage(t *testing.T) {
	now := hour0.Add(36 * time.Hour)
	from, to := now.Add(-2*time.Hour), now.Add(-90*time.Minute)
	fake := newScript("charge")
	fake.rate = outage(from, to)
	s := objective("charge")
	e, m := corrected(t, fake, s, now)
	raw := e.Assess(s, now)
	m.in(from, to)
	a := e.Assess(s, now)

	want := slo.Exclusion{Slots: 60, Counts: slo.Counts{Total: 18_000, Bad: 18_000}, BadSlots: 60, Time: 30 * time.Minute, Share: 0.5 / (7 * 24)}
	if diff := cmp.Diff(want, a.Window.Excluded); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
	if got, all := a.Window, (7*24*3600-1800)*int64(10); got.Total != all || got.Bad != all/10 || got.Coverage != 1 || got.Measured() != raw.Window.Counts {
		t.Errorf("%+v, %d of %d are bad without the outage", got, all/10, all)
	}
	if six := burnOf(t, a, 6*time.Hour); six.Bad != int64(5.5*3600) || six.Excluded.Bad != 18_000 {
		t.Errorf("of 6h %+v", six)
	}
	if hour := burnOf(t, a, time.Hour); hour != burnOf(t, raw, time.Hour) {
		t.Errorf("the last hour has nothing to do with it: %+v", hour)
	}
	wantCorrections := []slo.Correction{{ID: "m1", Reason: "new disks", From: from, To: to, Excluded: want}}
	if diff := cmp.Diff(wantCorrections, a.Corrections); diff != "" {
		t.Errorf("corrections (-want +got):\n%s", diff)
	}
	if wantErrors := []slo.ClassCount{{Labels: map[string]string{"code": "500"}, Bad: a.Window.Bad}}; !cmp.Equal(wantErrors, a.Errors) {
		t.Errorf("errors %v", a.Errors)
	}
	m.corrections = nil
	if diff := cmp.Diff(raw, e.Assess(s, now), cmp.Comparer(sameObjective)); diff != "" {
		t.Errorf("taken back (-before +after):\n%s", diff)
	}
}

func sameObjective(a, b slo.Objective) bool { return a == b }

// Every window of every assessment, and every point of its history, is what was
// measured without what is excluded, whatever the maintenance and the function.
func TestWhatIsExcludedAndWhatIsLeftAreWhatWasMeasured(t *testing.T) {
	now := december.Add(9*24*time.Hour + 90*time.Minute)
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 21))
		fake := newScript("charge")
		begin := now.Add(-time.Duration(random.IntN(40*24)) * time.Hour)
		fake.rate = outage(begin, begin.Add(time.Duration(random.IntN(10_000))*time.Second))
		fake.silent = func(at time.Time) bool { return at.Unix()/600%37 == int64(seed) }
		s := monthly(t, slo.Window{Name: "7d", Length: 7 * 24 * time.Hour}, slo.CalendarWindow(slo.Week, nil))
		e, m := corrected(t, fake, s, now)
		for range 8 {
			at := now.Add(-time.Duration(random.IntN(3*86_400)) * time.Second)
			raw, points := e.Assess(s, at), e.Points(s, at.Add(-12*time.Hour), at, 10*time.Minute)
			for range 1 + random.IntN(5) {
				from := at.Add(-time.Duration(random.IntN(30*86_400)) * time.Second)
				m.in(from, from.Add(time.Duration(random.IntN(8*3600))*time.Second))
			}
			got := e.Assess(s, at)
			for i, w := range allWindows(got) {
				addsUp(t, allWindows(raw)[i], w)
			}
			for i, p := range e.Points(s, at.Add(-12*time.Hour), at, 10*time.Minute) {
				if p.Counts.Add(p.Excluded.Counts) != points[i].Counts {
					t.Errorf("at %s %+v and %+v are not %+v", p.Time, p.Counts, p.Excluded, points[i].Counts)
				}
			}
			m.corrections = nil
		}
	}
}

func allWindows(a slo.Assessment) []slo.WindowSum {
	return slices.Concat([]slo.WindowSum{a.Window}, a.Reports, a.Burns)
}

func addsUp(t *testing.T, raw, got slo.WindowSum) {
	t.Helper()
	if got.Measured() != raw.Counts || got.BadSlots+got.Excluded.BadSlots != raw.BadSlots || !got.From.Equal(raw.From) || !got.To.Equal(raw.To) {
		t.Errorf("%+v is left of %+v", got, raw)
	}
	if got.Excluded.Slots != int(got.Excluded.Time/(30*time.Second)) || got.Decides() && got.Excluded.Share > 0.5 {
		t.Errorf("%+v cannot be", got)
	}
}

// What goes on is judged by all that was counted: a function that is called in a
// maintenance is not idle, whatever counts.
func TestTheStateOfDataIsThatOfAllData(t *testing.T) {
	s := objective("charge")
	now := hour0.Add(8 * time.Hour)
	e, m := corrected(t, newScript("charge"), s, now)
	m.in(now.Add(-10*time.Minute), now.Add(time.Hour))
	a := e.Assess(s, now)
	if a.State != slo.StateOK || a.CallsPerSecond == nil || *a.CallsPerSecond != 10 {
		t.Errorf("%s (%s), %v calls a second", a.State, a.Reason, a.CallsPerSecond)
	}
	if short := burnOf(t, a, 5*time.Minute); short.Decides() || short.Total != 0 || short.Excluded.Share != 1 {
		t.Errorf("nothing is left of 5m, and it decides: %+v", short)
	}
	if hour := burnOf(t, a, time.Hour); !hour.Decides() || hour.Coverage != 1 {
		t.Errorf("most of an hour is left: %+v", hour)
	}
	if recent := a.RecentErrors; len(recent) != 1 || recent[0].Bad != 50*60 {
		t.Errorf("recent errors %v", recent)
	}
}

// Slots are excluded whole, and the assessment says from when to when.
func TestASpanIsExcludedInWholeSlots(t *testing.T) {
	s := objective("charge")
	now := hour0.Add(36 * time.Hour)
	e, m := corrected(t, newScript("charge"), s, now)
	for _, tc := range []struct {
		what                       string
		from, to, wantFrom, wantTo time.Time
	}{
		{"slots of 30 seconds", now.Add(-time.Hour + time.Second), now.Add(-59*time.Minute - time.Second), now.Add(-time.Hour), now.Add(-59 * time.Minute)},
		{"part of a second", now.Add(-time.Hour), now.Add(-time.Hour + time.Millisecond), now.Add(-time.Hour), now.Add(-59*time.Minute - 30*time.Second)},
		{"slots of 5 minutes", now.Add(-24*time.Hour + time.Minute), now.Add(-24*time.Hour + 6*time.Minute), now.Add(-24 * time.Hour), now.Add(-24*time.Hour + 10*time.Minute)},
		{"slots of an hour", now.Add(-5*24*time.Hour + 10*time.Minute), now.Add(-5*24*time.Hour + 11*time.Minute), now.Add(-5 * 24 * time.Hour), now.Add(-5*24*time.Hour + time.Hour)},
		{"the window's begin", now.Add(-9 * 24 * time.Hour), now.Add(-7*24*time.Hour + time.Hour), now.Add(-7 * 24 * time.Hour), now.Add(-7*24*time.Hour + time.Hour)},
		{"the window's end", now.Add(-time.Hour), now.Add(time.Hour), now.Add(-time.Hour), now},
	} {
		m.corrections = nil
		m.in(tc.from, tc.to)
		got := e.Assess(s, now).Corrections
		if len(got) != 1 || !got[0].From.Equal(tc.wantFrom) || !got[0].To.Equal(tc.wantTo) || got[0].Excluded.Time != tc.wantTo.Sub(tc.wantFrom) {
			t.Errorf("%s: %+v", tc.what, got)
		}
	}
	m.corrections = nil
	m.in(now, now.Add(time.Hour))
	m.in(now.Add(-9*24*time.Hour), now.Add(-7*24*time.Hour))
	if got := e.Assess(s, now); len(got.Corrections) != 0 || got.Window.Excluded.Any() {
		t.Errorf("nothing of the window is excluded, and it has %+v", got.Corrections)
	}
}

// Corrections that overlap are told apart, and what they share counts once.
func TestWhatOverlapsIsExcludedOnce(t *testing.T) {
	s := objective("charge")
	now := hour0.Add(8 * time.Hour)
	e, m := corrected(t, newScript("charge"), s, now)
	m.in(now.Add(-time.Hour), now.Add(-30*time.Minute))
	m.in(now.Add(-40*time.Minute), now.Add(-20*time.Minute))
	a := e.Assess(s, now)
	if a.Window.Excluded.Slots != 80 || len(a.Corrections) != 2 || a.Corrections[0].Excluded.Slots != 60 || a.Corrections[1].Excluded.Slots != 40 {
		t.Errorf("%+v, each %+v", a.Window.Excluded, a.Corrections)
	}
}

// Who asks for a window of their own gets it corrected, however long it is.
func TestWindowsThatAreAskedForBesidesAreCorrected(t *testing.T) {
	s := objective("charge")
	now := hour0.Add(8 * time.Hour)
	fake := newScript("charge")
	e, m := corrected(t, fake, s, now)
	m.in(now.Add(-20*24*time.Hour), now.Add(-19*24*time.Hour))
	if extra := burnOf(t, e.Assess(s, now, 30*24*time.Hour), 30*24*time.Hour); extra.Excluded.Time != 24*time.Hour {
		t.Errorf("%+v", extra)
	}
}

func TestAForecastKnowsOfCorrections(t *testing.T) {
	now := december.Add(5*24*time.Hour + 90*time.Minute)
	end := time.Date(2023, 12, 31, 23, 0, 0, 0, time.UTC)
	s := monthly(t)
	fake := newScript("charge")
	quietFrom, quietTo := now.Add(-48*time.Hour), now.Add(-36*time.Hour)
	fake.rate = func(f, c string, at time.Time) (float64, bool) {
		v, _ := steadily(f, c, at)
		if at.After(quietFrom) && !at.After(quietTo) {
			return 0, true
		}
		return v, true
	}
	e, m := corrected(t, fake, s, now)
	rest := int64(end.Sub(now).Seconds()) * 10
	if w := e.Assess(s, now).Window; w.Expected >= rest {
		t.Fatalf("expected %d, and quiet hours are not seen", w.Expected)
	}
	m.in(quietFrom, quietTo)
	w := e.Assess(s, now).Window
	if w.Expected != rest || w.ForecastFrom != 28*24*time.Hour-12*time.Hour {
		t.Errorf("without the quiet hours %d are expected from %s, want %d", w.Expected, w.ForecastFrom, rest)
	}
	m.in(now.Add(10*time.Minute), now.Add(100*time.Minute)) // is to come
	w = e.Assess(s, now).Window
	if w.Expected != rest-90*60*10 || w.Excluded.Time != 12*time.Hour {
		t.Errorf("nothing will count for 90 minutes: %d are expected, want %d; excluded %+v", w.Expected, rest-90*60*10, w.Excluded)
	}
	during := now.Add(20 * time.Minute)
	for end := now.Add(30 * time.Second); !end.After(during); end = end.Add(30 * time.Second) {
		tick(t, e, end.Add(-30*time.Second), end)
	}
	before, after := e.Assess(s, now).Window, e.Assess(s, during).Window
	if before.Total+before.Expected != after.Total+after.Expected {
		t.Errorf("%d and %d are allowed for, ten minutes into the maintenance %d and %d", before.Total, before.Expected, after.Total, after.Expected)
	}
	points := e.Points(s, during.Add(-5*time.Minute), during, 5*time.Minute)
	if want, _ := e.Assess(s, during).Budget().RemainingRatio(); points[0].Remaining == nil || *points[0].Remaining != want {
		t.Errorf("the series has %v left, the assessment %v", points[0].Remaining, want)
	}
}

func TestQuantilesLeaveExcludedSlotsOut(t *testing.T) {
	s := objective("charge")
	s.SLI = slo.SLI{Latency: &slo.Latency{
		Histogram: slo.Selector{Metric: "call_duration_milliseconds", Matchers: s.SLI.Ratio.Total[0].Matchers},
		Threshold: 500 * time.Microsecond, Unit: time.Millisecond,
	}}
	now := hour0.Add(8 * time.Hour)
	e, m := corrected(t, newScript("charge"), s, now)
	m.in(now.Add(-30*time.Minute), now)
	if a := e.Assess(s, now); a.Latency == nil || a.Latency.P50 == nil || burnOf(t, a, time.Hour).Total != 18_000 {
		t.Errorf("half of the hour is left: %+v", a.Latency)
	}
	m.in(now.Add(-2*time.Hour), now)
	if a := e.Assess(s, now); a.Latency != nil {
		t.Errorf("nothing of the hour is left: %+v", a.Latency)
	}
}

// Whoever looks at a chart sees what is excluded, and why.
func TestWhatIsExcludedIsAnnotated(t *testing.T) {
	s := objective("charge")
	now := hour0.Add(8 * time.Hour)
	fake := newScript("charge")
	fake.silent = func(at time.Time) bool { return at.After(now.Add(-time.Hour)) && at.Before(now.Add(-30*time.Minute)) }
	e, m := corrected(t, fake, s, now)
	before := e.Annotations(s, now.Add(-4*time.Hour), now)
	if len(before) == 0 {
		t.Fatal("the gap is not annotated")
	}
	m.in(now.Add(-2*time.Hour), now.Add(-90*time.Minute))
	m.in(now.Add(-40*time.Hour), now.Add(-39*time.Hour))
	want := slo.Annotation{End: now.Add(-90 * time.Minute).Unix(), Width: 1800, Kind: slo.Excluded, Text: "60 slots are excluded by maintenance m1: new disks"}
	if got := e.Annotations(s, now.Add(-4*time.Hour), now); len(got) != len(before)+1 || got[0] != want {
		t.Errorf("annotations %+v", got)
	}
	if got := e.Basis(s, e.Assess(s, now)).Annotations; len(got) != len(before)+2 || !slices.Contains(got, want) {
		t.Errorf("of the basis %+v", got)
	}
}

// What is asked by hand knows of no maintenance, so neither does what the ledger is
// said to hold for it: of selectors and of a free query.
func TestByHandAllThatWasCountedIsExpected(t *testing.T) {
	calls, probe := objective("charge"), objective("charge")
	probe.SLI = slo.SLI{Threshold: &slo.Threshold{Query: "queue", Op: slo.Less, Value: 1}}
	for _, s := range []slo.SLO{calls, probe} {
		var m maintenance
		e, book := setUp(t, newScript(), slo.Set{SLOs: []slo.SLO{s}}, m.book)
		page := ledger.Page{Span: ledger.Span{From: hour0.Add(-time.Hour).Unix(), To: hour0.Unix()}}
		var incs []slo.Increment
		for end := page.Span.From + 30; end <= page.Span.To; end += 30 {
			incs = append(incs, slo.Increment{End: end, Width: 30, Counts: slo.Counts{Total: 1_000_000, Bad: 250_000}})
		}
		page.Increments = map[string][]slo.Increment{s.SLI.Key(backend): incs}
		if err := book.Record(t.Context(), page); err != nil {
			t.Fatal(err)
		}
		expected := func() (out []float64) {
			for _, q := range e.Basis(s, e.Assess(s, hour0)).Queries {
				if q.Expect != nil {
					out = append(out, *q.Expect)
				}
			}
			return out
		}
		raw := expected()
		m.in(hour0.Add(-40*time.Minute), hour0.Add(-20*time.Minute))
		if got := expected(); len(raw) < 2 || raw[0] == 0 || !slices.Equal(got, raw) {
			t.Errorf("%s: expected %v, without maintenance %v", s.SLI.Kind(), got, raw)
		}
	}
}
