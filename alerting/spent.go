package alerting

import (
	"fmt"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// budgetMarks are the shares of an error budget, in percent, that the timeline of an
// incident tells when they are gone. All of it is a condition of its own, see
// [BudgetTier].
var budgetMarks = []int{75, 50}

// spent is how much of the error budget is gone, as a share; not known where a budget
// is not called spent either, see [readBudget].
func spent(a slo.Assessment) (share float64, known bool) {
	left, known := a.Remaining(a.Window)
	if !known || !a.Window.Decides() || a.Window.Coverage < budgetCoverage || a.Budget().Thin() {
		return 0, false
	}
	return 1 - left, true
}

// mark is the highest of the marks that an alert has reached since it fires: a share
// that comes and goes is told once. A part of an objective tells nothing of its own.
func (d *decision) mark(prev, next Alert) int {
	if !next.Active() || d.in.SLO.Split != nil {
		return 0
	}
	var before int
	if prev.Active() {
		before = prev.Spent
	}
	share, known := spent(d.in.Assessment)
	at := slices.IndexFunc(budgetMarks, func(percent int) bool { return known && share*100 >= float64(percent) })
	if at < 0 {
		return before
	}
	return max(before, budgetMarks[at])
}

// tellSpent notes for the timeline that an alert has reached a mark.
func (s *slot) tellSpent(in Input, next Alert) {
	if next.Spent == 0 || in.Previous.Active() && in.Previous.Spent >= next.Spent {
		return
	}
	g := s.gather(incidentKey(next.ID.Service, next.ID.Function))
	g.marks = append(g.marks, Event{At: next.DecidedAt, Kind: EventBudget, Text: next.ID.Name + ": " + spentText(next.Spent, in.Assessment)})
}

// spentText says how much is gone and how long the rest lasts.
func spentText(mark int, a slo.Assessment) string {
	share, _ := spent(a)
	text := fmt.Sprintf("%d%% of the error budget over %s is gone, %s%% by now", mark, slo.FormatDuration(a.Window.Length), slo.FormatNumber(share*100, 3))
	over, rate, paced := a.Pace()
	switch at, ends := a.ExhaustsAt(); {
	case share >= 1 || !paced:
		return text
	case !ends:
		return text + fmt.Sprintf("; at the burn rate of now, %.1f over %s, the rest lasts", rate, slo.FormatDuration(over))
	default:
		return text + fmt.Sprintf("; at the burn rate of now, %.1f over %s, the rest is gone at %s", rate, slo.FormatDuration(over), instant(at))
	}
}
