package slo_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// steps is a history with 1,000 calls a step and so many bad ones.
func steps(bad ...int64) (out []slo.Point) {
	for _, n := range bad {
		out = append(out, slo.Point{Counts: slo.Counts{Total: 1000, Bad: n}, Coverage: 1})
	}
	return out
}

func TestOnset(t *testing.T) {
	three := slo.MustObjective("99.9%") // of 1,000 calls one may be bad
	for name, tt := range map[string]struct {
		history []slo.Point
		rate    float64
		want    int
		known   bool
	}{
		"it fails all at once":                       {steps(0, 0, 0, 50, 60), 7.2, 3, true},
		"a few errors before are no beginning":       {steps(1, 0, 2, 0, 50, 60), 7.2, 4, true},
		"nor are more, if it was quiet after":        {steps(9, 0, 0, 0, 0, 50, 60), 7.2, 5, true},
		"but those just before are":                  {steps(0, 0, 9, 8, 50, 60), 7.2, 2, true},
		"a rise is seen from its beginning":          {steps(0, 0, 2, 4, 8, 16), 1, 2, true},
		"a pause does not end what goes on":          {steps(0, 50, 0, 0, 50), 7.2, 1, true},
		"a single bad call of few":                   {[]slo.Point{{Counts: slo.Counts{Total: 3}}, {Counts: slo.Counts{Total: 3, Bad: 1}}, {}}, 7.2, 1, true},
		"it always failed: from as far as is looked": {steps(50, 50, 50), 7.2, 0, true},
		"all is as promised":                         {steps(1, 1, 0), 1, 0, false},
		"nothing failed":                             {steps(0, 0, 0), 1, 0, false},
		"there is nothing":                           {nil, 1, 0, false},
	} {
		if got, known := slo.Onset(tt.history, three, tt.rate); got != tt.want || known != tt.known {
			t.Errorf("%s: %d %v, want %d %v", name, got, known, tt.want, tt.known)
		}
	}
}

func TestCessation(t *testing.T) {
	three := slo.MustObjective("99.9%") // of 1,000 calls one may be bad
	for name, tt := range map[string]struct {
		history []slo.Point
		want    int
		known   bool
	}{
		"it ends all at once":                     {steps(50, 60, 0, 0), 1, true},
		"it goes on":                              {steps(50, 60, 70), 2, true},
		"errors that may be are no part of it":    {steps(50, 60, 0, 1, 0, 1), 1, true},
		"nor are some more, if it was quiet":      {steps(50, 0, 0, 0, 0, 3), 0, true},
		"many more are":                           {steps(50, 0, 0, 0, 0, 30), 5, true},
		"it ebbs away: until it is as promised":   {steps(50, 20, 8, 2, 1, 0), 3, true},
		"nobody calls any more":                   {[]slo.Point{{Counts: slo.Counts{Total: 3, Bad: 1}}, {}, {}}, 0, true},
		"a few good calls before the first error": {steps(0, 50, 50, 0), 2, true},
		"nothing failed":                          {steps(0, 1, 0), 0, false},
		"there is nothing":                        {nil, 0, false},
	} {
		if got, known := slo.Cessation(tt.history, three); got != tt.want || known != tt.known {
			t.Errorf("%s: %d %v, want %d %v", name, got, known, tt.want, tt.known)
		}
	}
}

func TestCessation_is_the_mirror_of_Onset(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	objective := slo.MustObjective("99%")
	for range 2000 {
		var history []slo.Point
		for range 1 + random.IntN(60) {
			total := random.Int64N(400)
			history = append(history, slo.Point{Counts: slo.Counts{Total: total, Bad: int64(float64(total) * math.Pow(random.Float64(), 6))}})
		}
		last, known := slo.Cessation(history, objective)
		slices.Reverse(history)
		first, same := slo.Onset(history, objective, 1)
		if known != same || known && last != len(history)-1-first {
			t.Fatalf("the last step is %d %v, and the first of the mirror %d %v of %d", last, known, first, same, len(history))
		}
	}
}

