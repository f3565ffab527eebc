package web_test

import (
	"context"
	"math"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Detail counts ten calls a second, of which one in a hundred is bad: three in four
// with code 503. A latency has three buckets. Nothing is known of the first step.
func (f *fleet) Detail(_ context.Context, s slo.SLO, from, to time.Time, step time.Duration) ([]slo.DetailStep, error) {
	f.details++
	var out []slo.DetailStep
	for at := from; at.Before(to); at = at.Add(step) {
		end := at.Add(step)
		if end.After(to) {
			end = to
		}
		d := slo.DetailStep{From: at, Time: end}
		if len(out) > 0 {
			d.Coverage, d.Total = 1, int64(end.Sub(at)/time.Second)*10
			d.Bad = d.Total / 100
			if s.SLI.Latency != nil {
				d.Buckets = []slo.Bucket{
					{LowerBound: math.Inf(-1), UpperBound: 0.1, Count: d.Total - 2*d.Bad},
					{LowerBound: 0.1, UpperBound: 1, Count: d.Bad},
					{LowerBound: 1, UpperBound: math.Inf(1), Count: d.Bad},
				}
			} else {
				d.Classes = []slo.ClassCount{{Labels: map[string]string{"code": "503"}, Bad: d.Bad * 3 / 4}, {Labels: map[string]string{"code": "500"}, Bad: d.Bad - d.Bad*3/4}}
			}
		}
		if f.detailed != nil && d.Known() {
			f.detailed(&d)
		}
		out = append(out, d)
	}
	return out, f.err
}
