package promapi_test

import (
	"context"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"

	"github.com/slofuse/slofuse/examples/fleet/promapi"
)

// traced keeps one exemplar and remembers what it was asked for.
type traced struct {
	end  int64
	sets [][]*labels.Matcher
}

func (s *traced) ExemplarQuerier(context.Context) (storage.ExemplarQuerier, error) { return s, nil }

func (s *traced) Select(_, end int64, sets ...[]*labels.Matcher) ([]exemplar.QueryResult, error) {
	s.end, s.sets = end, sets
	return []exemplar.QueryResult{{
		SeriesLabels: labels.FromStrings("__name__", "ticks_total", "job", "a"),
		Exemplars:    []exemplar.Exemplar{{Labels: labels.FromStrings("trace_id", "4bf9"), Value: 1.5, Ts: epoch.UnixMilli() - 500}},
	}}, nil
}

// TestExemplarsAreThoseOfPrometheus reads them with its own client.
func TestExemplarsAreThoseOfPrometheus(t *testing.T) {
	s := &traced{}
	srv := server(t, func(c *promapi.Config) { c.Exemplars = s })
	got, err := client(t, srv.URL).QueryExemplars(t.Context(), `sum(rate(ticks_total{job="a"}[5m])) or up`, epoch.Add(-time.Hour), epoch.Add(time.Hour))
	if err != nil || len(got) != 1 || len(got[0].Exemplars) != 1 {
		t.Fatalf("%+v, error %v", got, err)
	}
	e := got[0].Exemplars[0]
	if got[0].SeriesLabels["job"] != "a" || e.Labels["trace_id"] != "4bf9" || e.Value != 1.5 || !e.Timestamp.Time().Equal(epoch.Add(-500*time.Millisecond)) {
		t.Errorf("%+v", got[0])
	}
	if len(s.sets) != 2 || s.end != epoch.UnixMilli() {
		t.Errorf("asked for %v until %d", s.sets, s.end)
	}
	if none, err := client(t, srv.URL).QueryExemplars(t.Context(), "1", epoch, epoch); err != nil || len(none) != 0 {
		t.Errorf("%v, error %v", none, err)
	}
}
