package functions

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
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// functionChanges bounds the list of changes.
const functionChanges = 10

// functionBody is the page of one function, for whoever looks for a cause.
type functionBody struct {
	Service, Function string
	ServiceURL        string
	Owner, OwnerURL   string
	Description       string
	Status            ui.Badge
	Worst             string    // what the worst of its SLOs says
	File              string    // that it is written in
	Since             ui.Moment // when it began to burn; empty while it does not
	Incident          string    // the page of its open incident
	Deploy            *ui.LastDeploy
	Links             []ui.Link
	SLOs              []ui.SLOItem // those that are no parts
	Parts             int
	PartsURL          string
	Chain             site.ChainView
	Changes           []site.Change // of the time that is shown
	Older             int           // changes that are not listed
	Announce          string        // the command that announces its deploys
	Past              functionPast
}

func (s Handlers) pageFunction(r *http.Request) (site.Answer, error) {
	id := slo.ID{Service: site.PathValue(r, "service"), Function: site.PathValue(r, "function")}
	rows, chain, err := s.ChainOf(r.Context(), id, time.Time{})
	if err != nil {
		return site.Answer{}, err
	}
	if len(rows) == 0 {
		return site.Answer{}, site.UnknownFunction(id, s.Objectives.SLOs())
	}
	end := breakdown.End(site.Latest(rows), s.ThisSecond())
	shown, err := shownRange(r, end)
	if err != nil {
		return site.Answer{}, err
	}
	slos := make([]slo.SLO, len(rows))
	for i := range rows {
		slos[i] = rows[i].SLO
	}
	name := r.URL.Query().Get("slo")
	if err := namedSLO(slos, id, name); err != nil {
		return site.Answer{}, err
	}
	body := s.functionBody(id, rows, shown)
	until := shown.To
	if !until.Before(end) {
		until = s.Now() // what has changed since the last round is asked for most of all
	}
	found, _, err := s.Changed(r.Context(), changelog.Query{From: shown.From, To: until, Service: id.Service, Function: id.Function})
	if err != nil {
		return site.Answer{}, err
	}
	body.Older = max(0, len(found)-functionChanges)
	for _, c := range found[:len(found)-body.Older] {
		body.Changes = append(body.Changes, s.ChangeRow(c))
	}
	body.Past = s.pastOf(r.Context(), chosen{id: id, slo: name, shown: shown, end: end, marks: s.MarksOf(found)}, slos)
	body.Chain, body.Announce = chain, s.Command("deploy start --service "+site.ShellWord(id.Service)+" --function "+site.ShellWord(id.Function))
	if body.Deploy, err = s.RecentDeploy(r.Context(), id.Service, id.Function); err != nil {
		return site.Answer{}, err
	}
	return s.PageAnswer(r, "function", site.Page{
		Title: id.Function + " of " + id.Service, Section: "slos", Self: ui.FunctionPath(id) + site.Query(r), AsOf: ui.MomentOf(site.Latest(rows)), Body: body,
	})
}

func (s Handlers) functionBody(id slo.ID, rows []listing.Row, shown breakdown.Range) functionBody {
	b := functionBody{
		Service: id.Service, Function: id.Function,
		ServiceURL: ui.ListURL(nil, "service", id.Service), PartsURL: ui.ListURL(nil, "function", id.Function),
	}
	worst := site.StateOf(rows).Worst
	b.Status, b.Worst = ui.StatusBadge(worst.Status()), cmp.Or(worst.Alert.Reason, worst.Assessment.Reason)
	b.Since, b.File = ui.MomentOf(site.BeganOf(rows)), worst.SLO.Source.File
	b.Owner, b.OwnerURL, b.Description = worst.SLO.Owner, ui.ListURL(nil, "owner", worst.SLO.Owner), worst.SLO.Description
	if s.Links != nil {
		b.Links = ui.LinksOf(s.Links(worst.SLO, shown.From, shown.To))
	}
	for i := range rows {
		if b.Incident == "" && rows[i].Incident != "" {
			b.Incident = ui.IncidentPath(rows[i].Incident)
		}
		if rows[i].SLO.Split != nil {
			b.Parts++
			continue
		}
		b.SLOs = append(b.SLOs, ui.Item(&rows[i], nil))
	}
	if b.Incident != "" {
		b.Links = ui.FirstLinks(b.Links, b.Incident)
	}
	slices.SortFunc(b.SLOs, func(a, b ui.SLOItem) int { return strings.Compare(a.Name, b.Name) })
	return b
}
