package slos

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/changelog"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// sloBody is the page of one SLO.
type sloBody struct {
	ID          slo.ID
	FunctionURL string
	Description string
	Status      ui.Badge
	Data        *ui.Badge // when the data is not ok
	DataReason  string    // what to know about it
	Corrected   string    // what maintenance excludes, with both numbers; empty when nothing
	Alert       alertView
	Objective   string
	Window      string
	From, To    ui.Moment
	Since       string // the begin of a period of the calendar
	Until       string // its end
	Resets      string
	Windows     []ui.WindowView
	Tiles       []ui.Tile
	Budget      ui.BudgetView
	Tiers       []tierView
	Classed     bool // bad events may be told apart by labels: only a ratio has them
	Errors      []ui.ErrorView
	Recent      []ui.ErrorView // of the last hour
	Threshold   *ui.Threshold  // of a latency
	Quantiles   []ui.Tile
	ChartsURL   string
	TableURL    string // the same figures for a spreadsheet
	Ranges      []ui.RangeLink
	Shown       *ui.WindowView // what charts show where that is no range of the links; nil otherwise
	Burns       []burnChart
	Days        *daysView
	Past        []pastView // alerts and what was told of them
	MorePast    int
	Queries     []consoleQuery
	Source      *sourceView // nil where the file is not kept
	ExplainURL  string
	History     []historyRow
	Signals     []site.SignalView
	SignalsURL  string
	HistoryNote string   // why there is no history; empty when there is
	Unit        string   // what an event is: Calls or Slots
	Caveats     []string // what to know about how the numbers come about
	Annotations []annotationRow
	Revisions   []revisionRow
	Changes     []site.Change // of what is written of its function, in its window
	Older       int           // changes that are not listed
	Definition  []ui.Pair
	Labels      []ui.Pair
	Links       []ui.Link
	Selectors   []ui.Pair
	Name        string // without what it is a part by
	Parts       []ui.PartView
	Family      family
	Deploy      *ui.LastDeploy   // within a day; nil when none is known
	Deploys     []site.DeployRow // the latest ones
}

type alertView struct {
	Phase, Severity, Tier, Reason, Incident string
	Since                                   ui.Moment
	Muted                                   []ui.MutedView // what holds its messages back
	SilenceURL                              string
	Last                                    *lastIncident // of an alert that counts while none is open; nil when not known
}

// historyRow is one line of the table under the chart.
type historyRow struct {
	At                                   ui.Moment
	Calls, Bad, SLI, Coverage, Remaining string
	Excluded                             string // empty when nothing is
}

func (s Handlers) pageSLO(r *http.Request) (site.Answer, error) {
	row, err := s.Row(r.Context(), pathID(r), time.Time{})
	if err != nil {
		return site.Answer{}, err
	}
	shown, err := s.parseRange(r, &row.SLO)
	if err != nil {
		return site.Answer{}, err
	}
	body := s.sloBody(&row)
	body.show(&row.SLO, shown)
	if err := s.addHistory(r.Context(), &body, &row, shown); err != nil {
		return site.Answer{}, err
	}
	body.Days = s.days(&row)
	s.addSources(&body, &row)
	incidents, err := s.past(r.Context(), row.SLO.ID)
	if err != nil {
		return site.Answer{}, err
	}
	body.Past, body.MorePast = s.pastViews(row.SLO.ID, incidents)
	if row.Alert.Active() && row.Incident == "" {
		body.Alert.Last = lastIncidentOf(incidents)
	}
	body.Revisions = revisions(&row.SLO)
	body.Signals = s.SignalViews(r.Context(), row.SLO.ID, row.Assessment.AsOf)
	if body.Deploy, err = s.RecentDeploy(r.Context(), row.SLO.ID.Service, row.SLO.ID.Function); err != nil {
		return site.Answer{}, err
	}
	if body.Deploys, err = s.DeployRows(r.Context(), &row); err != nil {
		return site.Answer{}, err
	}
	if err := s.addChanges(r.Context(), &body, &row); err != nil {
		return site.Answer{}, err
	}
	if body.Family, err = s.familyOf(r.Context(), &row.SLO); err != nil {
		return site.Answer{}, err
	}
	return s.PageAnswer(r, "slo", site.Page{
		Title: row.SLO.ID.Name + " of " + row.SLO.ID.Function, Section: "slos", Self: ui.SLOPath(row.SLO.ID), Concerns: "slo:" + row.SLO.ID.String() + " incident status",
		AsOf: ui.MomentOf(row.Assessment.AsOf), Body: body,
	})
}

