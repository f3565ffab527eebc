package foreign

import (
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// GoodShare is PromQL for the share of good events, over a window where the
// queries count with counters and as the queries say elsewhere. It has no value
// while there are no events. What never happened has no series and counts as none, so
// that a service which fails from its first call is bad and not unknown.
func (e Events) GoodShare(window string) string {
	good, bad, total := written(e.Good), written(e.Bad), written(e.Total)
	if r, ok := e.roles(); ok {
		good, bad, total = grown(r.good, window), grown(r.bad, window), grown(r.total, window)
	}
	switch {
	case total == "":
		return good + " / ((" + good + " + " + bad + ") > 0)"
	case bad == "":
		return "(" + good + " or 0 * " + total + ") / (" + total + " > 0)"
	}
	return "1 - (" + bad + " or 0 * " + total + ") / (" + total + " > 0)"
}

// written is a query in brackets.
func written(q *Query) string {
	if q == nil {
		return ""
	}
	return "(" + q.String() + ")"
}

// grown is how fast counters grow together.
func grown(counters []slo.Selector, window string) string {
	if len(counters) == 0 {
		return ""
	}
	sums := make([]string, len(counters))
	for i, s := range counters {
		sums[i] = "sum(rate(" + s.String() + "[" + window + "]))"
	}
	return "(" + strings.Join(sums, " + ") + ")"
}
