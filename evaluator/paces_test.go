package evaluator_test

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// exporter is a process that has one counter and is scraped at its own pace.
type exporter struct {
	metric string
	every  time.Duration
	phase  time.Duration
	value  func(s float64) float64 // seconds since the begin
	away   func(s float64) bool    // not scraped; nil: always
}

func (x exporter) record(into *promtest.Samples, function string, from, to time.Time) {
	series := labels.FromStrings("__name__", x.metric, "job", x.metric, "instance", function+"-"+x.metric, "function", function)
	for at := from.Add(x.phase); !at.After(to); at = at.Add(x.every) {
		if s := at.Sub(from).Seconds(); x.away == nil || !x.away(s) {
			into.Append(series, at, math.Floor(x.value(s)), at)
			into.Append(labels.FromStrings("__name__", "up", "job", x.metric, "instance", function+"-"+x.metric), at, 1, at)
		}
	}
}

// each is a counter of so many events a second, of an old process.
func each(second float64) func(float64) float64 {
	return func(s float64) float64 { return 1e6 + second*s }
}

// uneven is a counter that grows by leaps.
func uneven(s float64) float64 {
	sum := 1e6
	for i := range int(s / 10) {
		sum += float64(i * 37 % 100)
	}
	return sum
}

// Series of a ratio that are scraped by different processes are scraped at different
// times. Whatever their pace, nothing is lost and nothing is bad that was not.
func TestRatiosOfSeriesThatAreScrapedApart(t *testing.T) {
	const minute = time.Minute
	tenMinutes := func(s float64) bool { return s > 12_000 && s < 12_600 }
	for name, tc := range map[string]struct {
		total, part exporter
		good        bool
		bad         float64 // a second
		valid       bool
	}{
		"the total once a minute":                 {exporter{every: minute, value: each(4)}, exporter{every: minute / 4, phase: 3 * time.Second, value: each(1)}, false, 1, true},
		"both once a minute, half a minute apart": {exporter{every: minute, value: each(4)}, exporter{every: minute, phase: minute / 2, value: each(1)}, false, 1, true},
		"the bad ones once a minute":              {exporter{every: minute / 4, value: each(4)}, exporter{every: minute, value: each(1)}, false, 1, true},
		"everything fails, in leaps":              {exporter{every: minute / 4, value: uneven}, exporter{every: minute / 4, phase: 8 * time.Second, value: uneven}, false, 4.95, true},
		"the good ones at the same pace":          {exporter{every: minute / 4, value: each(4)}, exporter{every: minute / 4, phase: 8 * time.Second, value: each(3)}, true, 1, true},
		"the good ones faster":                    {exporter{every: minute, value: each(4)}, exporter{every: minute / 4, phase: 3 * time.Second, value: each(3)}, true, 0, false},
		"the total away for ten minutes":          {exporter{every: minute / 4, value: each(4), away: tenMinutes}, exporter{every: minute / 4, value: each(3)}, true, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			samples, from := &promtest.Samples{}, hour0.Add(-3*time.Hour)
			tc.total.metric, tc.part.metric = "calls_total", "some_total"
			tc.total.record(samples, "charge", from, hour0.Add(time.Hour))
			tc.part.record(samples, "charge", from, hour0.Add(time.Hour))
			s := objective("charge")
			which := []slo.Selector{{Metric: "some_total", Matchers: s.SLI.Ratio.Total[0].Matchers}}
			s.SLI = slo.SLI{Ratio: &slo.Ratio{Total: s.SLI.Ratio.Total, Bad: which}}
			if tc.good {
				s.SLI.Ratio.Good, s.SLI.Ratio.Bad = which, nil
			}
			e, server := evaluatorOf(t, samples, hour0, s)
			catchUp(t, e, hour0)
			for now := hour0; !now.After(hour0.Add(40 * time.Minute)); now = now.Add(30 * time.Second) {
				server.Set(now)
				if err := e.Tick(t.Context(), now); err != nil {
					t.Fatal(err)
				}
				a := e.Assess(s, now)
				sum := burnOf(t, a, time.Hour)
				if valid := a.State != slo.StateInvalid; valid != tc.valid && (tc.part.away == nil && tc.total.away == nil) {
					t.Fatalf("at %s: %s (%s)", clock(now), a.State, a.Reason)
				}
				if want := tc.bad * 3600 * sum.Coverage; math.Abs(float64(sum.Bad)-want) > 120*tc.bad {
					t.Fatalf("at %s: %+v, want %v bad", clock(now), sum, want)
				}
			}
		})
	}
}
