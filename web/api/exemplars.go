package api

import (
	"maps"
	"time"

	"github.com/slofuse/slofuse/web/breakdown"
)

// Exemplars are calls of one function that its backends kept as examples.
type Exemplars struct {
	Service  string    `json:"service"`
	Function string    `json:"function"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	// Found and Bad are how many there were of its SLOs, and of those failed or too slow.
	Found     int        `json:"found"`
	Bad       int        `json:"bad"`
	Exemplars []Exemplar `json:"exemplars"`
}

// Exemplar is one call. Its value is in the unit of the metric; seconds are how long it
// took, where its SLO is of latency.
type Exemplar struct {
	T       time.Time         `json:"t"`
	SLO     string            `json:"slo"`
	Bad     bool              `json:"bad"`
	Value   *float64          `json:"value"`
	Seconds *float64          `json:"seconds"`
	TraceID string            `json:"trace_id"`
	URL     string            `json:"url"`
	Labels  map[string]string `json:"labels"`
	Series  map[string]string `json:"series"`
}

// FromExample writes one call and where its trace is shown; empty where that is not
// known.
func FromExample(e breakdown.Example, url string) Exemplar {
	out := Exemplar{
		T: e.Time.UTC(), SLO: e.SLO.ID.Name, Bad: e.Bad, Value: finitePtr(&e.Value), Seconds: finitePtr(e.Seconds), TraceID: e.Trace(), URL: url,
		Labels: map[string]string{}, Series: map[string]string{},
	}
	maps.Copy(out.Labels, e.Labels)
	maps.Copy(out.Series, e.Series)
	return out
}
