package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
)

// slosBody is the list page.
type slosBody struct {
	Query    string
	Sort     string
	Choices  []choice // the drop-downs of the filter form
	Kept     []pair   // parameters that a new search keeps
	Chips    []chip   // counts of each status
	Filters  []chip   // filters in force, each with a link that drops it
	View     viewForm
	Usual    string // the same rows as everybody sees them; empty where they are seen so
	Columns  []column
	Show     shownColumns
	Rows     []sloItem
	Groups   []groupItem // in place of rows
	CSV      string      // all rows that match, as a file
	Total    int         // rows or groups that match
	First    int
	Last     int
	Previous string
	Next     string
	None     bool // there is no SLO at all
}

// sloItem is one row.
type sloItem struct {
	Status      badge
	Data        *badge // when an alert hides that the data is not ok
	Reason      string
	Since       moment // of the alert that has the reason
	ID          slo.ID
	Name        string // of the SLO, or of the one it is a part of
	Parts       []partView
	URL         string
	Owner       string
	OwnerURL    string
	ServiceURL  string
	FunctionURL string
	Objective   string
	Window      string
	SLI         string
	Budget      budgetView
	Further     []windowView // without the SLO's own
	SpentIn     string
	Paces       []string // which pace that goes on with, and what an alert that fires foretells by another
	Burns       []burnView
	P99         string
	Calls       string
	Coverage    string // empty when all is known
	Known       string // share of the window that is known
	Excluded    string // empty when nothing is
	Incident    string
	Loose       bool        // its alert counts and no incident is open
	Pulse       *pulseView  // nil where it is not shown, or nothing is known yet
	Muted       []mutedView // what holds the messages of its alert back
}

func (s *Server) pageSLOs(r *http.Request) (answer, error) {
	params := r.URL.Query()
	q, err := listing.ParseQuery(params)
	if err != nil {
		return answer{}, err
	}
	if address, differs := asChosen(r, params); differs {
		return seeOther(address), nil
	}
	found, err := s.query(r.Context(), q)
	if err != nil {
		return answer{}, err
	}
	body := s.listBody(params, q, found)
	if by, grouped := listing.ParseGrouping(params.Get("group")); grouped {
		groups := by.Groups(found.Rows)
		number := pageNumber(params, len(groups), q.Limit)
		body.Total, body.Groups = len(groups), groupItems(by, pageOf(groups, number, q.Limit), params)
		body.turn(number, len(body.Groups), q.Limit, params)
	} else {
		number := pageNumber(params, len(found.Rows), q.Limit)
		body.Total = len(found.Rows)
		rows := pageOf(found.Rows, number, q.Limit)
		for _, row := range rows {
			body.Rows = append(body.Rows, item(row, params))
		}
		if body.Show.Pulse {
			s.addPulses(body.Rows, rows)
		}
		body.turn(number, len(body.Rows), q.Limit, params)
	}
	a, err := s.pageAnswer(r, "slos", page{
		Title: "SLOs", Section: "slos", Self: with(params, "", ""), AsOf: momentOf(found.AsOf), Body: body,
	})
	a.cookie = rememberView(r, params)
	return a, err
}

// listBody is the page without its rows.
func (s *Server) listBody(params url.Values, q listing.Query, found listing.Selection) slosBody {
	all := s.directory()
	_, show := columnsOf(params)
	return slosBody{
		Query: params.Get("q"), Sort: q.Sort.String(), Kept: kept(params, "function", "label", "state", "severity", "status", "sort", "limit", "at", "columns", "group"),
		Choices: all.choices(params), Chips: chips(found, params), Filters: filters(params), View: listView(params, all.labels, q), Usual: usualView(params),
		Columns: columns(params, q.Sort, show), Show: show, CSV: "/slos.csv" + strings.TrimPrefix(with(params, "group", ""), "/slos"), None: len(all.slos) == 0,
	}
}

// pageNumber reads the page; one that does not exist is the nearest that does.
func pageNumber(params url.Values, rows, limit int) int {
	n, err := strconv.Atoi(params.Get("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), max(1, (rows+limit-1)/limit))
}

// calls is how often a function is called; empty for slots of time, which come
// and go by the clock.
func calls(a *slo.Assessment) string {
	if a.Scale.Timed {
		return ""
	}
	return format.Rate(a.CallsPerSecond)
}

func item(r *listing.Row, params url.Values) sloItem {
	a, o := &r.Assessment, &r.SLO
	out := sloItem{
		Status: statusBadge(r.Status()), Reason: r.Alert.Reason, ID: o.ID, URL: sloPath(o.ID),
		Owner: o.Owner, OwnerURL: with(params, "owner", o.Owner), ServiceURL: with(params, "service", o.ID.Service), FunctionURL: functionPath(o.ID),
		Objective: o.Objective.String(), Window: o.Window.Name, SLI: sliOf(a.Window),
		Budget: budgetOf(a), SpentIn: spentIn(r), P99: p99(a.Latency), Calls: calls(a), Incident: r.Incident, Muted: mutedViews(r.Alert.MutedBy),
	}
	out.Name, out.Parts = partOf(o)
	out.Paces = bothPaces(r)
	out.Loose = r.Alert.Active() && r.Incident == ""
	if out.Reason == "" {
		out.Reason = a.Reason
	} else if r.Alert.Active() {
		out.Since = momentOf(r.Alert.Since)
	}
	if status := string(r.Status()); a.State != slo.StateOK && a.State != "" && status != string(a.State) {
		data := stateBadge(a.State)
		out.Data = &data
	}
	if a.Window.Coverage < 1 && !a.Window.Reading() {
		out.Coverage = format.Share(a.Window.Coverage, true)
	}
	out.Known = format.Share(a.Window.Coverage, !a.Window.Reading())
	out.Excluded = excludedShare(a.Window.Excluded)
	if further := windowsOf(r); len(further) > 1 {
		out.Further = further[1:]
	}
	for _, window := range []time.Duration{time.Hour, 6 * time.Hour, 72 * time.Hour} {
		out.Burns = append(out.Burns, burnOf(r, window))
	}
	return out
}
