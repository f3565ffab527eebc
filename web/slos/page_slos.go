package slos

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// slosBody is the list page.
type slosBody struct {
	Query    string
	Sort     string
	Choices  []ui.Choice // the drop-downs of the filter form
	Kept     []ui.Pair   // parameters that a new search keeps
	Chips    []ui.Chip   // counts of each status
	Filters  []ui.Chip   // filters in force, each with a link that drops it
	View     viewForm
	Usual    string // the same rows as everybody sees them; empty where they are seen so
	Columns  []column
	Show     shownColumns
	Rows     []ui.SLOItem
	Groups   []groupItem // in place of rows
	CSV      string      // all rows that match, as a file
	Total    int         // rows or groups that match
	First    int
	Last     int
	Previous string
	Next     string
	None     bool // there is no SLO at all
}

func (s Handlers) pageSLOs(r *http.Request) (site.Answer, error) {
	params := r.URL.Query()
	q, err := listing.ParseQuery(params)
	if err != nil {
		return site.Answer{}, err
	}
	if address, differs := asChosen(r, params); differs {
		return site.SeeOther(address), nil
	}
	found, err := s.Query(r.Context(), q)
	if err != nil {
		return site.Answer{}, err
	}
	body := s.listBody(params, q, found)
	if by, grouped := listing.ParseGrouping(params.Get("group")); grouped {
		groups := by.Groups(found.Rows)
		number := ui.PageNumber(params, len(groups), q.Limit)
		body.Total, body.Groups = len(groups), groupItems(by, pageOf(groups, number, q.Limit), params)
		body.turn(number, len(body.Groups), q.Limit, params)
	} else {
		number := ui.PageNumber(params, len(found.Rows), q.Limit)
		body.Total = len(found.Rows)
		rows := pageOf(found.Rows, number, q.Limit)
		for _, row := range rows {
			body.Rows = append(body.Rows, ui.Item(row, params))
		}
		if body.Show.Pulse {
			s.addPulses(body.Rows, rows)
		}
		body.turn(number, len(body.Rows), q.Limit, params)
	}
	a, err := s.PageAnswer(r, "slos", site.Page{
		Title: "SLOs", Section: "slos", Self: ui.ListURL(params, "", ""), AsOf: ui.MomentOf(found.AsOf), Body: body,
	})
	a.Cookie = rememberView(r, params)
	return a, err
}

// listBody is the page without its rows.
func (s Handlers) listBody(params url.Values, q listing.Query, found listing.Selection) slosBody {
	all := s.Directory()
	_, show := columnsOf(params)
	return slosBody{
		Query: params.Get("q"), Sort: q.Sort.String(), Kept: ui.Kept(params, "function", "label", "state", "severity", "status", "sort", "limit", "at", "columns", "group"),
		Choices: all.Choices(params), Chips: chips(found, params), Filters: ui.Filters(params), View: listView(params, all.Labels, q), Usual: usualView(params),
		Columns: columns(params, q.Sort, show), Show: show, CSV: "/slos.csv" + strings.TrimPrefix(ui.ListURL(params, "group", ""), "/slos"), None: len(all.SLOs) == 0,
	}
}
