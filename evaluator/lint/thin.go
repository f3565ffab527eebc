package lint

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// Traffic is judged after a day; that something never happens, after a week.
const (
	enoughToEstimate = 24 * time.Hour
	enoughForNever   = 7 * 24 * time.Hour
)

// thin finds objectives of which a single failure costs much of the budget.
func thin(o one) []found {
	window := o.window()
	if !o.called || o.SLI.Scale().Timed || o.traffic.Known(window) < min(enoughToEstimate, window) {
		return nil
	}
	calls := o.traffic.Calls(window)
	allowed := o.allowed(calls)
	if calls <= 0 || allowed*o.limits.ThinShare >= 1 {
		return nil
	}
	text := fmt.Sprintf("about %s calls in %s allow %s failures: one failure costs %s of the budget",
		about2(calls), slo.FormatDuration(window), slo.FormatNumber(allowed, 2), slo.FormatShare(math.Round(100/allowed)/100))
	if known := o.traffic.Known(window); known < window {
		text += fmt.Sprintf(" (worked out from %s)", ago(known))
	}
	return []found{{rule.TrafficThin, "", text}}
}

// allowed is how many of some calls may fail.
func (o one) allowed(calls float64) float64 { return o.Objective.ErrorRatio() * calls }

// about2 rounds to two digits.
func about2(n float64) string {
	if n < 10 {
		return slo.FormatNumber(n, 2)
	}
	scale := math.Pow(10, math.Floor(math.Log10(n))-1)
	return slo.FormatCount(int64(math.Round(n/scale) * scale))
}

// unreachable finds tiers that need more bad events than there ever were calls. A
// page that misses its own guard is a ticket, if it meets that one.
func unreachable(o one) []found {
	if !o.called || o.SLI.Scale().Slots || o.traffic.Known(o.window()) < min(enoughForNever, o.window()) || o.traffic.Calls(o.window()) == 0 {
		return nil
	}
	var never, tickets []string
	for _, t := range o.Tiers {
		calls, known := o.traffic.Busiest(t.Long)
		switch {
		case !known:
		case calls < float64(o.Guard.Ticket):
			never = append(never, lacking(t, o.Guard.Ticket, calls))
		case o.Pages(t) && calls < float64(o.Guard.Page):
			tickets = append(tickets, lacking(t, o.Guard.Page, calls))
		}
	}
	var out []found
	if len(never) > 0 {
		out = append(out, found{rule.TierUnreachable, "never", "tiers that can never fire: " + strings.Join(never, "; ")})
	}
	if len(tickets) > 0 {
		out = append(out, found{rule.TierUnreachable, "tickets", "tiers that can never page, only be a ticket: " + strings.Join(tickets, "; ")})
	}
	return out
}

// lacking says how many failures a tier needs, and how few calls there are.
func lacking(t slo.Tier, need int64, calls float64) string {
	noun := "calls"
	if math.Round(calls) == 1 {
		noun = "call"
	}
	return fmt.Sprintf("%s needs %d failures in %s, and no %s had more than %s %s",
		t.Name, need, slo.FormatDuration(t.Long), slo.FormatDuration(hoursAround(t.Long)), events(calls), noun)
}

// mayBeRare reports whether the traffic of an objective has to be known exactly: by
// what is known of it, a rule might find it too little.
func (l Limits) mayBeRare(s slo.SLO, t Traffic) bool {
	const doubt = 4
	calls := t.Calls(s.Window.Length)
	if s.SLI.Scale().Timed {
		return false
	}
	return s.Objective.ErrorRatio()*calls*l.ThinShare < doubt || slices.ContainsFunc(s.Tiers, func(tier slo.Tier) bool {
		return calls*float64(tier.Long)/float64(s.Window.Length) < doubt*float64(max(s.Guard.Page, s.Guard.Ticket))
	})
}

// short says once for each window, at the first objective that has it, that the
// backend does not have data for all of it.
func short(slos []slo.SLO, f *Facts) []rule.Finding {
	if f.Began.IsZero() {
		return nil
	}
	known := f.At.Sub(f.Began)
	first, many := map[time.Duration]slo.SLO{}, map[time.Duration]int{}
	for _, s := range slos {
		if window := s.Window.Length; window-known > window/20 {
			if many[window]++; many[window] == 1 {
				first[window] = s
			}
		}
	}
	var out []rule.Finding
	for window, s := range first {
		text := fmt.Sprintf("%s: the backend has data since about %s only, %s of %s: until then the budget is that of a shorter time",
			s.ID, f.Began.Truncate(time.Hour).Format("2006-01-02 15:04 MST"), ago(known), slo.FormatDuration(window))
		if more := many[window] - 1; more > 0 {
			text += fmt.Sprintf("; so it is with %d more", more)
		}
		out = append(out, at(s, rule.HistoryShort, text))
	}
	slices.SortFunc(out, func(a, b rule.Finding) int { return strings.Compare(a.Message, b.Message) })
	return out
}
