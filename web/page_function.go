package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/changelog"
	"github.com/slofuse/slofuse/web/listing"
)

// functionChanges bounds the list of changes.
const functionChanges = 10

// functionBody is the page of one function, for whoever looks for a cause.
type functionBody struct {
	Service, Function string
	ServiceURL        string
	Owner, OwnerURL   string
	Description       string
	Status            badge
	Worst             string // what the worst of its SLOs says
	File              string // that it is written in
	Since             moment // when it began to burn; empty while it does not
	Incident          string // the page of its open incident
	Deploy            *lastDeploy
	Links             []link
	SLOs              []sloItem // those that are no parts
	Parts             int
	PartsURL          string
	Chain             chainView
	Changes           []change // of the time that is shown
	Older             int      // changes that are not listed
	Announce          string   // the command that announces its deploys
	Past              functionPast
}

func (s *Server) pageFunction(r *http.Request) (answer, error) {
	id := slo.ID{Service: pathValue(r, "service"), Function: pathValue(r, "function")}
	rows, chain, err := s.chainOf(r.Context(), id, time.Time{})
	if err != nil {
		return answer{}, err
	}
	if len(rows) == 0 {
		return answer{}, unknownFunction(id, s.Objectives.SLOs())
	}
	end := breakdown.End(latest(rows), s.thisSecond())
	shown, err := shownRange(r, end)
	if err != nil {
		return answer{}, err
	}
	slos := make([]slo.SLO, len(rows))
	for i := range rows {
		slos[i] = rows[i].SLO
	}
	name := r.URL.Query().Get("slo")
	if err := namedSLO(slos, id, name); err != nil {
		return answer{}, err
	}
	body := s.functionBody(id, rows, shown)
	until := shown.To
	if !until.Before(end) {
		until = s.Now() // what has changed since the last round is asked for most of all
	}
	found, _, err := s.changed(r.Context(), changelog.Query{From: shown.From, To: until, Service: id.Service, Function: id.Function})
	if err != nil {
		return answer{}, err
	}
	body.Older = max(0, len(found)-functionChanges)
	for _, c := range found[:len(found)-body.Older] {
		body.Changes = append(body.Changes, s.changeRow(c))
	}
	body.Past = s.pastOf(r.Context(), chosen{id: id, slo: name, shown: shown, end: end, marks: s.marksOf(found)}, slos)
	body.Chain, body.Announce = chain, s.command("deploy start --service "+shellWord(id.Service)+" --function "+shellWord(id.Function))
	if body.Deploy, err = s.recentDeploy(r.Context(), id.Service, id.Function); err != nil {
		return answer{}, err
	}
	return s.pageAnswer(r, "function", page{
		Title: id.Function + " of " + id.Service, Section: "slos", Self: functionPath(id) + query(r), AsOf: momentOf(latest(rows)), Body: body,
	})
}

func (s *Server) functionBody(id slo.ID, rows []listing.Row, shown breakdown.Range) functionBody {
	b := functionBody{
		Service: id.Service, Function: id.Function,
		ServiceURL: with(nil, "service", id.Service), PartsURL: with(nil, "function", id.Function),
	}
	worst := stateOf(rows).worst
	b.Status, b.Worst = statusBadge(worst.Status()), cmp.Or(worst.Alert.Reason, worst.Assessment.Reason)
	b.Since, b.File = momentOf(beganOf(rows)), worst.SLO.Source.File
	b.Owner, b.OwnerURL, b.Description = worst.SLO.Owner, with(nil, "owner", worst.SLO.Owner), worst.SLO.Description
	if s.Links != nil {
		b.Links = linksOf(s.Links(worst.SLO, shown.From, shown.To))
	}
	for i := range rows {
		if b.Incident == "" && rows[i].Incident != "" {
			b.Incident = incidentPath(rows[i].Incident)
		}
		if rows[i].SLO.Split != nil {
			b.Parts++
			continue
		}
		b.SLOs = append(b.SLOs, item(&rows[i], nil))
	}
	if b.Incident != "" {
		b.Links = firstLinks(b.Links, b.Incident)
	}
	slices.SortFunc(b.SLOs, func(a, b sloItem) int { return strings.Compare(a.Name, b.Name) })
	return b
}

// query is the query of a request as it can be asked again; empty without one.
func query(r *http.Request) string {
	if len(r.URL.Query()) == 0 {
		return ""
	}
	return "?" + r.URL.Query().Encode()
}
