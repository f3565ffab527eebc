package slos

import (
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/ui"
)

// tierView is one line of the burn-rate table: a tier of the policy and how far
// its two windows are from firing.
type tierView struct {
	Name, Severity, Limit string
	Long, Short           sumView
	Word                  ui.Badge
}

// sumView is the burn over one window.
type sumView struct {
	Window, Rate, Bad, Total, Coverage string
	Excluded                           string
	Over                               bool
	known                              bool // covered, with calls
	quiet                              bool // covered, without a call
}

func tiersOf(r *listing.Row) []tierView {
	out := make([]tierView, 0, len(r.SLO.Tiers))
	for _, t := range r.SLO.Tiers {
		long, short := sumOf(&r.Assessment, t.Long, t.BurnRate), sumOf(&r.Assessment, t.Short, t.BurnRate)
		out = append(out, tierView{
			Name: t.Name, Severity: t.Severity.String(), Limit: format.Burn(t.BurnRate, true),
			Long: long, Short: short, Word: tierWord(long, short),
		})
	}
	return out
}

func sumOf(a *slo.Assessment, window time.Duration, limit float64) sumView {
	v := sumView{Window: slo.FormatDuration(window), Rate: format.Unknown, Bad: format.Unknown, Total: format.Unknown}
	sum, ok := a.Burn(window)
	if !ok {
		return v
	}
	rate, known := a.BurnRateOf(sum)
	covered := sum.Decides()
	v.Rate, v.Bad, v.Total = ui.BurnText(a, sum), format.Events(a.Scale.Events(sum.Bad)), format.Events(a.Scale.Events(sum.Total))
	v.known, v.quiet = known && covered, !known && covered
	v.Over = v.known && rate >= limit
	if sum.Coverage < 1 {
		v.Coverage = format.Share(sum.Coverage, true)
	}
	v.Excluded = ui.ExcludedShare(sum.Excluded)
	return v
}

// tierWord says in one word where a tier stands. A short window without a call
// burns nothing; a long one without a call says nothing.
func tierWord(long, short sumView) ui.Badge {
	switch {
	case !long.known || !short.known && !short.quiet:
		return ui.Badge{Icon: "stale", Word: "unknown", Tone: "quiet", Hint: "too little of one window is known, or nothing was called"}
	case long.Over && short.Over:
		return ui.Badge{Icon: "page", Word: "critical", Tone: "page", Hint: "both windows are at or over the rate"}
	case long.Over:
		return ui.Badge{Icon: "recovering", Word: "recovering", Tone: "note", Hint: "the short window is below the rate again"}
	case short.Over:
		return ui.Badge{Icon: "rising", Word: "rising", Tone: "ticket", Hint: "the short window is over the rate, the long one not yet"}
	}
	return ui.Badge{Icon: "ok", Word: "ok", Tone: "good", Hint: "both windows are below the rate"}
}