func (s Handlers) sloBody(r *listing.Row) sloBody {
	o, a := &r.SLO, &r.Assessment
	b := sloBody{
		ID: o.ID, FunctionURL: ui.FunctionPath(o.ID), Description: o.Description, Status: ui.StatusBadge(r.Status()),
		Objective: o.Objective.String(), Window: windowTitle(o.Window), Since: ui.Since(o.Window, a.Window), Until: ui.Until(o.Window, a.Window),
		Resets: resets(o.Window, a.AsOf), Windows: ui.WindowsOf(r),
		From: ui.MomentOf(a.Window.From), To: ui.MomentOf(a.Window.To),
		Alert: alertOf(r), Tiles: tiles(r), Budget: ui.BudgetOf(a), Tiers: tiersOf(r), Classed: o.SLI.Ratio != nil, Errors: ui.ErrorsOf(a.Errors, a.Window.Bad), Recent: ui.RecentErrors(a),
		Threshold: ui.ThresholdOf(o.SLI), Quantiles: quantilesOf(r), Burns: burnCharts(o), ExplainURL: ui.SLOPath(o.ID) + "/explain", SignalsURL: site.SignalsURL(o.ID),
		DataReason: a.Reason, Corrected: api.BothNumbers(*a), Unit: unitName(a.Scale), Caveats: slices.Concat(o.SLI.Caveats(), a.Caveats),
		Definition: append(definition(o), ui.Pair{Name: "Badge, in Markdown", Value: s.badgeSnippet(o.ID)}), Labels: ui.Pairs(o.Labels), Selectors: selectors(o.SLI),
	}
	b.Name, b.Parts = ui.PartOf(o)
	if a.State != slo.StateOK {
		data := ui.StateBadge(a.State)
		b.Data = &data
	}
	if s.Links != nil {
		b.Links = ui.LinksOf(s.Links(*o, s.Now().Add(-time.Hour), s.Now()))
	}
	return b
}

// addChanges fills in what people changed about the function of an SLO in its window.
func (s Handlers) addChanges(ctx context.Context, b *sloBody, r *listing.Row) error {
	q := changelog.Query{From: s.Now().Add(-r.SLO.Window.Length), To: s.Now(), Service: r.SLO.ID.Service, Function: r.SLO.ID.Function}
	found, _, err := s.Changed(ctx, q)
	b.Annotations = s.annotationRows(r, found)
	for _, c := range found {
		switch {
		case c.Kind == changelog.Deployed: // they have a list of their own
		case len(b.Changes) == site.ChangesShown:
			b.Older++
		default:
			b.Changes = append(b.Changes, s.ChangeRow(c))
		}
	}
	return err
}

// unitName heads a column of events.
func unitName(scale slo.Scale) string {
	if scale.Timed {
		return "Slots"
	}
	return "Calls"
}

// historyRows is how many lines the table under the chart has.
const historyRows = 30

// addHistory fills the table with what charts show. They fetch their own, finer
// points. History that cannot be had does not take the page with it.
func (s Handlers) addHistory(ctx context.Context, b *sloBody, r *listing.Row, shown chartRange) error {
	if r.Assessment.AsOf.IsZero() {
		b.HistoryNote = "nothing was evaluated yet"
		return nil
	}
	to := shown.to
	if !shown.past {
		to = r.Assessment.AsOf
	}
	length := to.Sub(shown.from)
	if shown.length > 0 {
		length = shown.length
	}
	step := (length / historyRows).Truncate(15 * time.Second)
	points, err := s.Objectives.History(ctx, r.SLO, to.Add(-length), to, max(step, 15*time.Second))
	if err != nil {
		s.Log.Warn("no history for a page", "slo", r.SLO.ID.String(), "err", err)
		b.HistoryNote = "it cannot be read at the moment"
		return ctx.Err()
	}
	s.recount(r.SLO, to.Add(-length), points)
	for _, point := range slices.Backward(points) { // newest first
		b.History = append(b.History, historyOf(point))
	}
	return nil
}

func historyOf(p slo.Point) historyRow {
	ratio, known := p.SuccessRatio()
	row := historyRow{
		At: ui.MomentOf(p.Time), Calls: format.Events(p.Scale.Events(p.Total)), Bad: format.Events(p.Scale.Events(p.Bad)),
		SLI: format.SLI(ratio, known), Coverage: format.Share(p.Coverage, true), Remaining: format.Unknown,
		Excluded: ui.ExcludedShare(p.Excluded),
	}
	if p.Remaining != nil {
		row.Remaining = format.Left(*p.Remaining, true)
	}
	return row
}

func alertOf(r *listing.Row) alertView {
	v := alertView{
		Phase: string(r.Alert.Phase), Tier: r.Alert.Tier, Since: ui.MomentOf(r.Alert.Since),
		Reason: r.Alert.Reason, Incident: r.Incident, Muted: ui.MutedViews(r.Alert.MutedBy), SilenceURL: ui.SilenceURL(r.SLO.ID.Service, r.SLO.ID.Function),
	}
	if r.Alert.Active() {
		v.Severity = r.Alert.Severity.String()
	}
	return v
}
