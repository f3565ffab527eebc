package fleet

import (
	"math"
	"slices"
)

// daylight is 0 at three in the night and 1 at three in the afternoon, UTC.
func daylight(hour float64) float64 { return 0.5 - 0.5*math.Cos(2*math.Pi*(hour-3)/24) }

func consumers(hour float64, weekend bool, _ float64) float64 {
	if weekend {
		return 0.5 + 1.2*daylight(hour)
	}
	return 0.4 + 1.2*daylight(hour)
}

func office(hour float64, weekend bool, _ float64) float64 {
	day := daylight(hour)
	if weekend {
		return 0.15 + 0.35*day
	}
	return 0.2 + 1.8*day*day
}

func machines(hour float64, _ bool, _ float64) float64 { return 0.9 + 0.2*daylight(hour) }

func nights(hour float64, _ bool, _ float64) float64 {
	if hour >= 1 && hour < 5 {
		return 1
	}
	return 0
}

func bursts(hour float64, _ bool, luck float64) float64 {
	if luck < 0.2 {
		return 4 + daylight(hour)
	}
	return 0.2
}

// catalogue is the fleet. Shares of failing and slow calls are a fraction of
// what the owners allow; the incidents of the last weeks take the rest of what
// is spent. Notify/send-email has overspent.
func catalogue() []profile {
	return slices.Concat(identity(), shop(), media(), messaging(), newcomers(), lookups(), backOffice())
}

// identity are the functions of the service auth.
func identity() []profile {
	return []profile{
		{
			Function: Function{Service: "auth", Name: "login", Limit: 0.5, Allowed: 0.001},
			rate:     35, rhythm: consumers,
			codes:   []codeShare{{"401", 0.04}, {"429", 0.003}, {internal, 0.0001}, {unavailable, 0.0001}},
			latency: latency{slow: 0.003, sigma: 0.6, bounds: webBounds},
			life:    life{rollout: 90, restart: 300},
			incident: []pastFault{
				{daysAgo: 17, hour: 9.3, minutes: 25, kind: ErrorBurn, share: 0.25},
				{daysAgo: 6, hour: 14.8, minutes: 40, kind: Latency, share: 0.3},
			},
		},
		{
			Function: Function{Service: "auth", Name: "refresh-token", Limit: 0.1, Allowed: 0.0005},
			rate:     120, rhythm: consumers,
			codes:   []codeShare{{"401", 0.01}, {internal, 0.00003}, {unavailable, 0.00005}},
			latency: latency{slow: 0.002, sigma: 0.5, bounds: webBounds},
			life:    life{rollout: 110, restart: 260},
			incident: []pastFault{
				{daysAgo: 17, hour: 9.3, minutes: 25, kind: ErrorBurn, share: 0.12},
			},
		},
	}
}

// shop are the functions of the service checkout.
func shop() []profile {
	return []profile{
		{
			Function: Function{Service: "checkout", Name: "charge-card", Gateways: []string{"acme-pay", "globex"}, Limit: 1, Allowed: 0.001},
			rate:     8, rhythm: consumers, gateway: 0.6, retries: 0.015,
			codes:   []codeShare{{"402", 0.03}, {internal, 0.00006}, {unavailable, 0.00019}},
			latency: latency{slow: 0.0035, sigma: 0.5, bounds: webBounds},
			life:    life{rollout: 70, restart: 350},
			incident: []pastFault{
				{daysAgo: 22, hour: 18.2, minutes: 35, kind: ErrorBurn, share: 0.3, gateway: "globex"},
				{daysAgo: 9, hour: 11.6, minutes: 50, kind: Latency, share: 0.35},
			},
		},
		{
			Function: Function{Service: "checkout", Name: "create-order", Limit: 0.5, Allowed: 0.001},
			rate:     12, rhythm: consumers,
			codes:   []codeShare{{"409", 0.005}, {"422", 0.01}, {internal, 0.00012}, {unavailable, 0.0001}},
			latency: latency{slow: 0.0025, sigma: 0.6, bounds: webBounds},
			life:    life{rollout: 80, restart: 280},
			incident: []pastFault{
				{daysAgo: 13, hour: 16.1, minutes: 18, kind: Outage, share: 0.4},
			},
		},
	}
}

// media are the functions of the service media.
func media() []profile {
	return []profile{
		{
			Function: Function{Service: "media", Name: "thumbnail", Limit: 2.5, Allowed: 0.005},
			rate:     20, rhythm: consumers, cold: 0.08,
			codes:   []codeShare{{"404", 0.02}, {internal, 0.0006}, {unavailable, 0.0003}},
			latency: latency{sigma: 0.5, median: 0.08, coldMedian: 1.5, bounds: webBounds},
			life:    life{rollout: 60, restart: 90},
			incident: []pastFault{
				{daysAgo: 20, hour: 13.4, minutes: 70, kind: Latency, share: 0.5},
			},
		},
		{
			Function: Function{Service: "media", Name: "transcode", Limit: 300, Allowed: 0.01},
			rate:     0.4, rhythm: bursts, retries: 0.03,
			codes:   []codeShare{{"415", 0.01}, {internal, 0.0022}, {unavailable, 0.0004}},
			latency: latency{slow: 0.012, sigma: 0.9, bounds: jobBounds},
			life:    life{rollout: 160, restart: 120},
			incident: []pastFault{
				{daysAgo: 11, hour: 2.5, minutes: 150, kind: ErrorBurn, share: 0.35},
			},
		},
	}
}