func TestOnset_holds_bad_events_and_moves_with_what_is_before(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	objective := slo.MustObjective("99%")
	for range 2000 {
		var history []slo.Point
		for range 1 + random.IntN(60) {
			total := random.Int64N(400)
			history = append(history, slo.Point{Counts: slo.Counts{Total: total, Bad: int64(float64(total) * math.Pow(random.Float64(), 6))}})
		}
		rate := 1 + 10*random.Float64()
		step, known := slo.Onset(history, objective, rate)
		if !known {
			continue
		}
		if history[step].Bad == 0 {
			t.Fatalf("step %d has no bad events: %+v", step, history)
		}
		quiet := append([]slo.Point{{Counts: slo.Counts{Total: 100}}, {}}, history...)
		if again, _ := slo.Onset(quiet, objective, rate); again != step+2 {
			t.Fatalf("with two good steps before: %d, want %d", again, step+2)
		}
	}
}

func TestOnsetRate(t *testing.T) {
	for tier, want := range map[float64]float64{14.4: 7.2, 6: 3, 1: 1, 0: 1} {
		if got := slo.OnsetRate(tier); got != want {
			t.Errorf("of %v: %v, want %v", tier, got, want)
		}
	}
}

func TestImpactOf(t *testing.T) {
	from := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	month := 30 * 24 * time.Hour
	// 99.9% of 1,000,000 calls: 1,000 may be bad, which is 43 m 12 s of 30 days.
	end := slo.Assessment{Objective: slo.MustObjective("99.9%"), Window: slo.WindowSum{Length: month, From: from.Add(-month), To: from, Counts: slo.Counts{Total: 1_000_000, Bad: 600}, Coverage: 1}}
	step := slo.Point{Time: from.Add(time.Hour), Counts: slo.Counts{Total: 5000, Bad: 250}, Scale: slo.Scale{Unit: 1}, Coverage: 1}
	base := slo.Impact{From: from, To: step.Time, Total: 5000, Bad: 250, Noun: "calls", Share: new(0.05)}
	known := func(spent float64, lost time.Duration, reason string) slo.Impact {
		out := base
		out.Spent, out.Lost, out.Reason = &spent, &lost, reason
		return out
	}
	unknown := func(reason string) slo.Impact {
		out := base
		out.Reason = reason
		return out
	}
	for name, tt := range map[string]struct {
		change func(*slo.Point, *slo.Assessment)
		want   slo.Impact
	}{
		"a quarter of the budget": {func(*slo.Point, *slo.Assessment) {}, known(0.25, 10*time.Minute+48*time.Second, "")},
		"partly known":            {func(p *slo.Point, _ *slo.Assessment) { p.Coverage = 0.9 }, known(0.25, 10*time.Minute+48*time.Second, "90% of the time is known")},
		"hardly known":            {func(p *slo.Point, _ *slo.Assessment) { p.Coverage = 0.4 }, unknown("only 40% of the time is known")},
		"a window hardly known":   {func(_ *slo.Point, a *slo.Assessment) { a.Window.Coverage = 0.4 }, unknown("too little of the last 30d is known")},
		"a window without calls":  {func(_ *slo.Point, a *slo.Assessment) { a.Window.Counts = slo.Counts{} }, unknown("the window has no events, and so no budget")},
	} {
		p, a := step, end
		tt.change(&p, &a)
		if diff := cmp.Diff(tt.want, slo.ImpactOf(p, from, a)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestImpactOf_time_without_events(t *testing.T) {
	got := slo.ImpactOf(slo.Point{Coverage: 1}, time.Time{}, slo.Assessment{})
	if got.Share != nil || got.Spent != nil || got.Lost != nil || got.Reason == "" {
		t.Errorf("%+v", got)
	}
}
