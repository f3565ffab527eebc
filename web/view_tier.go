package web

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
)

// tierView is one line of the burn-rate table: a tier of the policy and how far
// its two windows are from firing.
type tierView struct {
	Name, Severity, Limit string
	Long, Short           sumView
	Word                  badge
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
	v.Rate, v.Bad, v.Total = burnText(a, sum), format.Events(a.Scale.Events(sum.Bad)), format.Events(a.Scale.Events(sum.Total))
	v.known, v.quiet = known && covered, !known && covered
	v.Over = v.known && rate >= limit
	if sum.Coverage < 1 {
		v.Coverage = format.Share(sum.Coverage, true)
	}
	v.Excluded = excludedShare(sum.Excluded)
	return v
}

// tierWord says in one word where a tier stands. A short window without a call
// burns nothing; a long one without a call says nothing.
func tierWord(long, short sumView) badge {
	switch {
	case !long.known || !short.known && !short.quiet:
		return badge{Icon: "stale", Word: "unknown", Tone: "quiet", Hint: "too little of one window is known, or nothing was called"}
	case long.Over && short.Over:
		return badge{Icon: "page", Word: "critical", Tone: "page", Hint: "both windows are at or over the rate"}
	case long.Over:
		return badge{Icon: "recovering", Word: "recovering", Tone: "note", Hint: "the short window is below the rate again"}
	case short.Over:
		return badge{Icon: "rising", Word: "rising", Tone: "ticket", Hint: "the short window is over the rate, the long one not yet"}
	}
	return badge{Icon: "ok", Word: "ok", Tone: "good", Hint: "both windows are below the rate"}
}

// errorView is one class of bad events.
type errorView struct {
	Class string
	Bad   string
	Share string
	Width int
}

// errorsOf lists the classes with the most of bad events, and what is in none
// of them.
func errorsOf(counts []slo.ClassCount, bad int64) []errorView {
	const most = 8
	classes := slices.Clone(counts)
	slices.SortStableFunc(classes, func(a, b slo.ClassCount) int { return cmp.Compare(b.Bad, a.Bad) })
	rest := bad
	var out []errorView
	for _, c := range classes[:min(len(classes), most)] {
		if c.Bad <= 0 {
			continue
		}
		out = append(out, errorOf(slo.FormatClass(c.Labels), c.Bad, bad))
		rest -= c.Bad
	}
	if rest > 0 && len(out) > 0 {
		out = append(out, errorOf("everything else", rest, bad))
	}
	return out
}

// recentErrors are the kinds of errors of now, which are rarely those of the
// window.
func recentErrors(a *slo.Assessment) []errorView {
	sum, _ := a.Burn(slo.RecentWindow)
	return errorsOf(a.RecentErrors, sum.Bad)
}

func errorOf(name string, bad, all int64) errorView {
	v := errorView{Class: name, Bad: format.Count(bad), Share: format.Unknown}
	if all > 0 {
		share := min(float64(bad)/float64(all), 1)
		v.Share, v.Width = format.Share(share, true), int(share*100)
	}
	return v
}
