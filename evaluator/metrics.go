package evaluator

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/slofuse/slofuse/slo"
)

type metrics struct {
	objectives  prometheus.Gauge
	lastSlot    prometheus.Gauge
	failures    prometheus.Counter
	states      *prometheus.GaugeVec
	pagesDone   *prometheus.GaugeVec
	pagesWanted *prometheus.GaugeVec
	up          *prometheus.GaugeVec
	members     *prometheus.GaugeVec
	crowded     *prometheus.GaugeVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	factory := promauto.With(reg)
	gauge := func(name, help string) prometheus.Gauge {
		return factory.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	gauges := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return factory.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	}
	return &metrics{
		objectives: gauge("slofuse_objectives", "Objectives that are evaluated."),
		lastSlot:   gauge("slofuse_last_slot_timestamp_seconds", "End of the slot that was assessed last."),
		failures: factory.NewCounter(prometheus.CounterOpts{
			Name: "slofuse_rounds_failed_total", Help: "Rounds whose result could not be booked or handed on.",
		}),
		states:      gauges("slofuse_objectives_by_state", "Objectives by data state.", "state"),
		up:          gauges("slofuse_backend_up", "Whether a backend answered last: 0 is asked one small question a round until it answers.", "backend"),
		pagesDone:   gauges("slofuse_catchup_pages_done", "Pages of history read by the catching up that runs or ran last.", "backend"),
		pagesWanted: gauges("slofuse_catchup_pages", "Pages of history the catching up that runs or ran last had to read.", "backend"),
		members:     gauges("slofuse_family_members", "Members that were found of a match or split_by.", "service", "family"),
		crowded:     gauges("slofuse_family_refused", "Values of a match or split_by that are no members, and objectives and signals of its members that are not in force, because there are too many.", "service", "family"),
	}
}

func (m *metrics) progress(p Progress) {
	m.pagesDone.WithLabelValues(p.Backend).Set(float64(p.Done))
	m.pagesWanted.WithLabelValues(p.Backend).Set(float64(p.Total))
}

// families adds up the members of families of one name: those that every function
// of a match brings are one.
func (m *metrics) families(all []FamilyHealth) {
	m.members.Reset()
	m.crowded.Reset()
	for _, f := range all {
		m.members.WithLabelValues(f.Family.Service, f.Family.Name).Add(float64(f.Members))
		m.crowded.WithLabelValues(f.Family.Service, f.Family.Name).Add(float64(f.Refused.Count + f.Beyond.Count))
	}
}

func (m *metrics) round(end time.Time, assessments []slo.Assessment) {
	m.lastSlot.Set(float64(end.Unix()))
	counts := map[slo.DataState]int{
		slo.StateOK: 0, slo.StateIdle: 0, slo.StateNew: 0, slo.StateNoData: 0,
		slo.StateSourceDown: 0, slo.StateStale: 0, slo.StateInvalid: 0,
	}
	for _, a := range assessments {
		counts[a.State]++
	}
	for state, n := range counts {
		m.states.WithLabelValues(string(state)).Set(float64(n))
	}
}
