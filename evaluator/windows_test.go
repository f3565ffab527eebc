package evaluator_test

import (
	"math"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/slo"
)

func berlin(t *testing.T) *time.Location {
	t.Helper()
	in, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// december is when December 2023 begins in Berlin.
var december = time.Date(2023, 11, 30, 23, 0, 0, 0, time.UTC)

// monthly is an SLO over the month of Berlin, which also reports other windows.
func monthly(t *testing.T, reports ...slo.Window) slo.SLO {
	s := objective("charge")
	s.Window, s.Reports = slo.CalendarWindow(slo.Month, berlin(t)), reports
	return s
}

// caughtUp evaluates one SLO over everything up to an instant.
func caughtUp(t *testing.T, fake *script, s slo.SLO, at time.Time) *evaluator.Evaluator {
	t.Helper()
	e := start(t, fake, nil)
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
	catchUp(t, e, at.Add(30*time.Second))
	return e
}

func TestACalendarWindowIsWhatHasPassedOfThePeriodAndAForecastOfTheRest(t *testing.T) {
	now := december.Add(5*24*time.Hour + 90*time.Minute + 30*time.Second)
	s := monthly(t, slo.Window{Name: "7d", Length: 7 * 24 * time.Hour}, slo.CalendarWindow(slo.Quarter, berlin(t)))
	a := caughtUp(t, newScript("charge"), s, now).Assess(s, now)
	end := time.Date(2023, 12, 31, 23, 0, 0, 0, time.UTC)
	w := a.Window
	if !w.From.Equal(december) || !w.To.Equal(now) || !w.PeriodEnd.Equal(end) || w.Calendar != slo.Month || w.Coverage != 1 {
		t.Errorf("window %+v", w)
	}
	if passed, rest := int64(now.Sub(december).Seconds()), int64(end.Sub(now).Seconds()); w.Total != 10*passed || w.Expected != 10*rest {
		t.Errorf("total %d and expected %d, want %d and %d", w.Total, w.Expected, 10*passed, 10*rest)
	}
	if w.ForecastFrom != 28*24*time.Hour {
		t.Errorf("the forecast stands on %s", w.ForecastFrom)
	}
	if allowed := a.Budget().Allowed; math.Abs(allowed-31*86_400*10*0.001) > 1e-6 {
		t.Errorf("%v are allowed in the month", allowed)
	}
	if len(a.Reports) != 2 {
		t.Fatalf("reports %+v", a.Reports)
	}
	if week := a.Reports[0]; week.Total != int64(week.To.Sub(week.From).Seconds())*10 || week.Length != 7*24*time.Hour || week.Running() {
		t.Errorf("week %+v", week)
	}
	// October has the hour more.
	if q := a.Reports[1]; q.Coverage != 1 || q.Total+q.Expected != (92*86_400+3_600)*10 {
		t.Errorf("quarter %+v", q)
	}
}

func TestBurnWindowsTrailAcrossTheEndOfAPeriod(t *testing.T) {
	now := december.Add(30 * time.Minute)
	s := monthly(t)
	a := caughtUp(t, newScript("charge"), s, now).Assess(s, now)
	if a.Window.Total != 30*60*10 || !a.Window.From.Equal(december) {
		t.Errorf("window %+v", a.Window)
	}
	for _, length := range []time.Duration{time.Hour, 6 * time.Hour, 72 * time.Hour} {
		if b := burnOf(t, a, length); b.Total != int64(length.Seconds())*10 || !b.From.Equal(now.Add(-length)) {
			t.Errorf("%s: %+v", length, b)
		}
	}
}

func TestThePeriodEndsWithItsLastSlot(t *testing.T) {
	s := monthly(t)
	now := december.Add(time.Hour)
	e := caughtUp(t, newScript("charge"), s, now)
	last := e.Assess(s, december).Window
	if !last.To.Equal(december) || last.Total != 30*86_400*10 || last.Expected != 0 || last.Running() {
		t.Errorf("at the end of November: %+v", last)
	}
	first := e.Assess(s, december.Add(30*time.Second)).Window
	if !first.From.Equal(december) || first.Total != 300 || first.Coverage != 1 || first.Total+first.Expected != 31*86_400*10 {
		t.Errorf("in the first slot of December: %+v", first)
	}
}

func TestAForecastScalesWhatIsKnownOfAYoungFunction(t *testing.T) {
	now := december.Add(4 * time.Hour)
	born := december.Add(90 * time.Minute)
	fake := newScript("charge")
	fake.rate = func(f, c string, at time.Time) (float64, bool) {
		v, _ := steadily(f, c, at)
		return v, at.After(born)
	}
	s := monthly(t)
	e := caughtUp(t, fake, s, now)
	if w := e.Assess(s, now).Window; w.ForecastFrom != 2*time.Hour || w.Expected != (31*86_400-4*3_600)*10 {
		t.Errorf("two whole hours are known: %s, expected %d", w.ForecastFrom, w.Expected)
	}
	early := e.Assess(s, born.Add(20*time.Minute))
	if w := early.Window; w.ForecastFrom != 0 || w.Expected != 0 || w.Foreseen() {
		t.Errorf("no whole hour is known: %+v", w)
	}
}

// What was counted is 10 a second in every hour of which at least a half was read.
func TestAForecastCountsHalfReadHoursByWhatWasRead(t *testing.T) {
	at := func(hours, minutes int) time.Time {
		return december.Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
	}
	s := monthly(t)
	e := start(t, newScript("charge"), nil)
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
	tick(t, e, december, at(1, 40))
	tick(t, e, at(4, 39), at(6, 0)) // the first of these reads 2 h 10 m, from 2:29:30 on
	w := e.Assess(s, at(6, 0)).Window
	if known := time.Hour + 40*time.Minute + 30*time.Minute + 30*time.Second + 3*time.Hour; w.ForecastFrom != known {
		t.Errorf("the forecast stands on %s, want %s", w.ForecastFrom, known)
	}
	if want := int64((31*86_400 - 6*3_600) * 10); w.Expected != want {
		t.Errorf("expected %d, want %d", w.Expected, want)
	}
}

func TestAForecastFollowsWhatBecomesKnown(t *testing.T) {
	now := december.Add(4*time.Hour + 10*time.Minute)
	s := monthly(t)
	e := start(t, newScript("charge"), nil)
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
	tick(t, e, now.Add(-2*time.Hour), now)
	if w := e.Assess(s, now).Window; w.ForecastFrom >= 3*time.Hour {
		t.Errorf("before catching up the forecast stands on %s", w.ForecastFrom)
	}
	catchUp(t, e, now.Add(30*time.Second))
	if w := e.Assess(s, now).Window; w.ForecastFrom != 28*24*time.Hour {
		t.Errorf("after catching up the forecast stands on %s", w.ForecastFrom)
	}
}

func TestPointsOfACalendarWindowBeginAnewWithThePeriod(t *testing.T) {
	fake := newScript("charge")
	fake.rate = func(f, c string, at time.Time) (float64, bool) { // one of 2,500 fails, from December on one of 1,250
		if c == "500" {
			if at.After(december) {
				return 2, true
			}
			return 1, true
		}
		return 2_500, true
	}
	s := monthly(t)
	now := december.Add(12 * time.Hour)
	e := caughtUp(t, fake, s, now)
	points := e.Points(s, december.Add(-3*time.Hour), now, time.Hour)
	for _, p := range points {
		a := e.Assess(s, p.Time)
		want, ok := a.Budget().RemainingRatio()
		if p.Remaining == nil || !ok || *p.Remaining != want {
			t.Errorf("%s: %v remains, the assessment of then says %v", p.Time, p.Remaining, want)
		}
	}
	at := slices.IndexFunc(points, func(p slo.Point) bool { return p.Time.Equal(december) })
	if last, first := *points[at].Remaining, *points[at+1].Remaining; math.Abs(last-0.6) > 0.01 || first < 0.99 {
		t.Errorf("November ends with %v, December begins with %v", last, first)
	}
}

// Whoever asks for a series up to the year 9999 gets what there is: the hours of a
// future in which nothing was counted are not gone through.
func TestPointsOfAFarFutureCostNothing(t *testing.T) {
	now := december.Add(3 * 24 * time.Hour)
	s := monthly(t)
	e := caughtUp(t, newScript("charge"), s, now)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	points := e.Points(s, now.Add(-24*time.Hour), now.AddDate(290, 0, 0), 50*365*24*time.Hour)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; len(points) != 5 || grown > 16<<20 {
		t.Errorf("%d points took %d MiB", len(points), grown>>20)
	}
}
