package prom

import (
	"errors"
	"time"

	"github.com/prometheus/common/model"
)

var (
	errNotAsked = errors.New("the answer is about instants that were not asked about, or twice about the same")
	errTwice    = errors.New("the answer has a series twice")
)

// check refuses an answer that is not about the steps of the range, each once and
// in order, or that has a series twice. Query frontends, such as that of Thanos by
// default, move a range back to whole steps since 1970; ranges of slots are there
// already.
func (r Range) check(answer model.Matrix) error {
	err := r.checkSteps(answer)
	if r.Step >= time.Millisecond && errors.Is(err, errNotAsked) {
		return r.aligned().checkSteps(answer)
	}
	return err
}

// aligned is the range moved back to whole steps.
func (r Range) aligned() Range {
	back := func(t time.Time) time.Time {
		return time.UnixMilli(t.UnixMilli() - t.UnixMilli()%r.Step.Milliseconds())
	}
	return Range{Start: back(r.Start), End: back(r.End), Step: r.Step}
}

func (r Range) checkSteps(answer model.Matrix) error {
	seen := make(map[model.Fingerprint]model.Metric, len(answer))
	for _, series := range answer {
		id := series.Metric.Fingerprint()
		if other, ok := seen[id]; ok && other.Equal(series.Metric) {
			return errTwice
		}
		seen[id] = series.Metric
		values := r.inOrder(len(series.Values), func(i int) model.Time { return series.Values[i].Timestamp })
		histograms := r.inOrder(len(series.Histograms), func(i int) model.Time { return series.Histograms[i].Timestamp })
		if !values || !histograms {
			return errNotAsked
		}
	}
	return nil
}

// inOrder reports whether instants are steps of the range, each later than the one
// before.
func (r Range) inOrder(n int, at func(i int) model.Time) bool {
	start, end := model.TimeFromUnixNano(r.Start.UnixNano()), model.TimeFromUnixNano(r.End.UnixNano())
	step := int64(r.Step / time.Millisecond)
	for i := range n {
		t := at(i)
		if t < start || t > end || i > 0 && t <= at(i-1) || step > 0 && int64(t-start)%step != 0 {
			return false
		}
	}
	return true
}
