package plan_test

import (
	"math"
	"testing"

	"github.com/slofuse/slofuse/evaluator/plan"
)

func TestJudge(t *testing.T) {
	const end, width = 100_000, 30
	at := plan.TargetSlot{Target: plan.Target{Job: "shop", Instance: "a:80"}, End: end}
	birth := plan.Birth{Labels: map[string]string{"__name__": "calls_total", "job": "shop", "instance": "a:80", "code": "500"}, End: end, Value: 1_000}
	slot := func(v float64) map[plan.TargetSlot]float64 { return map[plan.TargetSlot]float64{at: v} }
	series := func(v float64) map[string]float64 { return map[string]float64{birth.SeriesSlot(): v} }
	marked := map[string]bool{birth.SeriesSlot(): true}
	const old = end - 3*3600
	for _, tc := range []struct {
		what     string
		evidence plan.Evidence
		takeBack float64
	}{
		{"nothing is known and the function was never this busy: a baseline", plan.Evidence{}, 1_000},
		{"nothing is known and the function has slots as busy: all of it happened", plan.Evidence{Busiest: 1_000}, 0},
		{"nothing is known and it is one event too many", plan.Evidence{Busiest: 999}, 1_000},
		{"the process started in the slot: all of it happened", plan.Evidence{Started: slot(end - 10)}, 0},
		{"the process started two minutes before the slot, its first scrape is late", plan.Evidence{Started: slot(end - width - 119)}, 0},
		{"the process started earlier than that", plan.Evidence{Started: slot(end - width - 120)}, 1_000},
		{"the process started a minute from now, its clock is a little ahead", plan.Evidence{Started: slot(end + 60)}, 0},
		{"the process starts tomorrow, says a wrong clock: of unknown age", plan.Evidence{Started: slot(end + 24*3600)}, 1_000},
		{"the process starts tomorrow, and few events: of unknown age", plan.Evidence{Started: slot(end + 24*3600), Busiest: 1_000}, 0},
		{"the start of the process is no number: of unknown age", plan.Evidence{Started: slot(math.NaN()), Busiest: 1_000}, 0},
		{"an old process, and few events: a baseline all the same", plan.Evidence{Started: slot(old), Busiest: 5_000}, 1_000},
		{"an old process whose other series go on: a first event", plan.Evidence{Started: slot(old), Continuing: slot(end - 5), Born: slot(end - 5)}, 0},
		{"a process of unknown age whose other series go on: a first event", plan.Evidence{Continuing: slot(end - 5), Born: slot(end - 5)}, 0},
		{"the other series ended where the new ones begin: a relabel", plan.Evidence{Started: slot(old), Continuing: slot(end - 25), Born: slot(end - 5)}, 1_000},
		{"another target goes on", plan.Evidence{Continuing: map[plan.TargetSlot]float64{{Target: plan.Target{Job: "shop", Instance: "b:80"}, End: end}: end}}, 1_000},
		{"the target went on in another slot", plan.Evidence{Continuing: map[plan.TargetSlot]float64{{Target: at.Target, End: end - width}: end}}, 1_000},
		{"it comes back after a long gap: what it had is no news", plan.Evidence{Started: slot(old), Previous: series(900)}, 900},
		{"it comes back as it left", plan.Evidence{Started: slot(old), Previous: series(1_000)}, 1_000},
		{"it comes back lower: it was reset in the dark", plan.Evidence{Started: slot(old), Previous: series(1_001)}, 0},
		{"it comes back in a young process", plan.Evidence{Started: slot(end - 10), Previous: series(900)}, 0},
		{"it was there before its process: the life of the process is news", plan.Evidence{Started: slot(old), Outlived: marked}, 0},
		{"nobody watched while the process lived", plan.Evidence{Started: slot(old), Unwatched: marked}, 0},
		{"a return and a sibling: the return knows more", plan.Evidence{Previous: series(900), Continuing: slot(end - 5), Born: slot(end - 5)}, 900},
	} {
		t.Run(tc.what, func(t *testing.T) {
			if got := tc.evidence.Judge(birth, width); got != tc.takeBack {
				t.Errorf("%v of 1,000 is taken back, want %v", got, tc.takeBack)
			}
		})
	}
}

func TestYoung_needs_a_known_start(t *testing.T) {
	b := plan.Birth{Labels: map[string]string{"job": "shop", "instance": "a:80"}, End: 1_000}
	if (plan.Evidence{}).Young(b, 30) {
		t.Error("a process of unknown age is young")
	}
	e := plan.Evidence{Started: map[plan.TargetSlot]float64{{Target: plan.TargetOf(b.Labels), End: 1_000}: 995}}
	if !e.Young(b, 30) {
		t.Error("a process that started 5 seconds ago is not young")
	}
	b.End = 1_030
	if e.Young(b, 30) {
		t.Error("what is known of one slot is used for another")
	}
}

func TestSeriesSlot_tells_series_and_slots_apart(t *testing.T) {
	a := plan.Birth{Labels: map[string]string{"code": "500", "job": "shop"}, End: 60}
	same := plan.Birth{Labels: map[string]string{"job": "shop", "code": "500"}, End: 60, Value: 7}
	if a.SeriesSlot() != same.SeriesSlot() {
		t.Error("one series in one slot has two names")
	}
	for _, other := range []plan.Birth{{Labels: a.Labels, End: 90}, {Labels: map[string]string{"code": "501", "job": "shop"}, End: 60}, {End: 60}} {
		if a.SeriesSlot() == other.SeriesSlot() {
			t.Errorf("%v has the name of %v", other, a)
		}
	}
}
