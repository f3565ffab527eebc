package web

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
)

// reportPeriods are what a report is over unless it is asked for another: the first of
// which most is known.
var reportPeriods = []string{"last-month", "this-month"}

// reportQuery are the parameters of a report.
const reportQuery = "owner service function label q period from to format"

const pathReports = "/reports"

// reportForms are the forms of a report beside the page, by the value of format.
var reportForms = []struct{ name, title string }{{"markdown", "Markdown"}, {"csv", "CSV"}, {"json", "JSON"}}

// getReport answers programs, as JSON unless they ask for another form.
func (s *Server) getReport(r *http.Request) (answer, error) {
	form := r.URL.Query().Get("format")
	if form == "" {
		form = "json"
	}
	return s.reportAs(r, form)
}

// reportAs writes a report in one of [reportForms].
func (s *Server) reportAs(r *http.Request, form string) (answer, error) {
	of, err := s.scopeOf(r, reportPeriods...)
	if err != nil {
		return answer{}, err
	}
	made, err := s.report(r.Context(), of, everyOne)
	if err != nil {
		return answer{}, err
	}
	var out bytes.Buffer
	switch form {
	case "json":
		return jsonAnswer(http.StatusOK, made)
	case "markdown":
		err = report.Markdown(&out, made)
		return answer{contentType: "text/markdown; charset=utf-8", body: out.Bytes(), attachment: "error-budgets.md"}, err
	case "csv":
		err = report.CSV(&out, made)
		return answer{contentType: "text/csv; charset=utf-8", body: out.Bytes(), attachment: "error-budgets.csv"}, err
	}
	return answer{}, badRequest("format is json, markdown or csv")
}

// reportBody is the page of a report.
type reportBody struct {
	Title    string
	Sentence string
	Why      string // it is over this period; empty when it was asked for
	Asked    askedView
	None     bool
	Forms    []link
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
	badge
	Name, Service, URL, Owner, Promise, Window string
	SLI, Times, Reason, Spent, Start, End      string
	Earlier                                    []string // empty when none is known
	Gap, Excluded, Action                      string
}

type reportIncident struct {
	badge
	Function, Service, URL, Span, Cost string
	Opened                             string
}

func (s *Server) pageReports(r *http.Request) (answer, error) {
	if form := r.URL.Query().Get("format"); form != "" && form != "html" {
		return s.reportAs(r, form)
	}
	of, err := s.scopeOf(r, reportPeriods...)
	if err != nil {
		return answer{}, err
	}
	made, err := s.report(r.Context(), of, mostReported)
	if err != nil {
		return answer{}, err
	}
	body := reportPage(made, of.zone)
	body.Asked, body.None = s.askedFor(of, pathReports), len(s.Objectives.SLOs()) == 0
	body.Why, body.Forms, body.Summary = of.why, formsOf(of), pathExecutive+"?"+sameAs(of).Encode()
	return s.pageAnswer(r, "reports", page{
		Title: body.Title, Section: "reports", Self: pathReports + query(r), Concerns: s.concernsOf(of), Pace: summaryPace,
		AsOf: momentOf(made.MadeAt), Body: body,
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
func formsOf(of scope) []link {
	var out []link
	for _, form := range reportForms {
		out = append(out, link{Name: form.name, Text: form.title, URL: at(pathReports, sameAs(of), "format", form.name)})
	}
	return out
}

// reportPage shows a report, whose times are those of a location.
func reportPage(r api.Report, in *time.Location) reportBody {
	b := reportBody{
		Title: "Error budgets of " + report.Of(r) + ", " + r.Period.Phrase, Sentence: report.Sentence(r),
		Made: instantText(r.MadeAt, in), Complete: r.IncidentsComplete, Method: r.Method, Dash: report.DashText,
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
			badge: severityBadge(severity), Function: i.Function, Service: i.Service, URL: incidentPath(i.ID),
			Span: report.Span(i.Seconds), Cost: report.Cost(i), Opened: minuteText(i.OpenedAt, in),
		})
	}
	return b
}

func lineOf(o api.ReportObjective) reportLine {
	id := slo.ID{Service: o.Service, Function: o.Function, Name: o.SLO}
	l := reportLine{
		badge: standingBadge(summary.Standing(o.Standing)), Name: nameOf(id), Service: o.Service, URL: sloPath(id), Owner: o.Owner, Promise: o.Promise, Window: o.Window,
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

func severityBadge(s slo.Severity) badge {
	if s == slo.SeverityPage {
		return badge{Icon: "page", Word: "Page", Tone: "page"}
	}
	return badge{Icon: "ticket", Word: "Ticket", Tone: "ticket"}
}
