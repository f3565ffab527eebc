package web

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
)

// sloBody is the page of one SLO.
type sloBody struct {
	ID          slo.ID
	FunctionURL string
	Description string
	Status      badge
	Data        *badge // when the data is not ok
	DataReason  string // what to know about it
	Corrected   string // what maintenance excludes, with both numbers; empty when nothing
	Alert       alertView
	Objective   string
	Window      string
	From, To    moment
	Since       string // the begin of a period of the calendar
	Until       string // its end
	Resets      string
	Windows     []windowView
	Tiles       []tile
	Budget      budgetView
	Tiers       []tierView
	Classed     bool // bad events may be told apart by labels: only a ratio has them
	Errors      []errorView
	Recent      []errorView // of the last hour
	Threshold   *threshold  // of a latency
	Quantiles   []tile
	ChartsURL   string
	TableURL    string // the same figures for a spreadsheet
	Ranges      []rangeLink
	Shown       *windowView // what charts show where that is no range of the links; nil otherwise
	Burns       []burnChart
	Days        *daysView
	Past        []pastView // alerts and what was told of them
	MorePast    int
	Queries     []consoleQuery
	Source      *sourceView // nil where the file is not kept
	ExplainURL  string
	History     []historyRow
	Signals     []signalView
	SignalsURL  string
	HistoryNote string   // why there is no history; empty when there is
	Unit        string   // what an event is: Calls or Slots
	Caveats     []string // what to know about how the numbers come about
	Annotations []annotationRow
	Revisions   []revisionRow
	Changes     []change // of what is written of its function, in its window
	Older       int      // changes that are not listed
	Definition  []pair
	Labels      []pair
	Links       []link
	Selectors   []pair
	Name        string // without what it is a part by
	Parts       []partView
	Family      family
	Deploy      *lastDeploy // within a day; nil when none is known
	Deploys     []deployRow // the latest ones
}

type alertView struct {
	Phase, Severity, Tier, Reason, Incident string
	Since                                   moment
	Muted                                   []mutedView // what holds its messages back
	SilenceURL                              string
	Last                                    *lastIncident // of an alert that counts while none is open; nil when not known
}

// historyRow is one line of the table under the chart.
type historyRow struct {
	At                                   moment
	Calls, Bad, SLI, Coverage, Remaining string
	Excluded                             string // empty when nothing is
}

func (s *Server) pageSLO(r *http.Request) (answer, error) {
	row, err := s.row(r.Context(), pathID(r), time.Time{})
	if err != nil {
		return answer{}, err
	}
	shown, err := s.parseRange(r, &row.SLO)
	if err != nil {
		return answer{}, err
	}
	body := s.sloBody(&row)
	body.show(&row.SLO, shown)
	if err := s.addHistory(r.Context(), &body, &row, shown); err != nil {
		return answer{}, err
	}
	body.Days = s.days(&row)
	s.addSources(&body, &row)
	incidents, err := s.past(r.Context(), row.SLO.ID)
	if err != nil {
		return answer{}, err
	}
	body.Past, body.MorePast = s.pastViews(row.SLO.ID, incidents)
	if row.Alert.Active() && row.Incident == "" {
		body.Alert.Last = lastIncidentOf(incidents)
	}
	body.Revisions = revisions(&row.SLO)
	body.Signals = s.signalViews(r.Context(), row.SLO.ID, row.Assessment.AsOf)
	if body.Deploy, err = s.recentDeploy(r.Context(), row.SLO.ID.Service, row.SLO.ID.Function); err != nil {
		return answer{}, err
	}
	if body.Deploys, err = s.deployRows(r.Context(), &row); err != nil {
		return answer{}, err
	}
	if err := s.addChanges(r.Context(), &body, &row); err != nil {
		return answer{}, err
	}
	if body.Family, err = s.familyOf(r.Context(), &row.SLO); err != nil {
		return answer{}, err
	}
	return s.pageAnswer(r, "slo", page{
		Title: row.SLO.ID.Name + " of " + row.SLO.ID.Function, Section: "slos", Self: sloPath(row.SLO.ID), Concerns: "slo:" + row.SLO.ID.String() + " incident status",
		AsOf: momentOf(row.Assessment.AsOf), Body: body,
	})
}

