package functions

import (
	"strings"

	"github.com/slofuse/slofuse/web/site"
)

// missingSignal is a signal that is worth having, and how it is declared.
type missingSignal struct{ Name, Line string }

// worthHaving are signals that tell of trouble before calls fail, or of what it costs.
var worthHaving = []missingSignal{
	{"retries", `retries: {query: 'sum(rate(retries_total{function="$function"}[5m]))', unit: retries/s}`},
	{"cold_starts", `cold_starts: {query: 'sum(rate(cold_starts_total{function="$function"}[5m]))', unit: starts/s}`},
	{"queue_length", `queue_length: {query: 'max(queue_length{queue="$function"})', unit: jobs}`},
	{"throttles", `throttles: {query: 'sum(rate(throttles_total{function="$function"}[5m]))', unit: throttles/s}`},
	{"saturation", `saturation: {query: '100 * max(in_flight{function="$function"} / max_in_flight{function="$function"})', unit: '%'}`},
	{"cost", `cost: {query: 'sum(rate(billed_seconds_total{function="$function"}[5m])) * 3600 * 0.00002', unit: $/h}`},
}

// missingSignals are those of [worthHaving] that are not declared.
func missingSignals(have []site.SignalView) (out []missingSignal) {
	for _, wanted := range worthHaving {
		found := false
		for _, s := range have {
			found = found || strings.EqualFold(strings.NewReplacer("-", "_", " ", "_").Replace(s.Name), wanted.Name)
		}
		if !found {
			out = append(out, wanted)
		}
	}
	return out
}
