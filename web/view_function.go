package web

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/format"
)

// What the tables of a function's page hold at most.
const (
	functionRows = 31
	mostCulprits = 8
)

// functionPast is what happened to a function in the range that is looked at.
type functionPast struct {
	From, To       moment
	Recent         string // how long, of a range that ends now
	Ranges         []rangeLink
	Earlier, Later string
	Wider          string
	DetailURL      string
	Calls, Latency *sloRef
	Threshold      *threshold
	Culprits       []culprit
	Parts          []partShare
	Rows           []detailRow
	Heat           heatView
	Note           string // why there are no figures; empty when there are
	Signals        []signalView
	SignalsURL     string
	Missing        string // signals worth having that are not declared
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
	To                        moment
	Calls, Bad, P50, P95, P99 string
}

// pastOf looks at a range of a function's past. What cannot be read does not take the
// page with it.
func (s *Server) pastOf(ctx context.Context, id slo.ID, slos []slo.SLO, name string, shown breakdown.Range) functionPast {
	now := s.thisSecond()
	p := functionPast{From: momentOf(shown.From), To: momentOf(shown.To), Earlier: rangeURL(id, shown.Moved(-0.5, now)), Wider: rangeURL(id, shown.Wider(now))}
	if later := shown.Moved(0.5, now); later.To.After(shown.To) {
		p.Later = rangeURL(id, later)
	}
	if shown.Recent() {
		p.Recent = slo.FormatDuration(shown.To.Sub(shown.From))
	}
	for _, preset := range []string{"1h", "6h", "1d", "7d", "30d"} {
		r := breakdown.Range{FromText: "now-" + preset, ToText: "now"}
		p.Ranges = append(p.Ranges, rangeLink{Name: preset, URL: rangeURL(id, r), Current: shown.FromText == r.FromText && shown.ToText == r.ToText})
	}
	query := url.Values{"from": {shown.From.UTC().Format(time.RFC3339)}, "to": {shown.To.UTC().Format(time.RFC3339)}}
	grid := breakdown.NewGrid(shown.From, shown.To, now, detailPoints)
	p.SignalsURL = signalsURL(id) + "?" + url.Values{"from": {grid.From.UTC().Format(time.RFC3339)}, "to": query["to"], "step": {slo.FormatDuration(grid.Step)}}.Encode()
	p.Signals = s.signalViews(ctx, id, shown.To)
	p.Missing = missingSignals(p.Signals)
	of := toldApartOf(slos, name)
	if of.calls == nil {
		p.Note = "None of its SLOs counts calls"
		return p
	}
	if name != "" {
		query.Set("slo", name)
	}
	p.DetailURL = apiPrefix + functionPath(id) + "/detail?" + query.Encode()
	p.Calls = &sloRef{of.calls.ID.Name, sloPath(of.calls.ID)}
	if of.latency != nil {
		p.Latency, p.Threshold = &sloRef{of.latency.ID.Name, sloPath(of.latency.ID)}, thresholdOf(of.latency.SLI)
	}
	if err := s.addFigures(ctx, &p, of, slos, shown); err != nil {
		s.logger.Warn("no detail for a page", "function", id.FunctionKey(), "err", err)
		p.Note = "They cannot be read at the moment"
	}
	return p
}

func rangeURL(id slo.ID, r breakdown.Range) string {
	return functionPath(id) + "?" + url.Values{"from": {r.FromText}, "to": {r.ToText}}.Encode()
}

// addFigures fills the tables, in steps wide enough to be read by people.
func (s *Server) addFigures(ctx context.Context, p *functionPast, of toldApart, slos []slo.SLO, shown breakdown.Range) error {
	grid := breakdown.NewGrid(shown.From, shown.To, s.thisSecond(), functionRows)
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
		row := detailRow{To: momentOf(step.Time), Calls: format.Unknown, Bad: format.Unknown, P50: format.Unknown, P95: format.Unknown, P99: format.Unknown}
		if step.Known() {
			row.Calls, row.Bad = format.Count(step.Total), format.Count(step.Bad)
		}
		if i < len(slow) {
			if q := slo.ComputeQuantiles(grid.Step, slow[i].Buckets); q != nil {
				row.P50, row.P95, row.P99 = quantile(q.P50, q.Above), quantile(q.P95, q.Above), quantile(q.P99, q.Above)
			}
		}
		p.Rows = append([]detailRow{row}, p.Rows...) // newest first
	}
	for _, c := range breakdown.Culprits(steps, mostCulprits) {
		text := slo.FormatClass(map[string]string{c.Label: c.Value})
		p.Culprits = append(p.Culprits, culprit{Text: text, Share: format.Part(c.Share), Bad: format.Count(c.Bad), Width: int(c.Share * 100)})
	}
	p.Heat = heatOf(slow, of.latency)
	p.Parts = s.partShares(of.calls.ID, whole, slos, grid)
	return nil
}

// partShares says which parts of an SLO its bad events were of.
func (s *Server) partShares(of slo.ID, whole slo.Counts, slos []slo.SLO, grid breakdown.Grid) (out []partShare) {
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
			culprit: culprit{Text: p.Label + "=" + p.Value, Share: format.Part(p.OfBad), Bad: format.Count(p.Bad), Width: int(p.OfBad * 100)},
			URL:     sloPath(p.ID), OfCalls: format.Part(p.OfTotal), Suspect: p.Suspect(),
		})
	}
	return out
}

// missingSignals names what is worth having beside calls and is not declared.
func missingSignals(have []signalView) string {
	var missing []string
	for _, name := range []string{"retries", "cold_starts", "queue_length", "throttles", "saturation", "cost"} {
		found := false
		for _, s := range have {
			found = found || strings.EqualFold(strings.NewReplacer("-", "_", " ", "_").Replace(s.Name), name)
		}
		if !found {
			missing = append(missing, name)
		}
	}
	return strings.Join(missing, ", ")
}
