package slos

import (
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/ui"
)

func tiles(r *listing.Row) []ui.Tile {
	a, o := &r.Assessment, &r.SLO
	sli := ui.Tile{Name: "SLI", Term: "sli", Value: ui.SLIOf(a.Window), Note: "objective " + o.Objective.String()}
	if ratio, known := a.Window.SuccessRatio(); known && ratio < o.Objective.Ratio() {
		sli.Tone = "ticket"
	}
	if a.Window.Excluded.Any() {
		sli.Note += ", " + ui.SLIOf(a.Window.AsMeasured()) + " as measured"
	}
	coverage := ui.Tile{Name: "Coverage", Term: "coverage", Value: format.Share(a.Window.Coverage, true), Note: "of the window is known"}
	if a.Window.Coverage < slo.MinCoverage {
		coverage.Tone = "ticket"
	}
	if excluded := ui.ExcludedShare(a.Window.Excluded); excluded != "" {
		coverage.Note = "of the rest of the window is known, " + excluded
	}
	return []ui.Tile{
		sli, budgetTile(r), burnTile(r), exhaustionTile(r), coverage,
		traffic(a, windowTitle(o.Window)),
	}
}

// traffic is how much the numbers are about: calls, or slots of time.
func traffic(a *slo.Assessment, window string) ui.Tile {
	total := format.Events(a.Scale.Events(a.Window.Total))
	if a.Scale.Timed {
		return ui.Tile{Name: "Slots", Term: "slot", Value: total, Note: "known in " + window}
	}
	if a.Window.Reading() {
		window += ", as far as it is read"
	}
	return ui.Tile{Name: "Calls", Term: "calls", Value: format.Rate(a.CallsPerSecond), Note: total + " in " + window}
}

func budgetTile(r *listing.Row) ui.Tile {
	a := &r.Assessment
	b := ui.BudgetOf(a)
	t := ui.Tile{Name: "Budget left", Term: "budget-left", Value: b.Text, Note: "no " + a.Scale.Noun() + " in the window"}
	if b.Read != "" {
		t.Note = "history is still being read: " + b.Read
		return t
	}
	if !b.Known && a.Window.Foreseen() {
		return t
	}
	t.Note = b.Left + " of " + b.Of + " " + badOnes(a.Scale) + " left"
	if outage, known := course.Outage(*a); known && !a.Budget().Thin() && !a.Window.Excluded.Any() {
		t.Note += outageText(a.Scale, outage)
	}
	switch {
	case b.Tone == "spent":
		t.Tone, t.Note = "page", format.Events(a.Scale.Events(a.Window.Bad))+" "+badOnes(a.Scale)+", "+b.Of+" were allowed"
	case b.Tone == "low":
		t.Tone = "ticket"
	}
	if a.Window.Running() {
		t.Note = fmt.Sprintf("%s, until %s; %s %s, allowed %s", windowTitle(r.SLO.Window), ui.Until(r.SLO.Window, a.Window),
			format.Events(a.Scale.Events(a.Window.Bad)), badOnes(a.Scale), ui.Allowed(a, a.Window))
	}
	if b.Known && a.Budget().Thin() {
		t.Note += ": too few for a verdict"
	}
	if a.Window.Excluded.Any() {
		t.Note += ", " + ui.BudgetOver(a, a.Window.AsMeasured()).Text + " as measured"
	}
	return t
}

func burnTile(r *listing.Row) ui.Tile {
	now := ui.BurnOf(r, time.Hour)
	t := ui.Tile{Name: "Burn now", Term: "burn-rate", Value: now.Text, Tone: now.Tone, Note: "over the last hour"}
	if short, ok := r.Assessment.BurnRate(5 * time.Minute); ok {
		t.Note += ", " + format.Burn(short, true) + " over 5m"
	}
	if !r.Assessment.State.Measured() { // what is left of the windows says nothing of now
		t.Value, t.Tone, t.Note = format.Unknown, "", "no data of now"
	}
	return t
}

// outageText says the rest of a budget as time.
func outageText(scale slo.Scale, outage time.Duration) string {
	if scale.Timed {
		return ": " + format.Span(outage)
	}
	return ", or " + format.Span(outage) + " of total failure"
}

func badOnes(scale slo.Scale) string {
	if scale.Timed {
		return "bad slots"
	}
	return "bad events"
}

func exhaustionTile(r *listing.Row) ui.Tile {
	a := &r.Assessment
	pace, _, paced := a.Pace()
	t := ui.Tile{Name: "Spent in", Term: "exhaustion", Value: format.Unknown, Note: slo.AtPace(slo.FormatDuration(pace))}
	remaining, known := a.Remaining(a.Window)
	at, ends := a.ExhaustsAt()
	switch {
	case a.Window.Reading():
		t.Value, t.Note = format.Reading, "until the budget is known"
	case known && remaining <= 0:
		t.Value, t.Note, t.Tone = "spent", "nothing is left of the budget", "page"
	case !a.State.Measured():
		t.Note = "the pace of now is not known"
	case ends:
		t.Value = format.Span(at.Sub(a.AsOf))
		t.Note += ": " + at.UTC().Format("Jan 2, 15:04 UTC") + ui.AlertForetells(r)
	case known && paced:
		t.Value = a.Window.Beyond()
		t.Note += ui.AlertForetells(r)
	}
	return t
}

func quantilesOf(r *listing.Row) []ui.Tile {
	q := r.Assessment.Latency
	if q == nil {
		return nil
	}
	note := "over " + slo.FormatDuration(q.Window)
	return []ui.Tile{
		{Name: "Average", Term: "average", Value: ui.AverageText(q.Took), Note: note + ", " + ui.AverageBounds(q.Took)},
		{Name: "p50", Term: "p50", Value: ui.Quantile(q.P50, q.Above), Note: note},
		{Name: "p95", Term: "p95", Value: ui.Quantile(q.P95, q.Above), Note: note},
		{Name: "p99", Term: "p99", Value: ui.Quantile(q.P99, q.Above), Note: note},
	}
}
