package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
)

// sloBody is the page of one SLO.
type sloBody struct {
	ID          slo.ID
	Description string
	Status      badge
	Data        *badge // when the data is not ok
	DataReason  string // what to know about it
	Alert       alertView
	Objective   string
	Window      string
	From, To    moment
	Until       string // the end of a period of the calendar
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
	SeriesURL   string
	ExplainURL  string
	History     []historyRow
	Signals     []signalView
	SignalsURL  string
	HistoryNote string   // why there is no history; empty when there is
	Unit        string   // what an event is: Calls or Slots
	Caveats     []string // what to know about how the numbers come about
	Annotations []annotationRow
	Revisions   []revisionRow
	Definition  []pair
	Labels      []pair
	Links       []link
	Selectors   []pair
	Name        string // without what it is a part by
	Parts       []partView
	Family      family
}

// tile is one number, large.
type tile struct {
	Name, Value, Note, Tone string
}

// threshold is the latency that is promised, to be read and to be drawn.
type threshold struct {
	Text    string
	Seconds float64
}

func thresholdOf(i slo.SLI) *threshold {
	if i.Latency == nil {
		return nil
	}
	return &threshold{Text: slo.FormatLatency(i.Latency.Threshold), Seconds: i.Latency.Threshold.Seconds()}
}

type alertView struct {
	Phase, Severity, Tier, Reason, Incident string
	Since                                   moment
}

// historyRow is one line of the table under the chart.
type historyRow struct {
	At                                   moment
	Calls, Bad, SLI, Coverage, Remaining string
}

func (s *Server) pageSLO(r *http.Request) (answer, error) {
	row, err := s.row(r.Context(), pathID(r), time.Time{})
	if err != nil {
		return answer{}, err
	}
	body := s.sloBody(&row)
	if err := s.addHistory(r.Context(), &body, &row); err != nil {
		return answer{}, err
	}
	body.Annotations, body.Revisions = s.annotationRows(&row), revisions(&row.SLO)
	body.Signals = s.signalViews(r.Context(), row.SLO.ID, row.Assessment.AsOf)
	if body.Family, err = s.familyOf(r.Context(), &row.SLO); err != nil {
		return answer{}, err
	}
	return s.pageAnswer(r, "slo", page{
		Title: row.SLO.ID.Name + " of " + row.SLO.ID.Function, Section: "slos", Self: sloPath(row.SLO.ID),
		Chart: true, AsOf: momentOf(row.Assessment.AsOf), Body: body,
	})
}

