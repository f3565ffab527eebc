package evaluator_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/slo"
)

// spell is a span of time without samples, in minutes before hour0.
type spell struct{ from, to int }

func (s spell) holds(at time.Time) bool {
	before := hour0.Sub(at)
	return before < time.Duration(s.from)*time.Minute && before >= time.Duration(s.to)*time.Minute
}

// without lets the series of every function miss in some spells.
func without(spells ...spell) rate {
	return func(function, code string, at time.Time) (float64, bool) {
		for _, s := range spells {
			if s.holds(at) {
				return 0, false
			}
		}
		return steadily(function, code, at)
	}
}

func TestAssess_says_since_when_data_is_gone(t *testing.T) {
	day := 24 * 60
	never := func(string, string, time.Time) (float64, bool) { return 0, false }
	idle := func(_, _ string, at time.Time) (float64, bool) { return 0, true }
	absent := func(minutes int, backendHad, longest time.Duration) *slo.Absence {
		return &slo.Absence{Since: hour0.Add(-time.Duration(minutes) * time.Minute), For: backendHad, LongestGap: longest}
	}
	for _, c := range []struct {
		name   string
		rate   rate
		silent []spell // of the whole backend
		state  slo.DataState
		want   *slo.Absence
	}{
		{"there", without(), nil, slo.StateOK, nil},
		{"there and silent", idle, nil, slo.StateIdle, nil},
		{"never there", never, nil, slo.StateNoData, nil},
		{"gone for twelve minutes", without(spell{12, 0}), nil, slo.StateNoData, absent(12, 12*time.Minute, 0)},
		{"as often before", without(spell{12, 0}, spell{200, 180}, spell{100, 92}), nil, slo.StateNoData, absent(12, 12*time.Minute, 20*time.Minute)},
		{"while the backend had nothing at all", without(spell{40, 0}), []spell{{40, 12}}, slo.StateNoData, absent(40, 12*time.Minute, 0)},
		{"a gap of the backend is none of the data", without(spell{12, 0}), []spell{{300, 200}}, slo.StateNoData, absent(12, 12*time.Minute, 0)},
		{"a gap that both had in part", without(spell{12, 0}, spell{300, 200}), []spell{{300, 230}}, slo.StateNoData, absent(12, 12*time.Minute, 30*time.Minute)},
		{"a gap too long ago", without(spell{12, 0}, spell{15*day + 60, 15 * day}), nil, slo.StateNoData, absent(12, 12*time.Minute, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := newScript("charge")
			fake.rate = c.rate
			fake.silent = func(at time.Time) bool {
				for _, s := range c.silent {
					if s.holds(at) {
						return true
					}
				}
				return false
			}
			e := start(t, fake, func(c *evaluator.Config) { c.Horizon = 16 * 24 * time.Hour })
			catchUp(t, e, ready)
			a := e.Assess(e.SLOs()[0], hour0)
			if a.State != c.state {
				t.Errorf("%s (%s), want %s", a.State, a.Reason, c.state)
			}
			if diff := cmp.Diff(c.want, a.Absence); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What maintenance excludes from the budget is gone all the same.
func TestAbsenceDoesNotStopInMaintenance(t *testing.T) {
	fake := newScript("charge")
	fake.rate = without(spell{12, 0})
	e := start(t, fake, func(c *evaluator.Config) {
		c.Corrections = func(slo.SLO, time.Time, time.Time) []slo.Correction {
			return []slo.Correction{{From: hour0.Add(-time.Hour), To: hour0.Add(time.Hour)}}
		}
	})
	catchUp(t, e, ready)
	a := e.Assess(e.SLOs()[0], hour0)
	if want := (&slo.Absence{Since: hour0.Add(-12 * time.Minute), For: 12 * time.Minute}); !cmp.Equal(a.Absence, want) {
		t.Errorf("%+v, want %+v", a.Absence, want)
	}
}
