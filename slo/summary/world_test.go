package summary_test

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
)

// november is the period of most tests: 30 days.
var november = summary.Span{From: day(2026, 11, 1), To: day(2026, 12, 1)}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

func id(text string) slo.ID {
	id, err := slo.ParseID(text)
	if err != nil {
		panic(err)
	}
	return id
}

// record is an objective in November, all of which is known.
func record(name, objective string, total, bad int64, change ...func(*summary.Record)) summary.Record {
	r := summary.Record{
		SLO: &slo.SLO{ID: id(name), Objective: slo.MustObjective(objective), SLI: slo.SLI{Ratio: &slo.Ratio{}}},
		Sum: &slo.WindowSum{From: november.From, To: november.To, Counts: slo.Counts{Total: total, Bad: bad}, Coverage: 1},
	}
	for _, f := range change {
		f(&r)
	}
	return r
}

func covered(share float64) func(*summary.Record) {
	return func(r *summary.Record) { r.Sum.Coverage = share }
}

func excluded(d time.Duration) func(*summary.Record) {
	return func(r *summary.Record) {
		r.Sum.Excluded = slo.Exclusion{Time: d, Share: float64(d) / float64(r.Sum.To.Sub(r.Sum.From))}
	}
}

func reading(r *summary.Record) { r.Sum.Unread = time.Hour }

func labelled(name, value string) func(*summary.Record) {
	return func(r *summary.Record) { r.SLO.Labels = map[string]string{name: value} }
}

func latency(r *summary.Record) { r.SLO.SLI = slo.SLI{Latency: &slo.Latency{}} }

func slots(r *summary.Record) { r.SLO.SLI = slo.SLI{Threshold: &slo.Threshold{}} }

// weighted counts thousandths of calls.
func weighted(r *summary.Record) {
	r.SLO.SLI = slo.SLI{ErrorRatio: &slo.ErrorRatio{Weight: []slo.Selector{{Metric: "calls"}}}}
}

func part(r *summary.Record) { r.SLO.Split = map[string]string{"gateway": "a"} }

// pair is the same in both periods.
func pair(r summary.Record) summary.Pair { return summary.Pair{Now: r, Before: r} }

// anyPairs is a fleet of many sorts of objectives.
func anyPairs(rng *rand.Rand, n int) []summary.Pair {
	out := make([]summary.Pair, n)
	for i := range out {
		out[i] = summary.Pair{Now: anyRecord(rng, i), Before: anyRecord(rng, i)}
	}
	return out
}

func anyRecord(rng *rand.Rand, i int) summary.Record {
	name := "service" + strconv.Itoa(i%7) + "/function" + strconv.Itoa(i/2) + "/" + []string{"availability", "latency"}[i%2]
	total := rng.Int64N(1_000_000)
	r := record(name, "99%", total, rng.Int64N(total/50+1))
	if i%2 == 1 {
		latency(&r)
	}
	switch rng.IntN(5) {
	case 0:
		r.Sum.Coverage = rng.Float64()
	case 1:
		r.Sum.Counts = slo.Counts{}
	}
	return r
}
