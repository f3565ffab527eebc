package lint_test

import (
	"testing"

	"github.com/slofuse/slofuse/evaluator/lint"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/internal/testbin"
)

// ruleCases are about the shop: what must be told of stands beside near misses that
// must not.
var ruleCases = map[string]struct{ functions, want string }{
	"nothing is wrong": {ratio("99%", `calls_total{function="busy"}`, `calls_total{function="busy",code="500"}`), ""},
	"metric is misspelt": {
		ratio("99%", `cals_total{function="busy"}`, `cals_total{function="busy",code="500"}`), `metric-missing: shop/pay/a: there is no series of cals_total, and was none in 7d: did you mean calls_total?`,
	},
	"value is misspelt":               {ratio("99%", `calls_total{function="bsy"}`, `calls_total{function="bsy",code="500"}`), `label-missing: shop/pay/a: no series of calls_total has function="bsy": did you mean "busy"?`},
	"value is far from all":           {ratio("99%", `calls_total{function="something-else"}`, `calls_total{function="something-else",code="500"}`), `label-missing: shop/pay/a: no series of calls_total has function="something-else"; there is "busy", "quiet", "rare"`},
	"label is misspelt":               {ratio("99%", `calls_total{funktion="busy"}`, `calls_total{funktion="busy",code="500"}`), `label-missing: shop/pay/a: no series of calls_total has a label funktion: did you mean "function"?`},
	"matchers exclude each other":     {ratio("99%", `calls_total{function="rare",code="500"}`, `calls_total{function="rare",code="500",instance="a"}`), `label-missing: shop/pay/a: no series of calls_total with function="rare" has code="500"; there is "200"`},
	"job that runs at night":          {ratio("99%", `calls_total{function="nightly"}`, `calls_total{function="nightly",code="500"}`), `series-gone: shop/pay/a: no series of calls_total{function="nightly"} any more: the last was seen about 11h ago; a job that runs now and then may be idle, anything else is gone`},
	"function that went away":         {ratio("99%", `calls_total{function="gone"}`, `calls_total{function="gone",code="500"}`), `series-gone: shop/pay/a: no series of calls_total{function="gone"} any more: the last was seen about 2h ago; a job that runs now and then may be idle, anything else is gone`},
	"label of bad events is unknown":  {ratio("99%", `calls_total{function="busy"}`, `calls_total{function="busy",status="500"}`), `label-missing: shop/pay/a: no series of calls_total has a label status, by which the bad events are told; it has "code", "function", "instance", "job"`},
	"bad events never seen":           {ratio("99%", `calls_total{function="busy"}`, `calls_total{function="busy",code="5xx"}`), `bad-never-seen: shop/pay/a: nothing has failed in 7d, or the selector is wrong: no series of calls_total with function="busy" has code="5xx"; there is "200", "500"`},
	"metric of bad events never seen": {ratio("99%", `calls_total{function="busy"}`, `failes_total{function="busy"}`), `bad-metric-unseen: shop/pay/a: there is no series of failes_total, and was none in 7d: did you mean fails_total? If nothing has failed yet, it may appear with the first failure`},
	"threshold is no bucket":          {function("99%", `{latency: {histogram: 'took_seconds{function="busy"}', threshold: 700ms}}`), `bucket-missing: shop/pay/a: the histogram has no bucket at 700ms; the nearest are 500ms and 1s: choose one or say interpolate: true`},
	"threshold is a bucket":           {function("90%", `{latency: {histogram: 'took_seconds{function="busy"}', threshold: 1s}}`), ""},
	"threshold is interpolated":       {function("90%", `{latency: {histogram: 'took_seconds{function="busy"}', threshold: 700ms, interpolate: true}}`), ""},
	"histogram is a summary":          {function("90%", `{latency: {histogram: 'calls_seconds', threshold: 1s}}`), `metric-missing: shop/pay/a: there is no histogram calls_seconds, and was none in 7d: calls_seconds_count is there, so it may be a summary, which has no buckets`},
	"more good than all": {
		function("99%", `{ratio: {total: 'calls_total{function="busy"}', good: 'wins_total{function="busy"}'}}`), `good-above-total: shop/pay/a: 7,200 good events in the last 1h, of 3,604 in all: the good selector counts something the total does not`,
	},
	"more bad than all": {ratio("99%", `calls_total{function="busy"}`, `wins_total{function="busy"}`), `bad-above-total: shop/pay/a: 7,200 bad events in the last 1h, of 3,604 in all: the bad selector counts something the total does not`},
	"more bad than all, a while ago": {
		ratio("99%", `calls_total{function="busy"}`, `storm_total{function="busy"}`),
		`bad-above-total: shop/pay/a: 194,400 bad events in the last 1d, of 86,487 in all: the bad selector counts something the total does not`,
	},
	"half of all are bad": {ratio("40%", `calls_total{function="busy"}`, `fails_total{function="busy"}`), ""},
	"gauge instead of a counter": {ratio("99%", `waves`, `waves{job="none"}`), `bad-never-seen: shop/pay/a: nothing has failed in 7d, or the selector is wrong: no series of waves has job="none"; there is "shop"
not-a-counter: shop/pay/a: waves fell 31 times within an hour to more than half its value while its process lived on: it is no counter but a gauge, or a sum that was recorded`},
	"too few calls": {ratio("99.9%", `calls_total{function="rare"}`, `calls_total{function="rare",code="500"}`), `traffic-thin: shop/pay/a: about 42 calls in 7d allow 0.042 failures: one failure costs 2381% of the budget
tier-unreachable: shop/pay/a: tiers that can never fire: fast needs 3 failures in 1h, and no 2h had more than 1 call; slow needs 3 failures in 6h, and no 7h had more than 2 calls; steady needs 3 failures in 6h, and no 7h had more than 2 calls`},
	"few calls, loose objective": {ratio("50%", `calls_total{function="rare"}`, `calls_total{function="rare",code!="200"}`), ""},
	"no calls":                   {ratio("99%", `calls_total{function="quiet"}`, `calls_total{function="quiet",code="500"}`), `no-traffic: shop/pay/a: the series are there, and counted no call in 7d`},
	"query without a value":      {function("99%", `{threshold: {query: 'max(queue_length)', op: '<', value: 100}}`), `metric-missing: shop/pay/a: there is no series of queue_length, and was none in 7d`},
	"query with a value":         {function("99%", `{threshold: {query: 'max(waves)', op: '<', value: 10000}}`), ""},
}

// TestEveryRuleOnRealAnswers asks the real PromQL engine.
func TestEveryRuleOnRealAnswers(t *testing.T) {
	rulesOn(t, promtest.Serve(t, shop(), now).URL)
}

// The findings must not depend on who answers.

func TestE2ERulesOnPrometheus3(t *testing.T) {
	rulesOn(t, promtest.RunPrometheus(t, testbin.Prometheus(t), shop()))
}

func TestE2ERulesOnPrometheus2(t *testing.T) {
	rulesOn(t, promtest.RunPrometheus(t, testbin.PrometheusDebian(t), shop()))
}

func TestE2ERulesOnVictoriaMetrics(t *testing.T) {
	rulesOn(t, promtest.RunVictoriaMetrics(t, testbin.VictoriaMetrics(t), shop()))
}

func rulesOn(t *testing.T, server string) {
	t.Helper()
	for name, c := range ruleCases {
		t.Run(name, func(t *testing.T) {
			findings, facts := check(t, server, objectives(t, c.functions), lint.DefaultLimits)
			if got := told(findings); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if len(facts.Untold) > 0 {
				t.Error(facts.Untold)
			}
		})
	}
}
