package promapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// ticks is a storage with a counter and a gauge per job, one sample every 15 s
// from an hour before epoch until an hour after it.
type ticks struct{ jobs []string }

func newTicks(jobs ...string) ticks { return ticks{jobs} }

func (s ticks) Querier(mint, maxt int64) (storage.Querier, error) {
	return ticksQuerier{Querier: storage.NoopQuerier(), jobs: s.jobs, mint: mint, maxt: maxt}, nil
}

type ticksQuerier struct {
	storage.Querier
	jobs       []string
	mint, maxt int64
}

func (q ticksQuerier) Select(_ context.Context, _ bool, hints *storage.SelectHints, ms ...*labels.Matcher) storage.SeriesSet {
	mint, maxt := max(q.mint, hints.Start), min(q.maxt, hints.End)
	var found []storage.Series
	for _, ls := range q.matching(ms) {
		found = append(found, storage.NewListSeries(ls, samples(mint, maxt)))
	}
	return &listSet{series: found}
}

// matching lists label sets in the order of labels.
func (q ticksQuerier) matching(ms []*labels.Matcher) (found []labels.Labels) {
	for _, name := range []string{"gauge_of_something", "ticks_total"} {
		for _, job := range q.jobs {
			if ls := labels.FromStrings("__name__", name, "job", job); matches(ls, ms) {
				found = append(found, ls)
			}
		}
	}
	return found
}

func (q ticksQuerier) LabelValues(_ context.Context, name string, _ *storage.LabelHints, ms ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	var values []string
	for _, ls := range q.matching(ms) {
		if v := ls.Get(name); v != "" {
			values = append(values, v)
		}
	}
	return values, nil, nil
}

func (q ticksQuerier) LabelNames(_ context.Context, _ *storage.LabelHints, _ ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return []string{"job", "__name__"}, nil, nil
}

func matches(ls labels.Labels, ms []*labels.Matcher) bool {
	for _, m := range ms {
		if !m.Matches(ls.Get(m.Name)) {
			return false
		}
	}
	return true
}

func samples(mint, maxt int64) (list []chunks.Sample) {
	for i := range int64(481) {
		at := epoch.Add(-time.Hour + time.Duration(i)*15*time.Second).UnixMilli()
		if mint <= at && at <= maxt {
			list = append(list, sample{at, float64(i)})
		}
	}
	return list
}

type sample struct {
	t int64
	f float64
}

func (s sample) T() int64                      { return s.t }
func (s sample) ST() int64                     { return 0 }
func (s sample) F() float64                    { return s.f }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample           { return s }

type listSet struct {
	series []storage.Series
	at     storage.Series
}

func (s *listSet) Next() bool {
	if len(s.series) == 0 {
		return false
	}
	s.at, s.series = s.series[0], s.series[1:]
	return true
}

func (s *listSet) At() storage.Series                { return s.at }
func (s *listSet) Err() error                        { return nil }
func (s *listSet) Warnings() annotations.Annotations { return nil }

type brokenStorage struct{}

func (brokenStorage) Querier(_, _ int64) (storage.Querier, error) {
	return nil, errors.New("disk on fire")
}

func ask(t *testing.T, handler http.Handler, target string) (int, string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
	return recorder.Code, recorder.Body.String()
}
