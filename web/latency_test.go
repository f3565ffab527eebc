package web_test

import (
	"math"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// timed makes the second objective of charge-card one about a latency: of ten calls six
// took up to 100 ms, three up to 300 ms and one up to a second.
func timed() (*fleet, slo.ID) {
	f := newFleet()
	for i := range f.slos {
		if s := &f.slos[i]; s.ID.Name == "latency" {
			s.SLI = slo.SLI{Latency: &slo.Latency{Threshold: time.Second, Unit: time.Second}}
			f.buckets = map[slo.ID][]slo.Bucket{s.ID: {{LowerBound: math.Inf(-1), UpperBound: 0.1, Count: 6}, {LowerBound: 0.1, UpperBound: 0.3, Count: 3}, {LowerBound: 0.3, UpperBound: 1, Count: 1}}}
			return f, s.ID
		}
	}
	panic("no latency")
}

// By hand: (6 × 0.05 + 3 × 0.2 + 1 × 0.65) / 10 s, and at least 0.06, at most 0.25 s.
func TestAverageResponseTimes(t *testing.T) {
	f, id := timed()
	server := f.server(t)
	shown := text(get(t, server, "/executive").Body.String())
	wants(t, shown, "Response times Function Average p99 charge-card 99% within 1 s about 155 ms 930 ms p50 83 ms", "8 of 9 functions have no promise about a latency: how fast they answer is not known.")
	wants(t, text(get(t, server, "/reports?period=30d").Body.String()), "about 155 ms, p99 930 ms")
	for _, o := range decode[api.Report](t, get(t, server, "/api/v1/report?period=30d")).Objectives {
		if o.ID != id.String() {
			if o.Latency != nil {
				t.Errorf("%s has a latency: %+v", o.ID, o.Latency)
			}
			continue
		}
		if l := o.Latency; l == nil || math.Abs(*l.Average-0.155) > 1e-9 || math.Abs(*l.AverageFrom-0.06) > 1e-9 || math.Abs(*l.AverageTo-0.25) > 1e-9 || l.Window != "30d" {
			t.Errorf("%+v", o.Latency)
		}
	}
}

// Where calls took longer than the highest bound nobody knows how long: they count as if
// they had taken no longer, which is said.
func TestAnAverageWithoutAnUpperBound(t *testing.T) {
	f, id := timed()
	f.buckets[id][2].UpperBound = math.Inf(1)
	server := f.server(t)
	wants(t, text(get(t, server, "/executive").Body.String()), "charge-card 99% within 1 s at least about 120 ms > 300 ms p50 83 ms")
	wants(t, text(get(t, server, "/reports?period=30d").Body.String()), "at least about 120 ms, p99 over 300 ms")
	for _, o := range decode[api.Report](t, get(t, server, "/api/v1/report?period=30d")).Objectives {
		if o.ID == id.String() && (o.Latency.AverageTo != nil || o.Latency.AverageFrom == nil || o.Latency.P99 != nil) {
			t.Errorf("%+v", o.Latency)
		}
	}
}

// The page of an SLO tells the average of the last hour with its bounds.
func TestTheAverageOfAnSLO(t *testing.T) {
	f, id := timed()
	a := f.assessments[id]
	a.Latency.Took = slo.TookOf(f.buckets[id])
	wants(t, text(get(t, f.server(t), "/slos/"+id.String()).Body.String()), "Average about 155 ms over 1h, between 60 ms and 250 ms")
}

// What has no counts by latency has no average.
func TestNoAverageIsGuessed(t *testing.T) {
	f := newFleet()
	shown := text(get(t, f.server(t), "/executive").Body.String())
	wants(t, shown, "Response times No promise about a latency has known calls. 9 of 9 functions have no promise about a latency")
}
