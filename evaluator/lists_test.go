package evaluator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// listed are counters of several metrics, each with its growth a second.
var listed = map[string]float64{"web_ok_total": 4, "app_ok_total": 2, "web_failed_total": 1, "app_failed_total": 0.2}

// listsSamples records them for three hours. The good ones are away from the
// given time on; they come from a process of their own.
func listsSamples(from, to, away time.Time) *promtest.Samples {
	samples := &promtest.Samples{}
	for at := from; !at.After(to); at = at.Add(15 * time.Second) {
		put := func(job, metric string, v float64) {
			samples.Append(labels.FromStrings("__name__", metric, "job", job, "instance", job), at, v, at)
		}
		put("good", "up", 1)
		put("bad", "up", 1)
		for metric, rate := range listed {
			job := map[bool]string{true: "good", false: "bad"}[strings.Contains(metric, "ok")]
			if job == "bad" || at.Before(away) {
				put(job, metric, 1e6+rate*at.Sub(from).Seconds())
			}
		}
	}
	return samples
}

func metrics(names ...string) (out []slo.Selector) {
	for _, name := range names {
		out = append(out, slo.Selector{Metric: name})
	}
	return out
}

func evaluatorOf(t *testing.T, samples *promtest.Samples, now time.Time, slos ...slo.SLO) (*evaluator.Evaluator, *promtest.Server) {
	t.Helper()
	server := promtest.Serve(t, samples, now)
	e, _ := setUp(t, clientOf(t, server), slo.Set{SLOs: slos}, nil)
	return e, server
}

// Two of total, good and bad give the third, each a sum over several metrics. In
// an hour there are 14,400 and 7,200 good and 3,600 and 720 bad calls.
func TestRatiosOfListsAddUpInEveryForm(t *testing.T) {
	t.Parallel()
	good, bad := metrics("web_ok_total", "app_ok_total"), metrics("web_failed_total", "app_failed_total")
	all := append(append([]slo.Selector{}, good...), bad...)
	from, now := hour0, hour0.Add(3*time.Hour)
	var slos []slo.SLO
	for name, ratio := range map[string]slo.Ratio{
		"total and bad": {Total: all, Bad: bad}, "total and good": {Total: all, Good: good}, "good and bad": {Good: good, Bad: bad},
	} {
		s := objective(name)
		s.SLI = slo.SLI{Ratio: &ratio}
		slos = append(slos, s)
	}
	e, _ := evaluatorOf(t, listsSamples(from, now, now.Add(time.Hour)), now, slos...)
	catchUp(t, e, now)
	for _, s := range slos {
		if got := burnOf(t, e.Assess(s, now), time.Hour).Counts; got != (slo.Counts{Total: 25_920, Bad: 4_320}) {
			t.Errorf("%s: %+v", s.ID.Function, got)
		}
	}
}

// When the process that counts the good calls is gone, ten minutes are not known
// instead of all bad; from then on it is believed that nothing is good.
func TestGoodEventsThatGoMissingAreNotBadAtOnce(t *testing.T) {
	t.Parallel()
	s := objective("good and bad")
	s.SLI = slo.SLI{Ratio: &slo.Ratio{Good: metrics("web_ok_total"), Bad: metrics("web_failed_total")}}
	from, away, now := hour0, hour0.Add(2*time.Hour), hour0.Add(150*time.Minute)
	e, server := evaluatorOf(t, listsSamples(from, now, away), away, s)
	catchUp(t, e, away)
	for at := away.Add(30 * time.Second); !at.After(now); at = at.Add(30 * time.Second) {
		server.Set(at)
		if err := e.Tick(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		a := e.Assess(s, at)
		bad := burnOf(t, a, 5*time.Minute)
		switch after := at.Sub(away); {
		case after > 2*time.Minute && after < 9*time.Minute:
			if a.State != slo.StateInvalid || !strings.Contains(a.Reason, "which had some a short while ago") || 2*bad.Bad > bad.Total {
				t.Errorf("%s: %s (%s), %+v", after, a.State, a.Reason, bad.Counts)
			}
		case after > 25*time.Minute:
			if a.State == slo.StateInvalid || bad.Bad != bad.Total || bad.Total != 300 {
				t.Errorf("%s: %s (%s), %+v", after, a.State, a.Reason, bad.Counts)
			}
		}
	}
}