func (s *Server) sloBody(r *listing.Row) sloBody {
	o, a := &r.SLO, &r.Assessment
	b := sloBody{
		ID: o.ID, FunctionURL: functionPath(o.ID), Description: o.Description, Status: statusBadge(r.Status()),
		Objective: o.Objective.String(), Window: windowTitle(o.Window), Since: since(o.Window, a.Window), Until: until(o.Window, a.Window),
		Resets: resets(o.Window, a.AsOf), Windows: windowsOf(r),
		From: momentOf(a.Window.From), To: momentOf(a.Window.To),
		Alert: alertOf(r), Tiles: tiles(r), Budget: budgetOf(a), Tiers: tiersOf(r), Classed: o.SLI.Ratio != nil, Errors: errorsOf(a.Errors, a.Window.Bad), Recent: recentErrors(a),
		Threshold: thresholdOf(o.SLI), Quantiles: quantilesOf(r), Burns: burnCharts(o), ExplainURL: sloPath(o.ID) + "/explain", SignalsURL: signalsURL(o.ID),
		DataReason: a.Reason, Corrected: api.BothNumbers(*a), Unit: unitName(a.Scale), Caveats: slices.Concat(o.SLI.Caveats(), a.Caveats),
		Definition: append(definition(o), pair{"Badge, in Markdown", s.badgeSnippet(o.ID)}), Labels: pairs(o.Labels), Selectors: selectors(o.SLI),
	}
	b.Name, b.Parts = partOf(o)
	if a.State != slo.StateOK {
		data := stateBadge(a.State)
		b.Data = &data
	}
	if s.Links != nil {
		b.Links = linksOf(s.Links(*o, s.Now().Add(-time.Hour), s.Now()))
	}
	return b
}

// addChanges fills in what people changed about the function of an SLO in its window.
func (s *Server) addChanges(ctx context.Context, b *sloBody, r *listing.Row) error {
	q := changelog.Query{From: s.Now().Add(-r.SLO.Window.Length), To: s.Now(), Service: r.SLO.ID.Service, Function: r.SLO.ID.Function}
	found, _, err := s.changed(ctx, q)
	b.Annotations = s.annotationRows(r, found)
	for _, c := range found {
		switch {
		case c.Kind == changelog.Deployed: // they have a list of their own
		case len(b.Changes) == changesShown:
			b.Older++
		default:
			b.Changes = append(b.Changes, s.changeRow(c))
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
func (s *Server) addHistory(ctx context.Context, b *sloBody, r *listing.Row, shown chartRange) error {
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
		s.logger.Warn("no history for a page", "slo", r.SLO.ID.String(), "err", err)
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
		At: momentOf(p.Time), Calls: format.Events(p.Scale.Events(p.Total)), Bad: format.Events(p.Scale.Events(p.Bad)),
		SLI: format.SLI(ratio, known), Coverage: format.Share(p.Coverage, true), Remaining: format.Unknown,
		Excluded: excludedShare(p.Excluded),
	}
	if p.Remaining != nil {
		row.Remaining = format.Left(*p.Remaining, true)
	}
	return row
}

func alertOf(r *listing.Row) alertView {
	v := alertView{
		Phase: string(r.Alert.Phase), Tier: r.Alert.Tier, Since: momentOf(r.Alert.Since),
		Reason: r.Alert.Reason, Incident: r.Incident, Muted: mutedViews(r.Alert.MutedBy), SilenceURL: silenceURL(r.SLO.ID.Service, r.SLO.ID.Function),
	}
	if r.Alert.Active() {
		v.Severity = r.Alert.Severity.String()
	}
	return v
}
