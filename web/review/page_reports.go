package review

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/report"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// reportPeriods are what a report is over unless it is asked for another: the first of
// which most is known.
var reportPeriods = []string{"last-month", "this-month"}

// reportQuery are the parameters of a report.
const reportQuery = "owner service function label q period from to format"

// reportForms are the forms of a report beside the page, by the value of format.
var reportForms = []struct{ name, title string }{{"markdown", "Markdown"}, {"csv", "CSV"}, {"json", "JSON"}}

// getReport answers programs, as JSON unless they ask for another form.
func (s Handlers) getReport(r *http.Request) (site.Answer, error) {
	form := r.URL.Query().Get("format")
	if form == "" {
		form = "json"
	}
	return s.reportAs(r, form)
}

// reportAs writes a report in one of [reportForms].
func (s Handlers) reportAs(r *http.Request, form string) (site.Answer, error) {
	of, err := s.scopeOf(r, reportPeriods...)
	if err != nil {
		return site.Answer{}, err
	}
	made, err := s.report(r.Context(), of, everyOne)
	if err != nil {
		return site.Answer{}, err
	}
	var out bytes.Buffer
	switch form {
	case "json":
		return site.JSONAnswer(http.StatusOK, made)
	case "markdown":
		err = report.Markdown(&out, made)
		return site.Answer{ContentType: "text/markdown; charset=utf-8", Body: out.Bytes(), Attachment: "error-budgets.md"}, err
	case "csv":
		err = report.CSV(&out, made)
		return site.Answer{ContentType: "text/csv; charset=utf-8", Body: out.Bytes(), Attachment: "error-budgets.csv"}, err
	}
	return site.Answer{}, site.BadRequest("format is json, markdown or csv")
}

// reportBody is the page of a report.
type reportBody struct {
	Title    string
	Sentence string
	Why      string // it is over this period; empty when it was asked for
	Asked    askedView
	None     bool
	Forms    []ui.Link
	Made     string   // when
	Summary  string   // where the same is summed up
	Earlier  []string // what the periods before are called; empty when nothing is known of any
	Lines    []reportLine
	Hidden   int
	Incident []reportIncident
	Due      []reportLine
	Dash     string // what a dash means
	Complete bool
	Method   []string
}

type reportLine struct {
	ui.Badge
	Name, Service, URL, Owner, Promise, Window string
	SLI, Times, Reason, Spent, Start, End      string
	Earlier                                    []string // empty when none is known
	Gap, Excluded, Action                      string
}

type reportIncident struct {
	ui.Badge
	Function, Service, URL, Span, Cost string
	Opened                             string
}

func (s Handlers) pageReports(r *http.Request) (site.Answer, error) {
	if form := r.URL.Query().Get("format"); form != "" && form != "html" {
		return s.reportAs(r, form)
	}
	of, err := s.scopeOf(r, reportPeriods...)
	if err != nil {
		return site.Answer{}, err
	}
	made, err := s.report(r.Context(), of, mostReported)
	if err != nil {
		return site.Answer{}, err
	}
	body := reportPage(made, of.zone)
	body.Asked, body.None = s.askedFor(of, ui.PathReports), len(s.Objectives.SLOs()) == 0
	body.Why, body.Forms, body.Summary = of.why, formsOf(of), pathExecutive+"?"+sameAs(of).Encode()
	return s.PageAnswer(r, "reports", site.Page{
		Title: body.Title, Section: "reports", Self: ui.PathReports + site.Query(r), Concerns: s.concernsOf(of), Pace: summaryPace,
		AsOf: ui.MomentOf(made.MadeAt), Body: body,
	})
}

// sameAs are the parameters of what is shown, also where nobody asked for its period.
func sameAs(of scope) url.Values {
	params := maps.Clone(of.params)
	params.Del("format")
	if of.period.Name != "" {
		params.Set("period", of.period.Name)
	}
	return params
}

// formsOf link to the same report in other forms.
func formsOf(of scope) []ui.Link {
	var out []ui.Link
	for _, form := range reportForms {
		out = append(out, ui.Link{Name: form.name, Text: form.title, URL: at(ui.PathReports, sameAs(of), "format", form.name)})
	}
	return out
}

// reportPage shows a report, whose times are those of a location.
func reportPage(r api.Report, in *time.Location) reportBody {
	b := reportBody{
		Title: "Error budgets of " + report.Of(r) + ", " + r.Period.Phrase, Sentence: report.Sentence(r),
		Made: ui.InstantText(r.MadeAt, in), Complete: r.IncidentsComplete, Method: r.Method, Dash: report.DashText,
	}
	b.Hidden = report.All(r) - len(r.Objectives)
	for _, o := range r.Objectives {
		b.Lines = append(b.Lines, lineOf(o))
	}
	if slices.ContainsFunc(b.Lines, func(l reportLine) bool { return l.Earlier != nil }) {
		for _, e := range r.Objectives[0].Earlier {
			b.Earlier = append(b.Earlier, e.Phrase)
		}
	}
	b.Due = slices.DeleteFunc(slices.Clone(b.Lines), func(l reportLine) bool { return l.Action == "" })
	for _, i := range r.Incidents {
		severity, _ := slo.ParseSeverity(i.Severity)
		b.Incident = append(b.Incident, reportIncident{
			Badge: severityBadge(severity), Function: i.Function, Service: i.Service, URL: ui.IncidentPath(i.ID),
			Span: report.Span(i.Seconds), Cost: report.Cost(i), Opened: ui.MinuteText(i.OpenedAt, in),
		})
	}
	return b
}

func lineOf(o api.ReportObjective) reportLine {
	id := slo.ID{Service: o.Service, Function: o.Function, Name: o.SLO}
	l := reportLine{
		Badge: standingBadge(summary.Standing(o.Standing)), Name: nameOf(id), Service: o.Service, URL: ui.SLOPath(id), Owner: o.Owner, Promise: o.Promise, Window: o.Window,
		SLI: format.Dash, Times: report.Times(o.Latency), Reason: o.Reason, Spent: report.Share(o.SpentRatio), Start: report.Left(o.LeftAtStart), End: report.Left(o.LeftAtEnd),
		Gap: report.Gap(o), Excluded: report.Excluded(o), Action: strings.TrimSpace(o.Action),
	}
	if o.SLI != nil {
		l.SLI = format.SLI(*o.SLI, true)
	}
	if slices.ContainsFunc(o.Earlier, func(e api.ReportEarlier) bool { return e.SpentRatio != nil }) {
		for _, e := range o.Earlier {
			l.Earlier = append(l.Earlier, report.Share(e.SpentRatio))
		}
	}
	return l
}

func severityBadge(s slo.Severity) ui.Badge {
	if s == slo.SeverityPage {
		return ui.Badge{Icon: "page", Word: "Page", Tone: "page"}
	}
	return ui.Badge{Icon: "ticket", Word: "Ticket", Tone: "ticket"}
}
