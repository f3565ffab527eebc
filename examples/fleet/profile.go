package fleet

import (
	"slices"
)

// Function is one callable unit of the fleet.
type Function struct {
	Service  string
	Name     string
	Gateways []string // what its calls go through, the label gateway; empty for most
	Limit    float64  // seconds that a call may take, a bucket bound
	Allowed  float64  // share of calls its owners allow to fail
}

// Key is service/function.
func (fn Function) Key() string { return fn.Service + "/" + fn.Name }

// profile is how a function behaves on an ordinary day.
type profile struct {
	Function
	rate     float64 // calls per second where the rhythm is 1
	rhythm   rhythm
	gateway  float64 // share of the first of two gateways
	codes    []codeShare
	latency  latency
	retries  float64 // retries per call
	cold     float64 // cold starts per call, of the serverless ones
	queue    bool    // jobs wait for it
	life     life
	incident []pastFault
}

// codeShare is a response code other than 200 and its share of calls.
type codeShare struct {
	code  string
	share float64
}

// latency is a log-normal distribution given by what owners look at: the share
// of calls over the function's limit. Cold starts are a second mode.
type latency struct {
	slow       float64   // share of calls over the limit, where nothing starts cold
	sigma      float64   // of the logarithm
	median     float64   // seconds, of warm calls, where some start cold
	coldMedian float64   // seconds
	bounds     []float64 // bucket bounds in seconds
	native     bool      // shown as a native histogram; the bounds are powers of two
}

// life is how long processes live, in hours; 0 is never.
type life struct {
	rollout float64 // between two versions
	restart float64 // between restarts of one instance
	crash   float64 // between crashes of the crash-looping one
}

// rhythm is the traffic factor at an hour of the day, on a weekend or not, and
// with a random number of the ten minutes it is in.
type rhythm func(hour float64, weekend bool, luck float64) float64

const (
	ok          = "200"
	unavailable = "503"
	internal    = "500"
)

var (
	quickBounds = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1}
	webBounds   = []float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
	powerBounds = []float64{1. / 64, 1. / 32, 1. / 16, 1. / 8, 1. / 4, 1. / 2, 1, 2, 4, 8}
	jobBounds   = []float64{1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600}
)

// isServerError reports whether a code blames the service and not the caller.
func isServerError(code string) bool { return code[0] == '5' }

// lanes are the gateways, or one unnamed lane.
func (p profile) lanes() []string {
	if len(p.Gateways) == 0 {
		return []string{""}
	}
	return slices.Clone(p.Gateways)
}
