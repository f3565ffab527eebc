package api

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Signals is the history of the signals of one function.
type Signals struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Step    string    `json:"step"`
	Signals []Signal  `json:"signals"`
	// Annotations are the deploys of the function and changes of what its SLOs promise.
	Annotations []Annotation `json:"annotations"`
}

// Signal is one of them. Error says why it is not read at present.
type Signal struct {
	Name        string        `json:"name"`
	Unit        string        `json:"unit"`
	Description string        `json:"description"`
	Query       string        `json:"query"`
	Error       string        `json:"error"`
	Points      []SignalPoint `json:"points"`
}

// SignalPoint is one step; T is its end and Value the mean of what was seen in
// it, null when nothing was.
type SignalPoint struct {
	T     time.Time `json:"t"`
	Value *float64  `json:"value"`
}

// FromSignal joins a signal with its history and why it is not read.
func FromSignal(s slo.Signal, points []slo.SignalPoint, trouble error) Signal {
	out := Signal{Name: s.Name, Unit: s.Unit, Description: s.Description, Query: s.Query, Points: make([]SignalPoint, len(points))}
	if trouble != nil {
		out.Error = trouble.Error()
	}
	for i, p := range points {
		out.Points[i] = SignalPoint{T: p.Time.UTC(), Value: finitePtr(p.Value)}
	}
	return out
}