// messaging are the functions of the service notify.
func messaging() []profile {
	return []profile{
		{
			Function: Function{Service: "notify", Name: "fan-out", Limit: 0.25, Allowed: 0.001},
			rate:     60, rhythm: consumers,
			codes:   []codeShare{{"400", 0.001}, {internal, 0.00015}, {unavailable, 0.00015}},
			latency: latency{slow: 0.0025, sigma: 0.55, bounds: webBounds},
			life:    life{rollout: 100, restart: 240},
			incident: []pastFault{
				{daysAgo: 8, hour: 10.2, minutes: 20, kind: ErrorBurn, share: 0.2},
			},
		},
		{
			Function: Function{Service: "notify", Name: "send-email", Limit: 5, Allowed: 0.005},
			rate:     6, rhythm: consumers, retries: 0.06, queue: true,
			codes:   []codeShare{{"429", 0.01}, {internal, 0.0004}, {unavailable, 0.0008}},
			latency: latency{slow: 0.004, sigma: 0.8, bounds: webBounds},
			life:    life{rollout: 140, restart: 400},
			incident: []pastFault{
				{daysAgo: 8, hour: 10.2, minutes: 420, kind: ErrorBurn, share: 0.42},
			},
		},
	}
}

// newcomers are the functions of the service onboarding.
func newcomers() []profile {
	return []profile{
		{
			Function: Function{Service: "onboarding", Name: "provision-workspace", Limit: 30, Allowed: 0.01},
			rate:     0.05, rhythm: office, retries: 0.08,
			codes:   []codeShare{{"409", 0.01}, {internal, 0.0018}, {unavailable, 0.0006}},
			latency: latency{slow: 0.012, sigma: 0.7, bounds: jobBounds},
			life:    life{rollout: 120, restart: 500},
			incident: []pastFault{
				{daysAgo: 14, hour: 12.5, minutes: 100, kind: ErrorBurn, share: 0.5},
			},
		},
		{
			Function: Function{Service: "onboarding", Name: "verify-identity", Limit: 10, Allowed: 0.05},
			rate:     0.0016, rhythm: office,
			codes:   []codeShare{{"422", 0.06}, {internal, 0.004}, {unavailable, 0.003}},
			latency: latency{slow: 0.012, sigma: 0.8, bounds: jobBounds},
			life:    life{rollout: 200, restart: 600},
			incident: []pastFault{
				{daysAgo: 19, hour: 11, minutes: 90, kind: Outage, share: 1},
			},
		},
	}
}

// lookups are the functions of the services flags and search.
func lookups() []profile {
	return []profile{
		{
			Function: Function{Service: "flags", Name: "evaluate", Limit: 0.01, Allowed: 0.0001},
			rate:     2500, rhythm: machines,
			codes:   []codeShare{{"404", 0.0004}, {internal, 0.000008}, {unavailable, 0.000012}},
			latency: latency{slow: 0.0003, sigma: 0.6, bounds: quickBounds},
			life:    life{rollout: 75, restart: 320},
			incident: []pastFault{
				{daysAgo: 24, hour: 7.7, minutes: 12, kind: ErrorBurn, share: 0.05},
				{daysAgo: 12, hour: 20.1, minutes: 30, kind: Latency, share: 0.08},
			},
		},
		{
			Function: Function{Service: "search", Name: "query", Limit: 0.25, Allowed: 0.001},
			rate:     90, rhythm: consumers,
			codes:   []codeShare{{"400", 0.006}, {"429", 0.002}, {internal, 0.00008}, {unavailable, 0.00007}},
			latency: latency{slow: 0.003, sigma: 0.7, bounds: powerBounds, native: true},
			life:    life{rollout: 50, restart: 200},
			incident: []pastFault{
				{daysAgo: 26, hour: 19.5, minutes: 30, kind: SlowBurn, share: 0.02},
				{daysAgo: 10, hour: 15, minutes: 55, kind: Latency, share: 0.2},
			},
		},
		{
			Function: Function{Service: "search", Name: "index-document", Limit: 5, Allowed: 0.01},
			rate:     12, rhythm: machines, retries: 0.04,
			codes:   []codeShare{{"409", 0.004}, {internal, 0.0024}, {unavailable, 0.0012}},
			latency: latency{slow: 0.012, sigma: 0.9, bounds: webBounds},
			life:    life{rollout: 170, crash: 0.6},
		},
	}
}

// backOffice are the functions of the services reports and billing.
func backOffice() []profile {
	return []profile{
		{
			Function: Function{Service: "reports", Name: "nightly-export", Limit: 60, Allowed: 0.01},
			rate:     0.5, rhythm: nights, retries: 0.02,
			codes:   []codeShare{{"404", 0.005}, {internal, 0.002}, {unavailable, 0.0006}},
			latency: latency{slow: 0.014, sigma: 0.9, bounds: jobBounds},
			life:    life{rollout: 190, restart: 450},
			incident: []pastFault{
				{daysAgo: 15, hour: 2, minutes: 30, kind: ErrorBurn, share: 0.6},
				{daysAgo: 7, hour: 3.1, minutes: 20, kind: TargetDown},
			},
		},
		{
			Function: Function{Service: "billing", Name: "close-invoice", Limit: 2.5, Allowed: 0.005},
			rate:     0.6, rhythm: office,
			codes:   []codeShare{{"409", 0.01}, {internal, 0.0012}, {unavailable, 0.0005}},
			latency: latency{slow: 0.003, sigma: 0.8, bounds: webBounds},
			life:    life{rollout: 210, restart: 380},
			incident: []pastFault{
				{daysAgo: 18, hour: 9.8, minutes: 45, kind: ErrorBurn, share: 0.3},
				{daysAgo: 12, hour: 14, minutes: 4, kind: TargetDown},
			},
		},
	}
}
