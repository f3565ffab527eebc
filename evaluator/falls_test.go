package evaluator_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// pretender is what is asked as a counter and how it goes, in seconds since the
// begin. Started is when its process started, if that is known.
type pretender struct {
	value   func(s float64) float64
	started func(s float64) float64
	accused bool
}

func pretenders() map[string]pretender {
	since := func(life float64) func(float64) float64 {
		return func(s float64) float64 { return math.Mod(s, life) }
	}
	begin := func(life float64) func(float64) float64 {
		return func(s float64) float64 { return s - math.Mod(s, life) }
	}
	forever := func(float64) float64 { return -1e6 }
	return map[string]pretender{
		"steady":                  {func(s float64) float64 { return 1e6 + 3*s }, forever, false},
		"gauge":                   {func(s float64) float64 { return math.Floor(100 + 20*math.Sin(s/70)) }, forever, true},
		"gauge-of-unknown-age":    {func(s float64) float64 { return math.Floor(100 + 20*math.Sin(s/70)) }, nil, true},
		"recorded-sum":            {func(s float64) float64 { return 5e5 + 30*s - 1e5*math.Floor(math.Mod(s, 1200)/900) }, forever, true},
		"crash-loop":              {func(s float64) float64 { return 10 * since(80)(s) }, begin(80), false},
		"crash-loop-of-no-age":    {func(s float64) float64 { return 10 * since(80)(s) }, nil, false},
		"hasty-crash-loop":        {func(s float64) float64 { return 10 * since(23)(s) }, begin(23), false},
		"hasty-crash-loop-no-age": {func(s float64) float64 { return 10 * since(23)(s) }, nil, false},
		"restarted-once":          {func(s float64) float64 { return 3 * math.Mod(s+4e5, 8_000) }, nil, false},
	}
}

// What falls again and again to more than half its value is no counter: it is
// named and decides nothing. A process that crashes again and again is none.
func TestWhatPosesAsACounterIsNamed(t *testing.T) {
	t.Parallel()
	samples := &promtest.Samples{}
	from, to := hour0, hour0.Add(3*time.Hour)
	all := pretenders()
	for i := range 24 { // more than are asked about in one round
		all[fmt.Sprintf("gauge-%d", i)] = all["gauge"]
	}
	var slos []slo.SLO
	for name, p := range all {
		for at := from; !at.After(to); at = at.Add(15 * time.Second) {
			put := func(metric string, v float64) {
				samples.Append(labels.FromStrings("__name__", metric, "job", name, "instance", name, "function", name), at, v, at)
			}
			s := at.Sub(from).Seconds()
			put("up", 1)
			put("posing_total", p.value(s))
			if p.started != nil {
				put("process_start_time_seconds", float64(from.Unix())+p.started(s))
			}
		}
		s := objective(name)
		calls := slo.Selector{Metric: "posing_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: name}}}
		s.SLI = slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{calls}, Bad: []slo.Selector{{Metric: "posing_errors_total", Matchers: calls.Matchers}}}}
		slos = append(slos, s)
	}
	e, server := evaluatorOf(t, samples, to, slos...)
	server.Set(to.Add(-10 * time.Minute))
	catchUp(t, e, to.Add(-12*time.Minute))
	for now := to.Add(-10 * time.Minute); !now.After(to); now = now.Add(30 * time.Second) {
		server.Set(now)
		if err := e.Tick(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if now.Before(to.Add(-5 * time.Minute)) {
			continue
		}
		for _, s := range slos {
			a := e.Assess(s, now)
			named := a.State == slo.StateInvalid && strings.Contains(a.Reason, "posing_total fell ")
			if named != all[s.ID.Function].accused || !named && a.State == slo.StateInvalid {
				t.Errorf("%s at %s: %s (%s), accused: %s", s.ID.Function, clock(now), a.State, a.Reason, strconv.FormatBool(all[s.ID.Function].accused))
			}
		}
	}
}
