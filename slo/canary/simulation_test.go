package canary

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

// rollout is a simulated watch: in every look both sides get calls, that fail by luck.
type rollout struct {
	looks            int
	calls            [2]int64   // of a look
	ratios           [2]float64 // of canary and baseline
	objectives       int
	fail, pass, open int
}

// run watches so many rollouts as `gate --watch` does: to the first failure or the last
// look.
func (o *rollout) run(seed uint64, times int) {
	r := rand.New(rand.NewPCG(seed, 0))
	for range times {
		switch o.watch(r) {
		case slo.VerdictFail:
			o.fail++
		case slo.VerdictPass:
			o.pass++
		default:
			o.open++
		}
	}
}

func (o *rollout) watch(r *rand.Rand) (verdict slo.Verdict) {
	test := DefaultTest()
	test.Looks = o.looks
	subjects := make([]Subject, o.objectives)
	for i := range subjects {
		subjects[i] = subject("99.9%", slo.Counts{}, slo.Counts{})
	}
	for test.Look = 1; test.Look <= o.looks; test.Look++ {
		var checks []slo.Check
		for i := range subjects {
			s := &subjects[i]
			s.Canary.Counts = s.Canary.Add(slo.Counts{Total: o.calls[0], Bad: events(r, o.calls[0], o.ratios[0])})
			s.Baseline.Counts = s.Baseline.Add(slo.Counts{Total: o.calls[1], Bad: events(r, o.calls[1], o.ratios[1])})
			v := test.verdict(*s, o.objectives)
			checks = append(checks, slo.Check{Verdict: v})
		}
		if verdict = slo.Conclude(checks); verdict == slo.VerdictFail {
			break
		}
	}
	return verdict
}

// events are how many of n calls fail, by the gaps between failures.
func events(r *rand.Rand, n int64, ratio float64) (bad int64) {
	for at := int64(0); ; bad++ {
		at += 1 + int64(math.Log(1-r.Float64())/math.Log1p(-ratio))
		if at > n {
			return bad
		}
	}
}

// margin is what the default tolerates of an objective of 99.9 %.
const margin = 0.001

// The chance of more than allowed + 3·√(allowed/times) of wrong verdicts is below a
// thousandth where as many as allowed are wrong.
func TestSimulatedRolloutsAreJudgedWronglyNoMoreOftenThanStated(t *testing.T) {
	const times = 1500
	most := 0.05 + 3*math.Sqrt(0.05*0.95/times)
	for name, o := range map[string]rollout{
		"once, as bad as tolerated":                  {looks: 1, objectives: 1, calls: [2]int64{3000, 27_000}, ratios: [2]float64{0.0005 + margin, 0.0005}},
		"once, equal":                                {looks: 1, objectives: 1, calls: [2]int64{3000, 27_000}, ratios: [2]float64{0.001, 0.001}},
		"twenty looks, as bad as tolerated":          {looks: 20, objectives: 1, calls: [2]int64{500, 4500}, ratios: [2]float64{0.001 + margin, 0.001}},
		"twenty looks, equal":                        {looks: 20, objectives: 1, calls: [2]int64{200, 1800}, ratios: [2]float64{0.002, 0.002}},
		"five looks, four objectives, as tolerated":  {looks: 5, objectives: 4, calls: [2]int64{1000, 9000}, ratios: [2]float64{0.001 + margin, 0.001}},
		"three looks, even halves, rare errors":      {looks: 3, objectives: 1, calls: [2]int64{1000, 1000}, ratios: [2]float64{0.0001 + margin, 0.0001}},
		"three looks, a small baseline, rare errors": {looks: 3, objectives: 1, calls: [2]int64{4000, 400}, ratios: [2]float64{0.0001 + margin, 0.0001}},
	} {
		o.run(7, times)
		wrong := float64(o.fail) / times
		if o.ratios[0] >= o.ratios[1]+margin {
			passes := float64(o.pass) / times
			if passes > most {
				t.Errorf("%s: %.4f pass wrongly", name, passes)
			}
		}
		if wrong > most {
			t.Errorf("%s: %.4f fail wrongly", name, wrong)
		}
		t.Logf("%s: fail %d, pass %d, open %d of %d", name, o.fail, o.pass, o.open, times)
	}
}

func TestSimulatedRolloutsOfABadVersionFail(t *testing.T) {
	const times = 1000
	for name, c := range map[string]struct {
		rollout
		least float64
	}{
		"2 % of the calls, once":             {rollout{looks: 1, objectives: 1, calls: [2]int64{1000, 9000}, ratios: [2]float64{0.02, 0.0005}}, 0.99},
		"2 % of the calls, in twenty looks":  {rollout{looks: 20, objectives: 1, calls: [2]int64{50, 450}, ratios: [2]float64{0.02, 0.0005}}, 0.97},
		"0.5 % of the calls, in ten looks":   {rollout{looks: 10, objectives: 1, calls: [2]int64{600, 5400}, ratios: [2]float64{0.005, 0.0005}}, 0.95},
		"every third call, in twenty looks":  {rollout{looks: 20, objectives: 4, calls: [2]int64{20, 180}, ratios: [2]float64{0.33, 0.0005}}, 1},
		"no worse, in ten looks, all passes": {rollout{looks: 10, objectives: 1, calls: [2]int64{1200, 10_800}, ratios: [2]float64{0.0005, 0.0005}}, 0.8},
	} {
		o := c.rollout
		o.run(9, times)
		right := o.fail
		if o.ratios[0] == o.ratios[1] {
			right = o.pass
		}
		if got := float64(right) / times; got < c.least {
			t.Errorf("%s: judged rightly %.3f of the time, want %.3f", name, got, c.least)
		}
		t.Logf("%s: fail %d, pass %d, open %d of %d", name, o.fail, o.pass, o.open, times)
	}
}