func (s *Server) sloBody(r *listing.Row) sloBody {
	o, a := &r.SLO, &r.Assessment
	b := sloBody{
		ID: o.ID, Description: o.Description, Status: statusBadge(r.Status()),
		Objective: o.Objective.String(), Window: windowTitle(o.Window), Until: until(o.Window, a.Window),
		Resets: resets(o.Window, a.AsOf), Windows: windowsOf(r),
		From: momentOf(a.Window.From), To: momentOf(a.Window.To),
		Alert: alertOf(r), Tiles: tiles(r), Budget: budgetOf(a), Tiers: tiersOf(r), Classed: o.SLI.Ratio != nil, Errors: errorsOf(a.Errors, a.Window.Bad), Recent: recentErrors(a),
		Threshold: thresholdOf(o.SLI), Quantiles: quantilesOf(r), SeriesURL: apiPrefix + sloPath(o.ID) + "/series", ExplainURL: sloPath(o.ID) + "/explain", SignalsURL: signalsURL(o.ID),
		DataReason: a.Reason, Unit: unitName(a.Scale), Caveats: slices.Concat(o.SLI.Caveats(), a.Caveats),
		Definition: definition(o), Labels: pairs(o.Labels), Selectors: selectors(o.SLI),
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

// unitName heads a column of events.
func unitName(scale slo.Scale) string {
	if scale.Timed {
		return "Slots"
	}
	return "Calls"
}

// historyRows is how many lines the table under the chart has.
const historyRows = 30

// addHistory fills the table. The chart fetches its own, finer points. History
// that cannot be had does not take the page with it.
func (s *Server) addHistory(ctx context.Context, b *sloBody, r *listing.Row) error {
	to := r.Assessment.AsOf
	if to.IsZero() {
		b.HistoryNote = "nothing was evaluated yet"
		return nil
	}
	step := (r.SLO.Window.Length / historyRows).Truncate(time.Minute)
	points, err := s.Objectives.History(ctx, r.SLO, to.Add(-r.SLO.Window.Length), to, max(step, time.Minute))
	if err != nil {
		s.logger.Warn("no history for a page", "slo", r.SLO.ID.String(), "err", err)
		b.HistoryNote = "it cannot be read at the moment"
		return ctx.Err()
	}
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
	}
	if p.Remaining != nil {
		row.Remaining = format.Share(*p.Remaining, true)
	}
	return row
}

func tiles(r *listing.Row) []tile {
	a, o := &r.Assessment, &r.SLO
	sli := tile{Name: "SLI", Value: sliOf(a.Window), Note: "objective " + o.Objective.String()}
	if ratio, known := a.Window.SuccessRatio(); known && ratio < o.Objective.Ratio() {
		sli.Tone = "ticket"
	}
	coverage := tile{Name: "Coverage", Value: format.Share(a.Window.Coverage, true), Note: "of the window is known"}
	if a.Window.Coverage < slo.MinCoverage {
		coverage.Tone = "ticket"
	}
	return []tile{
		sli, budgetTile(r), burnTile(r), exhaustionTile(a), coverage,
		traffic(a, windowTitle(o.Window)),
	}
}

// traffic is how much the numbers are about: calls, or slots of time.
func traffic(a *slo.Assessment, window string) tile {
	total := format.Events(a.Scale.Events(a.Window.Total))
	if a.Scale.Timed {
		return tile{Name: "Slots", Value: total, Note: "known in " + window}
	}
	if a.Window.Reading() {
		window += ", as far as it is read"
	}
	return tile{Name: "Calls", Value: format.Rate(a.CallsPerSecond), Note: total + " in " + window}
}

func budgetTile(r *listing.Row) tile {
	a := &r.Assessment
	b := budgetOf(a)
	t := tile{Name: "Budget left", Value: b.Text, Note: "no " + a.Scale.Noun() + " in the window"}
	if b.Read != "" {
		t.Note = "history is still being read: " + b.Read
		return t
	}
	if !b.Known && a.Window.Foreseen() {
		return t
	}
	t.Note = b.Left + " of " + b.Of + " " + badOnes(a.Scale) + " left"
	switch {
	case b.Tone == "spent":
		t.Tone, t.Note = "page", format.Events(a.Scale.Events(a.Window.Bad))+" "+badOnes(a.Scale)+", "+b.Of+" were allowed"
	case b.Tone == "low":
		t.Tone = "ticket"
	}
	if a.Window.Running() {
		t.Note = fmt.Sprintf("%s, until %s; %s %s, allowed %s", windowTitle(r.SLO.Window), until(r.SLO.Window, a.Window),
			format.Events(a.Scale.Events(a.Window.Bad)), badOnes(a.Scale), allowed(a, a.Window))
	}
	if b.Known && a.Budget().Thin() {
		t.Note += ": too few for a verdict"
	}
	return t
}

func burnTile(r *listing.Row) tile {
	now := burnOf(r, time.Hour)
	t := tile{Name: "Burn now", Value: now.Text, Tone: now.Tone, Note: "over the last hour"}
	if short, ok := r.Assessment.BurnRate(5 * time.Minute); ok {
		t.Note += ", " + format.Burn(short, true) + " over 5m"
	}
	return t
}

func badOnes(scale slo.Scale) string {
	if scale.Timed {
		return "bad slots"
	}
	return "bad events"
}

func exhaustionTile(a *slo.Assessment) tile {
	t := tile{Name: "Spent in", Value: format.Unknown, Note: "at the pace of the last "}
	remaining, known := a.Remaining(a.Window)
	pace, _, paced := a.Pace()
	t.Note += slo.FormatDuration(pace)
	at, ends := a.ExhaustsAt()
	switch {
	case a.Window.Reading():
		t.Value, t.Note = format.Reading, "until the budget is known"
	case known && remaining <= 0:
		t.Value, t.Note, t.Tone = "spent", "nothing is left of the budget", "page"
	case ends && at.Sub(a.AsOf) > a.Window.Length:
		t.Value = "> " + slo.FormatDuration(a.Window.Length)
	case ends:
		t.Value = format.Span(at.Sub(a.AsOf))
	case known && paced && a.Window.Running():
		t.Value = "not " + a.Window.Phrase()
	case known && paced:
		t.Value = "never"
	}
	return t
}

func quantilesOf(r *listing.Row) []tile {
	q := r.Assessment.Latency
	if q == nil {
		return nil
	}
	note := "over " + slo.FormatDuration(q.Window)
	return []tile{
		{Name: "p50", Value: quantile(q.P50, q.Above), Note: note},
		{Name: "p95", Value: quantile(q.P95, q.Above), Note: note},
		{Name: "p99", Value: quantile(q.P99, q.Above), Note: note},
	}
}

func alertOf(r *listing.Row) alertView {
	v := alertView{
		Phase: string(r.Alert.Phase), Tier: r.Alert.Tier, Since: momentOf(r.Alert.Since),
		Reason: r.Alert.Reason, Incident: r.Incident,
	}
	if r.Alert.Active() {
		v.Severity = r.Alert.Severity.String()
	}
	return v
}

func definition(o *slo.SLO) []pair {
	out := []pair{
		{"Objective", o.Objective.String() + " of events good over " + definedWindows(o)},
		{"Kind", o.SLI.Kind()},
	}
	if l := o.SLI.Latency; l != nil {
		out = append(out, pair{"Threshold", "at or under " + slo.FormatLatency(l.Threshold)})
	}
	if t := o.SLI.Threshold; t != nil {
		out = append(out, pair{"A slot is good", "when every value is " + string(t.Op) + " " + strconv.FormatFloat(t.Value, 'g', -1, 64)})
	}
	out = append(out, pair{"Owner", o.Owner}, pair{"Policy", o.Policy})
	if o.MaxSeverity == slo.SeverityTicket {
		out = append(out, pair{"Alerts", "tickets only, never pages"})
	}
	if o.Backend != "" {
		out = append(out, pair{"Backend", o.Backend})
	}
	if o.Source.File != "" {
		out = append(out, pair{"Defined in", o.Source.File + ":" + strconv.Itoa(o.Source.Line)})
	}
	return out
}

func selectors(i slo.SLI) []pair {
	var out []pair
	add := func(name string, list []slo.Selector) {
		for _, s := range list {
			out = append(out, pair{Name: name, Value: s.String()})
		}
	}
	if i.Latency != nil {
		add("Histogram", []slo.Selector{i.Latency.Histogram})
	}
	switch {
	case i.Threshold != nil:
		out = append(out, pair{Name: "Query", Value: i.Threshold.Query})
	case i.ErrorRatio != nil:
		out = append(out, pair{Name: "Query", Value: i.ErrorRatio.Query})
		add("Weight", i.ErrorRatio.Weight)
	}
	if i.Ratio != nil {
		add("Total", i.Ratio.Total)
		add("Good", i.Ratio.Good)
		add("Bad", i.Ratio.Bad)
	}
	return out
}
