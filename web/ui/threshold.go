package ui

import "github.com/slofuse/slofuse/slo"

// Threshold is the latency that is promised, to be read and to be drawn.
type Threshold struct {
	Text    string
	Seconds float64
}

// ThresholdOf is the threshold of an indicator of latency, and nil for another.
func ThresholdOf(i slo.SLI) *Threshold {
	if i.Latency == nil {
		return nil
	}
	return &Threshold{Text: slo.FormatLatency(i.Latency.Threshold), Seconds: i.Latency.Threshold.Seconds()}
}
