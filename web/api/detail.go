package api

import (
	"math"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
)

// Detail is what happened to one function, in columns: every list has one value for
// each instant of T, the end of a step.
type Detail struct {
	Service     string         `json:"service"`
	Function    string         `json:"function"`
	From        time.Time      `json:"from"`
	To          time.Time      `json:"to"`
	Step        string         `json:"step"`
	T           []int64        `json:"t"`
	Calls       *DetailCalls   `json:"calls"`
	Latency     *DetailLatency `json:"latency"`
	Annotations []Annotation   `json:"annotations"`
}

// DetailCalls is the calls of one SLO, and the bad ones by kind.
type DetailCalls struct {
	SLO     string        `json:"slo"`
	Total   []*int64      `json:"total"`
	Bad     []*int64      `json:"bad"`
	Classes []DetailClass `json:"classes"`
}

// DetailClass is one kind of error; the rest has no fingerprint.
type DetailClass struct {
	Name        string            `json:"name"`
	Fingerprint map[string]string `json:"fingerprint"`
	Bad         int64             `json:"bad"`
	Values      []int64           `json:"values"`
}

// DetailLatency is the latency of one SLO in seconds. A quantile above the highest
// bound that is known is null, and so is one of nothing.
type DetailLatency struct {
	SLO       string     `json:"slo"`
	Threshold float64    `json:"threshold"`
	P50       []*float64 `json:"p50"`
	P95       []*float64 `json:"p95"`
	P99       []*float64 `json:"p99"`
	Heat      Heat       `json:"heat"`
}

// Heat is how many calls ended at which latency: rows from the lowest, and for each
// column a count of each row, or null where nothing is known.
type Heat struct {
	Rows    []HeatRow    `json:"rows"`
	Columns []HeatColumn `json:"columns"`
}

// HeatRow is a range of seconds; null is without a bound.
type HeatRow struct {
	Over *float64 `json:"over"`
	UpTo *float64 `json:"up_to"`
}

// HeatColumn is a stretch of time, from and to in Unix seconds.
type HeatColumn struct {
	From   int64   `json:"from"`
	To     int64   `json:"to"`
	Counts []int64 `json:"counts"`
}

// FromCalls writes the calls of an SLO by kind, the most frequent apart.
func FromCalls(name string, steps []slo.DetailStep, kinds int) *DetailCalls {
	out := &DetailCalls{SLO: name, Total: make([]*int64, len(steps)), Bad: make([]*int64, len(steps)), Classes: []DetailClass{}}
	for i, step := range steps {
		if step.Known() {
			out.Total[i], out.Bad[i] = &steps[i].Total, &steps[i].Bad
		}
	}
	for _, line := range breakdown.Lines(steps, kinds) {
		c := DetailClass{Name: "other", Bad: line.Bad, Values: line.Values}
		if !line.Rest {
			c.Name, c.Fingerprint = slo.FormatClass(line.Labels), line.Labels
		}
		out.Classes = append(out.Classes, c)
	}
	return out
}

// FromLatency writes the latency of an SLO.
func FromLatency(name string, threshold time.Duration, steps []slo.DetailStep, heat breakdown.Heat) *DetailLatency {
	n := len(steps)
	out := &DetailLatency{SLO: name, Threshold: threshold.Seconds(), P50: make([]*float64, n), P95: make([]*float64, n), P99: make([]*float64, n)}
	for i, step := range steps {
		if q := slo.ComputeQuantiles(step.Time.Sub(step.From), step.Buckets); q != nil {
			out.P50[i], out.P95[i], out.P99[i] = finitePtr(q.P50), finitePtr(q.P95), finitePtr(q.P99)
		}
	}
	out.Heat = Heat{Rows: []HeatRow{}, Columns: []HeatColumn{}}
	for _, row := range heat.Rows {
		out.Heat.Rows = append(out.Heat.Rows, HeatRow{Over: bound(row.Over), UpTo: bound(row.UpTo)})
	}
	for _, c := range heat.Columns {
		column := HeatColumn{From: c.From.Unix(), To: c.To.Unix()}
		if c.Known {
			column.Counts = c.Counts
		}
		out.Heat.Columns = append(out.Heat.Columns, column)
	}
	return out
}

func bound(v float64) *float64 {
	if math.IsInf(v, 0) {
		return nil
	}
	return &v
}
