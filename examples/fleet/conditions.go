package fleet

import (
	"math"
	"time"
)

// conditions are what a function does in an hour or less: shares of its calls.
type conditions struct {
	firstLane float64       // of the first gateway
	lanes     [][]codeShare // per gateway, codes other than 200
	buckets   []float64     // at or under each bound
	mean      float64       // seconds a call takes
	retries   float64
	cold      float64
	traffic   float64 // of the calls that would arrive
	down      bool    // nothing can be scraped
}

// weather are conditions in the form that segments count with.
type weather struct {
	start, end int64 // milliseconds
	shares     []uint64
	micros     uint64 // mean of a call
	traffic    float64
	down       bool
}

// weatherAt computes the weather of an instant and how long it lasts: to the
// end of the hour, or to the next change of a fault or of the versions that run.
func (fn *function) weatherAt(t int64, faults []Fault) *weather {
	hour := t / hourMillis
	w := &weather{start: t, end: (hour + 1) * hourMillis}
	if fn.canary != nil && fn.canary.From.UnixMilli() > t {
		w.end = min(w.end, fn.canary.From.UnixMilli())
	}
	var active []Fault
	for _, fault := range faults {
		from, to := fault.From.UnixMilli(), int64(math.MaxInt64)
		if !fault.To.IsZero() {
			to = fault.To.UnixMilli()
		}
		for _, border := range []int64{from, to} {
			if border > t {
				w.end = min(w.end, border)
			}
		}
		if from <= t && t < to {
			active = append(active, fault)
		}
	}
	c := fn.ordinary(hour)
	for _, fault := range active {
		c.suffer(fault, fn.profile)
	}
	w.shares, w.traffic, w.down = fn.splits.shares(c), c.traffic, c.down
	w.micros = uint64(c.mean * float64(time.Second/time.Microsecond))
	return w
}

// ordinary are the conditions of an hour without faults: the profile, with
// server errors and slow calls a bit better or worse.
func (fn *function) ordinary(hour int64) conditions {
	luck := fn.dice("weather")
	bad := luck.between(2*hour, 0.55, 1.45)
	slow := luck.between(2*hour+1, 0.6, 1.4)
	c := conditions{firstLane: fn.gateway, retries: fn.retries, cold: fn.cold * slow, traffic: 1}
	for range fn.lanes() {
		var codes []codeShare
		for _, code := range fn.codes {
			if isServerError(code.code) {
				code.share *= bad
			}
			codes = append(codes, code)
		}
		c.lanes = append(c.lanes, codes)
	}
	c.buckets = fn.ordinaryBuckets(slow)
	c.mean = meanOf(fn.latency.bounds, c.buckets)
	return c
}

// ordinaryBuckets is the share of calls at or under each bound. The median
// follows from the share over the limit, which luck scales; where there are cold
// starts, these are what is slow.
func (fn *function) ordinaryBuckets(luck float64) []float64 {
	l := fn.latency
	median, cold := l.median, fn.cold*luck
	if cold == 0 {
		median = fn.Limit * math.Exp(-l.sigma*normalQuantile(1-l.slow*luck))
	}
	shares := make([]float64, len(l.bounds))
	for i, bound := range l.bounds {
		shares[i] = (1 - cold) * normalCDF(math.Log(bound/median)/l.sigma)
		if cold > 0 {
			shares[i] += cold * normalCDF(math.Log(bound/l.coldMedian)/coldSigma)
		}
	}
	return shares
}

// coldSigma is the spread of the logarithm of cold starts.
const coldSigma = 0.3

// meanOf is the mean of calls that are as slow as the middle of their bucket.
func meanOf(bounds, shares []float64) (mean float64) {
	lower, below := 0.0, 0.0
	for i, bound := range bounds {
		mean += (shares[i] - below) * (lower + bound) / 2
		lower, below = bound, shares[i]
	}
	return mean + (1-below)*2*lower
}

// suffer changes the conditions as a fault does.
func (c *conditions) suffer(fault Fault, p profile) {
	switch fault.Kind {
	case Outage:
		c.fail("", fault.Share, p, 0.3)
	case ErrorBurn, SlowBurn:
		c.fail(fault.Gateway, fault.Share, p, 0)
	case Latency:
		c.slowDown(fault.Share, p)
	case TrafficLoss:
		c.traffic *= 1 - fault.Share
	case TargetDown:
		c.down = true
	}
}

// fail makes a share of the calls through a gateway, empty is all, answer 503,
// or 500 for a part of them.
func (c *conditions) fail(gateway string, share float64, p profile, internally float64) {
	for i, name := range p.lanes() {
		if gateway != "" && gateway != name {
			continue
		}
		for j := range c.lanes[i] {
			code := &c.lanes[i][j]
			code.share *= 1 - share
			switch code.code {
			case unavailable:
				code.share += share * (1 - internally)
			case internal:
				code.share += share * internally
			}
		}
	}
	if p.retries > 0 {
		c.retries = min(0.95, c.retries+share*0.8)
	}
}

// slowDown makes a share of the calls take longer than the limit.
func (c *conditions) slowDown(share float64, p profile) {
	const sigma = 0.4
	for i, bound := range p.latency.bounds {
		late := 0.0
		if bound > p.Limit {
			late = normalCDF(math.Log(bound/(3*p.Limit)) / sigma)
		}
		c.buckets[i] = (1-share)*c.buckets[i] + share*late
	}
	c.mean = meanOf(p.latency.bounds, c.buckets)
}
