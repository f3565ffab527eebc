package web_test

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Sums are, in the month before noon, the counts of the SLO's window, and before that
// nothing unless a test says otherwise.
func (f *fleet) Sums(_ context.Context, slos []slo.SLO, from, to time.Time) ([]slo.WindowSum, error) {
	f.summed = append(f.summed, [2]time.Time{from, to})
	out := make([]slo.WindowSum, len(slos))
	for i, s := range slos {
		out[i] = slo.WindowSum{Length: to.Sub(from), From: from, To: to}
		if past := f.past[s.ID]; to.After(noon.Add(-time.Hour)) {
			window := f.assessments[s.ID].Window
			out[i].Counts, out[i].Coverage, out[i].Unread, out[i].Excluded = window.Counts, window.Coverage, window.Unread, window.Excluded
		} else if past != (slo.Counts{}) {
			out[i].Counts, out[i].Coverage = past, 1
		}
	}
	return out, f.err
}

// Buckets are, in the month before noon, those of a test, and nothing before.
func (f *fleet) Buckets(_ context.Context, slos []slo.SLO, _, to time.Time) ([][]slo.Bucket, error) {
	out := make([][]slo.Bucket, len(slos))
	for i, s := range slos {
		if to.After(noon.Add(-time.Hour)) {
			out[i] = f.buckets[s.ID]
		}
	}
	return out, f.err
}

func (f *fleet) Windows(_ context.Context, slos []slo.SLO, at time.Time) ([]slo.WindowSum, error) {
	out := make([]slo.WindowSum, len(slos))
	for i, s := range slos {
		out[i] = f.assessments[s.ID].Window
		out[i].To = at
	}
	return out, f.err
}
