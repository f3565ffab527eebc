package ui

import (
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
)

// BudgetView is the rest of an error budget as a number and a bar.
type BudgetView struct {
	Text  string
	Known bool
	Width int    // of the bar, 0 to 100
	Tone  string // good, low, spent, or quiet where the number is not of now, decides nothing, or there is none
	Left  string // in events
	Of    string // allowed, in events
	Read  string // how far the history is read; empty when it is
}

// BudgetOf is the budget over the SLO's own window.
func BudgetOf(a *slo.Assessment) BudgetView { return BudgetOver(a, a.Window) }

// BudgetOver is the budget over one of the windows.
func BudgetOver(a *slo.Assessment, sum slo.WindowSum) BudgetView {
	b := a.BudgetOf(sum)
	ratio, known := a.Remaining(sum)
	v := BudgetView{Text: format.Left(ratio, known), Known: known, Tone: "quiet"}
	if sum.Reading() {
		v.Text, v.Read = format.Reading, sum.ReadSoFar()
	}
	if !known {
		return v
	}
	v.Left, v.Of = format.Events(b.Remaining()), format.Events(b.Allowed)
	v.Width, v.Tone = int(min(max(ratio, 0), 1)*100), "good"
	switch {
	case sum.Excluded.Mostly(): // neither good nor bad news
		v.Tone = "quiet"
	case ratio <= 0:
		v.Tone, v.Width = "spent", 100
	case ratio < 0.25:
		v.Tone = "low"
	case a.State != slo.StateOK:
		v.Tone = "quiet"
	}
	return v
}

// SLIOf writes the success ratio over a window.
func SLIOf(w slo.WindowSum) string {
	if w.Reading() {
		return format.Reading
	}
	return format.SLI(w.SuccessRatio())
}

// BurnText writes the burn rate over a window of an assessment.
func BurnText(a *slo.Assessment, w slo.WindowSum) string {
	if w.Reading() {
		return format.Reading
	}
	return format.Burn(a.BurnRateOf(w))
}

// BurnView is a burn rate over one window against the lowest rate of a tier
// that looks at it.
type BurnView struct {
	Window string
	Text   string
	Limit  string // empty when no tier looks at this window
	Tone   string // page, ticket or empty
}

// BurnOf compares the burn rate of a window with the tiers whose long window it
// is.
func BurnOf(r *listing.Row, window time.Duration) BurnView {
	sum, _ := r.Assessment.Burn(window)
	rate, known := r.Assessment.BurnRateOf(sum)
	v := BurnView{Window: slo.FormatDuration(window), Text: BurnText(&r.Assessment, sum)}
	var lowest float64
	for _, t := range r.SLO.Tiers {
		if t.Long != window {
			continue
		}
		if lowest == 0 || t.BurnRate < lowest {
			lowest = t.BurnRate
			v.Limit = format.Burn(lowest, true)
		}
		if known && rate >= t.BurnRate && v.Tone != "page" {
			v.Tone = t.Severity.String()
		}
	}
	return v
}
