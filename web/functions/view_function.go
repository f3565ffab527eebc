package functions

import (
	"context"
	"net/url"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// What the tables of a function's page hold at most.
const (
	functionRows = 31
	mostCulprits = 8
)

// functionPast is what happened to a function in the range that is looked at.
type functionPast struct {
	rangeView
	Step           string // of the charts
	DetailURL      string
	ExemplarsURL   string // empty where nobody is asked for them
	Calls, Latency *sloRef
	Threshold      *ui.Threshold
	Culprits       []culprit
	Parts          []partShare
	Rows           []detailRow
	Heat           heatView
	Note           string // why there are no figures; empty when there are
	Signals        []site.SignalView
	SignalsURL     string
	Missing        []missingSignal // worth having, and not declared
}

type sloRef struct{ Name, URL string }

// culprit is a label value, or one part, by its share of the bad events.
type culprit struct {
	Text, Share, Bad string
	Width            int
}

type partShare struct {
	culprit
	URL, OfCalls string
	Suspect      bool
}

// detailRow is a line of the table under the charts.
type detailRow struct {
	To                        ui.Moment
	Calls, Bad, P50, P95, P99 string
}

// pastOf looks at a range of a function's past. What cannot be read does not take the
// page with it.
func (s Handlers) pastOf(ctx context.Context, c chosen, slos []slo.SLO) functionPast {
	id, shown := c.id, c.shown
	p := functionPast{rangeView: c.view(slos)}
	query := url.Values{"from": {shown.From.UTC().Format(time.RFC3339)}, "to": {shown.To.UTC().Format(time.RFC3339)}}
	grid := breakdown.NewGrid(shown.From, shown.To, c.end, detailPoints)
	p.Step = slo.FormatDuration(grid.Step)
	p.SignalsURL = site.SignalsURL(id) + "?" + url.Values{"from": {grid.From.UTC().Format(time.RFC3339)}, "to": query["to"], "step": {p.Step}}.Encode()
	if c.slo != "" {
		query.Set("slo", c.slo)
	}
	if s.Exemplars != nil {
		p.ExemplarsURL = ui.FunctionPath(id) + "/exemplars?" + query.Encode()
	}
	p.Signals = s.SignalViews(ctx, id, shown.To)
	p.Missing = missingSignals(p.Signals)
	of := toldApartOf(slos, c.slo)
	if of.calls == nil {
		p.Note = "None of its SLOs counts calls"
		return p
	}
	p.DetailURL = site.APIPrefix + ui.FunctionPath(id) + "/detail?" + query.Encode()
	p.Calls = &sloRef{of.calls.ID.Name, ui.SLOPath(of.calls.ID)}
	if of.latency != nil {
		p.Latency, p.Threshold = &sloRef{of.latency.ID.Name, ui.SLOPath(of.latency.ID)}, ui.ThresholdOf(of.latency.SLI)
	}
	err := s.addFigures(ctx, &p, of, slos, c)
	p.Heat.mark(c.marks)
	if err != nil {
		s.Log.Warn("no detail for a page", "function", id.FunctionKey(), "err", err)
		p.Note = "They cannot be read at the moment"
	}
	return p
}

// addFigures fills the tables, in steps wide enough to be read by people.
func (s Handlers) addFigures(ctx context.Context, p *functionPast, of toldApart, slos []slo.SLO, c chosen) error {
	grid := breakdown.NewGrid(c.shown.From, c.shown.To, c.end, functionRows)
	steps, err := s.Objectives.Detail(ctx, *of.calls, grid.From, grid.To, grid.Step)
	if err != nil {
		return err
	}
	slow := steps
	if of.latency != nil && of.latency != of.calls {
		if slow, err = s.Objectives.Detail(ctx, *of.latency, grid.From, grid.To, grid.Step); err != nil {
			return err
		}
	}
	var whole slo.Counts
	for i, step := range steps {
		whole = whole.Add(step.Counts)
		row := detailRow{To: ui.MomentOf(step.Time), Calls: format.Unknown, Bad: format.Unknown, P50: format.Unknown, P95: format.Unknown, P99: format.Unknown}
		if step.Known() {
			row.Calls, row.Bad = format.Count(step.Total), format.Count(step.Bad)
		}
		if i < len(slow) {
			if q := slo.ComputeQuantiles(grid.Step, slow[i].Buckets); q != nil {
				row.P50, row.P95, row.P99 = ui.Quantile(q.P50, q.Above), ui.Quantile(q.P95, q.Above), ui.Quantile(q.P99, q.Above)
			}
		}
		p.Rows = append([]detailRow{row}, p.Rows...) // newest first
	}
	for _, c := range breakdown.Culprits(steps, mostCulprits) {
		text := slo.FormatClass(map[string]string{c.Label: c.Value})
		p.Culprits = append(p.Culprits, culprit{Text: ui.Clip(text), Share: format.Part(c.Share), Bad: format.Count(c.Bad), Width: int(c.Share * 100)})
	}
	p.Heat = heatOf(slow, of.latency)
	p.Parts = s.partShares(of.calls.ID, whole, slos, grid)
	return nil
}

// partShares says which parts of an SLO its bad events were of.
func (s Handlers) partShares(of slo.ID, whole slo.Counts, slos []slo.SLO, grid breakdown.Grid) (out []partShare) {
	if s.Counts == nil {
		return nil
	}
	var parts []breakdown.Part
	for _, o := range slos {
		if root, ok := o.Whole(); !ok || root != of {
			continue
		}
		for label, value := range o.Split {
			for _, sum := range s.Counts.Counted(o, []time.Time{grid.From, grid.To}) {
				parts = append(parts, breakdown.Part{ID: o.ID, Label: label, Value: value, Counts: sum.Counts})
			}
		}
	}
	for _, p := range breakdown.PartShares(whole, parts, mostCulprits) {
		out = append(out, partShare{
			culprit: culprit{Text: ui.Clip(p.Label + "=" + p.Value), Share: format.Part(p.OfBad), Bad: format.Count(p.Bad), Width: int(p.OfBad * 100)},
			URL:     ui.SLOPath(p.ID), OfCalls: format.Part(p.OfTotal), Suspect: p.Suspect(),
		})
	}
	return out
}
