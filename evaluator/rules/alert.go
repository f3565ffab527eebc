package rules

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// longestKeep bounds how long an alert stays after its burn has ended.
const longestKeep = 30 * time.Minute

// alerts are a rule for each tier, one more for a tier that pages when it goes
// on, and one for data that is gone.
func (c compiler) alerts() []Rule {
	var out []Rule
	for _, t := range c.Tiers {
		severity := slo.SeverityTicket
		if c.Pages(t) {
			severity = slo.SeverityPage
		}
		out = append(out, c.burn(t, severity, 0))
		if t.PageAfter > 0 && severity < slo.SeverityPage && c.MaxSeverity == slo.SeverityPage {
			out = append(out, c.burn(t, slo.SeverityPage, t.PageAfter))
		}
	}
	if c.NoData != slo.SeverityNone {
		out = append(out, c.noData())
	}
	return out
}

// burn is the alert of a tier: both windows at or over the rate, and the guard.
func (c compiler) burn(t slo.Tier, severity slo.Severity, after time.Duration) Rule {
	conditions := []string{
		fmt.Sprintf("%s >= %v", c.rate(t.Long), t.BurnRate),
		fmt.Sprintf("%s >= %v", c.rate(t.Short), t.BurnRate),
	}
	if severity == slo.SeverityPage {
		conditions = append(conditions, c.atLeast(t.Long, c.Guard.Page), c.atLeast(t.Short, c.Guard.PageShort))
	} else {
		conditions = append(conditions, c.atLeast(t.Long, c.Guard.Ticket))
	}
	for _, w := range []time.Duration{t.Long, t.Short} {
		if known := c.known(w, slo.MinCoverage); known != "" {
			conditions = append(conditions, known)
		}
	}
	r := c.alert("ErrorBudgetBurn", severity, strings.Join(conditions, joined))
	r.Labels["burn_tier"] = t.Name
	r.KeepFiringFor = slo.FormatDuration(min(t.Short, longestKeep))
	long, short := slo.FormatDuration(t.Long), slo.FormatDuration(t.Short)
	summary := fmt.Sprintf("%s burns its error budget %v times too fast, or faster", c.ID, t.BurnRate)
	if after > 0 {
		r.For = slo.FormatDuration(after)
		summary += ", since " + r.For
	}
	r.Annotations["summary"] = literal(summary)
	r.Annotations["description"] = literal(fmt.Sprintf("%s over %s: burn rate ", c.Objective, c.Window.Name)) +
		"{{ $value | humanize }}" + fmt.Sprintf(" over %s, and at least %v over %s.", long, t.BurnRate, short)
	return r
}

// rate is the burn rate over a window: the share of bad events over the allowed
// one. Without events there is none.
func (c compiler) rate(w time.Duration) string {
	return fmt.Sprintf("max without (window) (%s / %s) / %v", c.counted(badEvents, w), c.counted(events, w), c.Objective.ErrorRatio())
}

// atLeast asks for a number of bad events in a window, or of bad slots where
// events are told by slots.
func (c compiler) atLeast(w time.Duration, n int64) string {
	if c.SLI.Scale().Slots {
		return fmt.Sprintf("count_over_time((%s > 0)[%s:%s]) >= %d", c.series(badSlot), slo.FormatDuration(w), slo.FormatDuration(c.Interval), n)
	}
	return fmt.Sprintf("%s >= %d", c.counted(badEvents, w), n)
}

// known asks that a share of a window has been recorded, where it is added up from
// what was recorded; empty where it is read from counters. Without it the first
// minutes after the rules are loaded would stand for days.
func (c compiler) known(w time.Duration, share float64) string {
	switch {
	case c.SLI.Scale().Timed:
		return fmt.Sprintf("%s >= %d", c.counted(events, w), int64(share*float64(w/c.Interval)))
	case w <= c.direct():
		return ""
	}
	return fmt.Sprintf("count_over_time(%s[%s:%s]) >= %d", c.counted(events, base), slo.FormatDuration(w), slo.FormatDuration(base), int64(share*float64(w/base)))
}

// leastGone is how long data must be gone before anybody is told.
const leastGone = 10 * time.Minute

// noData is the alert for data that is gone: after ten minutes, or after a
// hundredth of the time that the window allows.
func (c compiler) noData() Rule {
	allowed := time.Duration(float64(c.Window.Length) * c.Objective.ErrorRatio())
	gone := max(leastGone, (allowed / 100).Round(time.Minute))
	r := c.alert("SLONoData", min(c.NoData, c.MaxSeverity), fmt.Sprintf("absent_over_time(%s[%s])", c.counted(events, base), slo.FormatDuration(gone)))
	r.Annotations["summary"] = literal(fmt.Sprintf("%s: nothing is known since %s", c.ID, slo.FormatDuration(gone)))
	return r
}

// alert is an alert with the labels and links of the SLO.
func (c compiler) alert(name string, severity slo.Severity, expr string) Rule {
	r := Rule{Alert: name, Expr: expr, Labels: map[string]string{}, Annotations: map[string]string{}}
	maps.Copy(r.Labels, c.SLO.Labels)
	maps.Copy(r.Labels, c.identity())
	r.Labels["owner"], r.Labels["severity"] = c.Owner, severity.String()
	for k, v := range r.Labels {
		r.Labels[k] = literal(v)
	}
	if c.LinksOf != nil {
		for k, v := range c.LinksOf(c.SLO) {
			r.Annotations[labelName(k)+"_url"] = literal(v)
		}
	}
	return r
}

// labelName makes a name of a label that every Prometheus takes.
func labelName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
	if clean == "" || clean[0] >= '0' && clean[0] <= '9' {
		return "_" + clean
	}
	return clean
}
