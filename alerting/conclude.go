package alerting

import (
	"fmt"
	"math"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// conclude says in one sentence whether the SLO alerts, and why or why not.
func conclude(e Explanation, readings []reading) string {
	text := e.verdict(readings)
	if e.Remembered || e.Assessment.AsOf.IsZero() {
		return text
	}
	return "As if decided at " + instant(e.Assessment.AsOf) + ", without memory: " + strings.ToLower(text[:1]) + text[1:]
}

func (e Explanation) verdict(readings []reading) string {
	switch a := e.Alert; {
	case a.Tier == NoDataTier && a.Active():
		return fmt.Sprintf("%s: %s: %s", verb(a.Severity), a.Tier, a.Reason)
	case !e.Assessment.State.Measured() && e.absence() != "":
		return "Cannot tell: " + e.absence() + e.frozenAs()
	case !e.Assessment.State.Measured():
		return "Cannot tell: the data is " + frozenReason(e.Assessment) + e.frozenAs()
	case a.Phase == PhaseFiring:
		return fmt.Sprintf("%s: %s: %s", verb(a.Severity), e.lead(), a.Reason)
	case a.Phase == PhaseRecovering:
		return fmt.Sprintf("Recovers (%s): %s: %s", a.Severity, e.lead(), a.Reason)
	}
	for _, r := range readings {
		if r.severity > slo.SeverityNone { // only where the alert is older than the numbers
			return fmt.Sprintf("Not decided yet: the numbers ask for a %s: %s: %s", r.severity, tierText(r.tier), r.numbers())
		}
	}
	if e.Alert.Phase == PhasePending {
		return e.pending(readings)
	}
	return e.quiet(readings)
}

// absence says how far the clock of data that is gone is; empty where there is none.
func (e Explanation) absence() string {
	in := Input{SLO: e.SLO, Assessment: e.Assessment}
	if g, known := readGone(in); known && g.asks > slo.SeverityNone {
		return g.progress() + ", then a " + g.asks.String()
	}
	return ""
}

// frozenAs says what an alert stays that fired when the data was lost.
func (e Explanation) frozenAs() string {
	if !e.Alert.Active() {
		return ""
	}
	return fmt.Sprintf("; the alert stays %s (%s), as it was at %s", e.Alert.Phase, e.Alert.Severity, instant(e.Alert.DecidedAt))
}

func verb(s slo.Severity) string {
	if s == slo.SeverityPage {
		return "Pages"
	}
	return "Files a ticket"
}

// lead names the tier that leads the alert.
func (e Explanation) lead() string {
	for _, t := range e.Tiers {
		if t.Tier.Name == e.Alert.Tier {
			return tierText(t.Tier)
		}
	}
	return e.Alert.Tier
}

// tierText names a tier with what it asks: "fast (14.4 over 1h and 5m)".
func tierText(t slo.Tier) string {
	if t.Long == t.Short {
		return t.Name
	}
	return fmt.Sprintf("%s (%g over %s and %s)", t.Name, t.BurnRate, slo.FormatDuration(t.Long), slo.FormatDuration(t.Short))
}

// pending explains a tier that is over its rate and does not fire.
func (e Explanation) pending(readings []reading) string {
	for i, r := range readings {
		t := e.Tiers[i]
		if r.over && r.severity == slo.SeverityNone {
			if t.Met == nil {
				return fmt.Sprintf("Cannot tell: %s: %s", tierText(r.tier), r.withheld)
			}
			return fmt.Sprintf("Does not fire: %s: %s; %s", tierText(r.tier), r.numbers(), r.withheld)
		}
	}
	return "Does not fire: " + e.Alert.Reason
}

// quiet explains why nothing fires by the tier that is nearest to it, unless it
// is not known of one.
func (e Explanation) quiet(readings []reading) string {
	if len(readings) == 0 {
		return "Never fires: no tier of its policy can be reached with this objective"
	}
	nearest, share := -1, math.Inf(-1)
	for i, r := range readings {
		t := e.Tiers[i]
		if t.Met == nil && r.budget == nil {
			return fmt.Sprintf("Cannot tell: %s: %s", tierText(r.tier), r.unknown())
		}
		if near := min(r.longRate, r.shortRate) / r.tier.BurnRate; r.budget == nil && near > share {
			nearest, share = i, near
		}
	}
	if nearest < 0 { // a policy of nothing but a budget
		return "Does not fire: " + e.Tiers[0].Reason
	}
	r := readings[nearest]
	if share == 0 { // nothing burns at all
		return "Does not fire: " + r.shortfall()
	}
	return fmt.Sprintf("Does not fire: %s, and no tier is nearer to firing than %s", r.shortfall(), r.tier.Name)
}

// shortfall says by what a tier whose windows are known misses its rate, or a
// budget its end.
func (r reading) shortfall() string {
	if r.budget != nil {
		return r.budgetShortfall()
	}
	w, rate := r.long, r.longRate
	if r.knownShort && !r.shortOver && (!r.knownLong || r.longOver || r.shortRate <= r.longRate) {
		w, rate = r.short, r.shortRate
	}
	if w.Total == 0 {
		return fmt.Sprintf("no %s in the last %s", r.scale.Noun(), slo.FormatDuration(w.Length))
	}
	return fmt.Sprintf("the burn rate over %s is %s, below %g", slo.FormatDuration(w.Length), slo.FormatAgainst(rate, r.tier.BurnRate), r.tier.BurnRate)
}

func (r reading) budgetShortfall() string {
	left, traffic := r.budget.RemainingRatio()
	switch {
	case !traffic:
		return fmt.Sprintf("no %s in %s", r.scale.Noun(), slo.FormatDuration(r.long.Length))
	case left > 0:
		return slo.FormatNumber(left*100, 3) + "% of the error budget is left"
	}
	return fmt.Sprintf("a budget of %s %s is too thin to be called spent", slo.FormatEvents(r.budget.Allowed), r.scale.Noun())
}
