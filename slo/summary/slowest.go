package summary

import "github.com/slofuse/slofuse/slo"

// Slowest orders functions by the share of a latency's budget that they spent, the most
// first: each once, with the objective that spent it. Functions without a latency, or of
// whose budget nothing is known, are left out.
func Slowest(pairs []Pair) []Pair {
	list := ranked(pairs, func(p Pair) (float64, bool) {
		spent, known := p.Now.Spent()
		return spent, known && p.Now.SLO.SLI.Latency != nil
	})
	taken := map[slo.ID]bool{}
	out := list[:0]
	for _, p := range list {
		if function := functionOf(p); !taken[function] {
			taken[function] = true
			out = append(out, p)
		}
	}
	return out
}

// Untimed is how many functions have no objective about a latency, of how many.
func Untimed(pairs []Pair) (without, of int) {
	timed := map[slo.ID]bool{}
	for _, p := range pairs {
		function := functionOf(p)
		timed[function] = timed[function] || p.Now.SLO.SLI.Latency != nil
	}
	for _, has := range timed {
		if !has {
			without++
		}
	}
	return without, len(timed)
}

// functionOf names the function of an objective.
func functionOf(p Pair) slo.ID {
	return slo.ID{Service: p.ID().Service, Function: p.ID().Function}
}
