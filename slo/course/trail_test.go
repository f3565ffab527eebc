package course_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
)

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	three = slo.MustObjective("99.9%")
)

// known is all that was counted in five minutes.
func known(total, bad int64) slo.WindowSum {
	return slo.WindowSum{Length: 5 * time.Minute, Counts: slo.Counts{Total: total, Bad: bad}, Coverage: 1}
}

func list(all ...slo.WindowSum) []slo.WindowSum { return all }

// rates writes what is unknown as −1.
func rates(values []*float64) []float64 {
	var out []float64
	for _, v := range values {
		if v == nil {
			out = append(out, -1)
		} else {
			out = append(out, math.Round(*v*1000)/1000)
		}
	}
	return out
}

func TestBurnTrailsBehind(t *testing.T) {
	unread := slo.WindowSum{Length: 5 * time.Minute}
	out := slo.WindowSum{Length: 5 * time.Minute, Excluded: slo.Exclusion{Time: 5 * time.Minute, Share: 1}}
	tests := map[string]struct {
		sums   []slo.WindowSum
		window time.Duration
		want   []float64
	}{
		"of one step it is that of the step": {
			list(known(1000, 0), known(1000, 1), known(1000, 20)), 5 * time.Minute, []float64{0, 1, 20},
		},
		// 21 of 2,000 are 1.05 %, which is 10.5 times 0.1 %.
		"two steps are added up and not averaged": {
			list(known(1000, 0), known(1000, 1), known(1000, 20), known(9000, 0)), 10 * time.Minute, []float64{-1, 0.5, 10.5, 2},
		},
		"what has left the window is forgotten": {
			list(known(1000, 1000), known(1000, 0), known(1000, 0)), 10 * time.Minute, []float64{-1, 500, 0},
		},
		"without a call there is no rate": {
			list(known(0, 0), known(0, 0), known(10, 0)), 5 * time.Minute, []float64{-1, -1, 0},
		},
		"of a window of which less than half is known there is none": {
			list(unread, unread, known(1000, 1), known(1000, 1), known(1000, 1)), 15 * time.Minute, []float64{-1, -1, -1, 1, 1},
		},
		"half is enough": {
			list(unread, known(1000, 1)), 10 * time.Minute, []float64{-1, 1},
		},
		"excluded steps are no part of the window": {
			list(out, known(1000, 1), out, out), 10 * time.Minute, []float64{-1, 1, 1, -1},
		},
		// The ledger keeps the older past by the hour: one sum has all of it.
		"a wide cell is known as a whole": {
			list(unread, unread, slo.WindowSum{Length: 15 * time.Minute, Counts: slo.Counts{Total: 3000, Bad: 6}, Coverage: 1}, unread, unread), 15 * time.Minute,
			[]float64{-1, -1, 2, 2, 2},
		},
		"no window that steps do not divide": {
			list(known(1000, 1), known(1000, 1)), 7 * time.Minute, nil,
		},
		"no window under a step": {
			list(known(1000, 1)), time.Minute, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rates(course.Burn(test.sums, 5*time.Minute, test.window, three))); diff != "" {
				t.Errorf("rates (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBurnIsTheSumOfItsWindow compares with sums that are made anew for each point.
func TestBurnIsTheSumOfItsWindow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var all []slo.WindowSum
		for range 1 + r.IntN(60) {
			p := known(int64(r.IntN(1000)), 0)
			p.Bad = r.Int64N(p.Total + 1)
			if r.IntN(4) == 0 {
				p = slo.WindowSum{Length: 5 * time.Minute}
			}
			all = append(all, p)
		}
		width := 1 + r.IntN(12)
		got := course.Burn(list(all...), 5*time.Minute, time.Duration(width)*5*time.Minute, three)
		for i := range all {
			var want *float64
			if i+1 >= width {
				var sum slo.Counts
				answered := 0.0
				for _, p := range all[i+1-width : i+1] {
					sum, answered = sum.Add(p.Counts), answered+p.Coverage
				}
				if rate, ok := three.BurnRate(sum); ok && 2*answered >= float64(width) {
					want = &rate
				}
			}
			if diff := cmp.Diff(want, got[i]); diff != "" {
				t.Fatalf("point %d of %d, window of %d (-want +got):\n%s", i, len(all), width, diff)
			}
		}
	}
}

func TestAPeakSurvivesInItsColumn(t *testing.T) {
	values := func(all ...float64) []*float64 {
		var out []*float64
		for _, v := range all {
			if v < 0 {
				out = append(out, nil)
			} else {
				out = append(out, &v)
			}
		}
		return out
	}
	tests := map[string]struct {
		values    []*float64
		width     int
		low, high []float64
	}{
		"one value a column":                {values(3, 1, 2), 1, []float64{3, 1, 2}, []float64{3, 1, 2}},
		"a peak between":                    {values(1, 90, 2, 3, 0, 1), 3, []float64{1, 0}, []float64{90, 3}},
		"the first column may be short":     {values(7, 1, 2, 3), 3, []float64{7, 1}, []float64{7, 3}},
		"what is unknown is passed over":    {values(-1, 5, -1, 2), 2, []float64{5, 2}, []float64{5, 2}},
		"a column of nothing stays unknown": {values(-1, -1, 4, 2), 2, []float64{-1, 2}, []float64{-1, 4}},
		"nothing":                           {nil, 4, nil, nil},
		"no width is one":                   {values(1, 2), 0, []float64{1, 2}, []float64{1, 2}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			band := course.Columns(test.values, test.width)
			if diff := cmp.Diff(test.low, rates(band.Low)); diff != "" {
				t.Errorf("low (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.high, rates(band.High)); diff != "" {
				t.Errorf("high (-want +got):\n%s", diff)
			}
		})
	}
}
