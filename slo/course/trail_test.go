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

func point(total, bad int64) slo.Point {
	return slo.Point{Counts: slo.Counts{Total: total, Bad: bad}, Coverage: 1}
}

func points(all ...slo.Point) []slo.Point {
	for i := range all {
		all[i].Time = noon.Add(time.Duration(i+1) * 5 * time.Minute)
	}
	return all
}

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
	unread := slo.Point{}
	out := slo.Point{Excluded: slo.Exclusion{Time: 5 * time.Minute, Share: 1}}
	tests := map[string]struct {
		points []slo.Point
		window time.Duration
		want   []float64
	}{
		"of one step it is that of the step": {
			points(point(1000, 0), point(1000, 1), point(1000, 20)), 5 * time.Minute, []float64{0, 1, 20},
		},
		// 21 of 2,000 are 1.05 %, which is 10.5 times 0.1 %.
		"two steps are added up and not averaged": {
			points(point(1000, 0), point(1000, 1), point(1000, 20), point(9000, 0)), 10 * time.Minute, []float64{-1, 0.5, 10.5, 2},
		},
		"what has left the window is forgotten": {
			points(point(1000, 1000), point(1000, 0), point(1000, 0)), 10 * time.Minute, []float64{-1, 500, 0},
		},
		"without a call there is no rate": {
			points(point(0, 0), point(0, 0), point(10, 0)), 5 * time.Minute, []float64{-1, -1, 0},
		},
		"of a window of which less than half is known there is none": {
			points(unread, unread, point(1000, 1), point(1000, 1), point(1000, 1)), 15 * time.Minute, []float64{-1, -1, -1, 1, 1},
		},
		"half is enough": {
			points(unread, point(1000, 1)), 10 * time.Minute, []float64{-1, 1},
		},
		"excluded steps are no part of the window": {
			points(out, point(1000, 1), out, out), 10 * time.Minute, []float64{-1, 1, 1, -1},
		},
		"no window that steps do not divide": {
			points(point(1000, 1), point(1000, 1)), 7 * time.Minute, nil,
		},
		"no window under a step": {
			points(point(1000, 1)), time.Minute, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rates(course.Burn(test.points, 5*time.Minute, test.window, three))); diff != "" {
				t.Errorf("rates (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBurnIsTheSumOfItsWindow compares with sums that are made anew for each point.
func TestBurnIsTheSumOfItsWindow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var all []slo.Point
		for range 1 + r.IntN(60) {
			p := point(int64(r.IntN(1000)), 0)
			p.Bad = r.Int64N(p.Total + 1)
			if r.IntN(4) == 0 {
				p = slo.Point{}
			}
			all = append(all, p)
		}
		width := 1 + r.IntN(12)
		got := course.Burn(points(all...), 5*time.Minute, time.Duration(width)*5*time.Minute, three)
		for i := range all {
			var want *float64
			if i+1 >= width {
				var sum slo.Counts
				known := 0.0
				for _, p := range all[i+1-width : i+1] {
					sum, known = sum.Add(p.Counts), known+p.Coverage
				}
				if rate, ok := three.BurnRate(sum); ok && 2*known >= float64(width) {
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
	values := func(list ...float64) []*float64 {
		var out []*float64
		for _, v := range list {
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
