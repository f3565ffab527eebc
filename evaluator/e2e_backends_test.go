package evaluator_test

import (
	"slices"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/internal/testbin"
)

// The same worlds on every kind of server there is: the numbers must not depend
// on who answers.

func TestE2EExactOnPrometheus3(t *testing.T) {
	binary := testbin.Prometheus(t)
	exactOn(t, func(t *testing.T, s *promtest.Samples) string { return promtest.RunPrometheus(t, binary, s) })
}

// The other servers have no native histograms.
func TestE2EExactOnPrometheus3WithNativeHistograms(t *testing.T) {
	t.Parallel()
	w := toTheEvent(natives())
	url := promtest.RunPrometheus(t, testbin.Prometheus(t), w.Samples)
	liveOn(t, w, url)
	catchUpOn(t, w, url, w.End)
	catchUpOn(t, w, url, w.Rest)
}

func TestE2EExactOnPrometheus2(t *testing.T) {
	binary := testbin.PrometheusDebian(t)
	exactOn(t, func(t *testing.T, s *promtest.Samples) string { return promtest.RunPrometheus(t, binary, s) })
}

func TestE2EExactOnVictoriaMetrics(t *testing.T) {
	binary := testbin.VictoriaMetrics(t)
	exactOn(t, func(t *testing.T, s *promtest.Samples) string { return promtest.RunVictoriaMetrics(t, binary, s) })
}

// exactOn lives through the worlds on a server, catches up with them late, and
// compares every window with what the samples show.
func exactOn(t *testing.T, run func(*testing.T, *promtest.Samples) string) {
	t.Helper()
	t.Parallel()
	for _, w := range []promtest.World{toTheEvent(fleet()), toTheEvent(backendGaps())} {
		t.Run(w.Name, func(t *testing.T) {
			url := run(t, w.Samples)
			liveOn(t, w, url)
			catchUpOn(t, w, url, w.End)
			catchUpOn(t, w, url, w.Rest)
		})
	}
	t.Run("month", func(t *testing.T) {
		w := toTheEvent(month())
		catchUpOn(t, w, run(t, w.Samples), w.End)
	})
}

// toTheEvent allows no deviation, in crash loops either.
func toTheEvent(w promtest.World) promtest.World {
	w.Cases = slices.Clone(w.Cases)
	for i := range w.Cases {
		w.Cases[i].Tolerance = 0
	}
	return w
}

// eventful is how long something happens in the worlds.
const eventful = 210 * time.Minute

func liveOn(t *testing.T, w promtest.World, url string) {
	t.Helper()
	l := beginOn(t, w, 30*time.Second, promtest.Front(t, url, w.Start))
	l.allVisible = true
	l.catchUp(w.Live)
	l.compare()
	l.liveThrough(w.Live, w.Live.Add(eventful))
	l.sameAgain()
	l.report()
}

// catchUpOn is a slofuse that comes late.
func catchUpOn(t *testing.T, w promtest.World, url string, now time.Time) {
	t.Helper()
	l := beginOn(t, w, 30*time.Second, promtest.Front(t, url, w.Start))
	l.allVisible = true
	l.catchUp(now.Add(7 * time.Second))
	l.compare()
	l.report()
}

func TestE2EReplicasOnPrometheus3(t *testing.T) {
	t.Parallel()
	w := promtest.Silences(0, true)
	countReplicasOn(t, w, promtest.RunPrometheus(t, testbin.Prometheus(t), w.Samples))
}

func TestE2EReplicasOnPrometheus2(t *testing.T) {
	t.Parallel()
	w := promtest.Silences(0, false)
	countReplicasOn(t, w, promtest.RunPrometheus(t, testbin.PrometheusDebian(t), w.Samples))
}

func TestE2EReplicasOnVictoriaMetrics(t *testing.T) {
	t.Parallel()
	w := promtest.Silences(0, false)
	countReplicasOn(t, w, promtest.RunVictoriaMetrics(t, testbin.VictoriaMetrics(t), w.Samples))
}

// countReplicasOn catches up with servers that were silent now and then, in slots of
// the step and in narrower ones than scrapes.
func countReplicasOn(t *testing.T, w promtest.World, url string) {
	t.Helper()
	for _, step := range []time.Duration{30 * time.Second, 5 * time.Second} {
		l := beginOn(t, w, step, promtest.Front(t, url, w.Start))
		l.catchUp(w.End)
		l.compareTotals()
	}
}
