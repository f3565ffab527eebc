package web

import (
	"net/http"
	"net/url"
	"slices"
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
	Columns  []column
	Rows     []sloItem
	Total    int // rows that match
	First    int
	Last     int
	Previous string
	Next     string
	None     bool // there is no SLO at all
}

// chip is a filter that is one click away.
type chip struct {
	badge
	Text    string
	Count   int
	URL     string
	Current bool
}

// choice is a drop-down.
type choice struct {
	Name    string
	Label   string
	Current string
	Options []string
}

// column is a head of the table that sorts.
type column struct {
	Text, Class, URL, Aria string
}

// sloItem is one row.
type sloItem struct {
	Status     badge
	Data       *badge // when an alert hides that the data is not ok
	Reason     string
	Since      moment // of the alert that has the reason
	ID         slo.ID
	Name       string // of the SLO, or of the one it is a part of
	Parts      []partView
	URL        string
	Owner      string
	OwnerURL   string
	ServiceURL string
	Objective  string
	Window     string
	SLI        string
	Budget     budgetView
	Further    []windowView // without the SLO's own
	Burns      []burnView
	P99        string
	Calls      string
	Coverage   string // empty when all is known
	Incident   string
}

func (s *Server) pageSLOs(r *http.Request) (answer, error) {
	params := r.URL.Query()
	q, err := listing.ParseQuery(params)
	if err != nil {
		return answer{}, err
	}
	rows, err := s.query(r.Context(), q)
	if err != nil {
		return answer{}, err
	}
	shown := matching(q, rows)
	number := pageNumber(params, len(shown), q.Limit)
	body := slosBody{
		Query: params.Get("q"), Sort: q.Sort.String(), Kept: kept(params),
		Choices: choices(s.Objectives.SLOs(), params), Chips: chips(rows, params), Filters: filters(params),
		Columns: columns(params, q.Sort), Total: len(shown), None: len(s.Objectives.SLOs()) == 0,
	}
	for _, row := range q.Offset(shown, (number-1)*q.Limit) {
		body.Rows = append(body.Rows, item(&row, params))
	}
	body.turn(number, q.Limit, params)
	return s.pageAnswer(r, "slos", page{
		Title: "SLOs", Section: "slos", Self: with(params, "", ""), AsOf: momentOf(latest(rows)), Body: body,
	})
}

// turn fills in where this page stands among the others.
func (b *slosBody) turn(number, limit int, params url.Values) {
	b.First = (number-1)*limit + 1
	b.Last = b.First + len(b.Rows) - 1
	if number > 1 {
		b.Previous = with(params, "page", strconv.Itoa(number-1))
	}
	if b.Last < b.Total {
		b.Next = with(params, "page", strconv.Itoa(number+1))
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
		Owner: o.Owner, OwnerURL: with(params, "owner", o.Owner), ServiceURL: with(params, "service", o.ID.Service),
		Objective: o.Objective.String(), Window: o.Window.Name, SLI: sliOf(a.Window),
		Budget: budgetOf(a), P99: p99(a.Latency), Calls: calls(a), Incident: r.Incident,
	}
	out.Name, out.Parts = partOf(o)
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
	if further := windowsOf(r); len(further) > 1 {
		out.Further = further[1:]
	}
	for _, window := range []time.Duration{time.Hour, 6 * time.Hour, 72 * time.Hour} {
		out.Burns = append(out.Burns, burnOf(r, window))
	}
	return out
}

// chips counts every status that occurs, with a link that shows only it.
func chips(rows []listing.Row, params url.Values) []chip {
	counts := listing.Count(rows)
	current := params.Get("status")
	out := []chip{{Text: "All", Count: len(rows), URL: with(params, "status", ""), Current: current == ""}}
	for _, status := range listing.Statuses() {
		if counts[status] == 0 && current != string(status) {
			continue
		}
		b := statusBadge(status)
		out = append(out, chip{
			badge: b, Text: b.Word, Count: counts[status],
			URL: with(params, "status", string(status)), Current: current == string(status),
		})
	}
	return out
}

// filterNames are the parameters that narrow the list, apart from the status
// chips and the search field.
var filterNames = [...]string{"service", "function", "owner", "label", "state", "severity", "at"}

func filters(params url.Values) []chip {
	var out []chip
	for _, name := range filterNames {
		for i, value := range params[name] {
			if value == "" {
				continue
			}
			rest := url.Values{}
			for k, v := range params {
				rest[k] = slices.Clone(v)
			}
			rest[name] = slices.Delete(rest[name], i, i+1)
			out = append(out, chip{Text: name + ": " + value, URL: with(rest, "", "")})
		}
	}
	return out
}

// kept are the parameters that the filter form does not ask for itself.
func kept(params url.Values) []pair {
	var out []pair
	for _, name := range []string{"function", "label", "state", "severity", "status", "sort", "limit", "at"} {
		for _, value := range params[name] {
			if value != "" {
				out = append(out, pair{Name: name, Value: value})
			}
		}
	}
	return out
}

func choices(slos []slo.SLO, params url.Values) []choice {
	var services, owners []string
	for i := range slos {
		services, owners = append(services, slos[i].ID.Service), append(owners, slos[i].Owner)
	}
	return []choice{
		{Name: "service", Label: "Service", Current: params.Get("service"), Options: distinct(services)},
		{Name: "owner", Label: "Owner", Current: params.Get("owner"), Options: distinct(owners)},
	}
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}

func columns(params url.Values, order listing.Order) []column {
	var out []column
	for _, c := range []struct{ text, class, first string }{
		{"Status", "", "urgency"},
		{"Function", "", "function"},
		{"Owner", "wide", "owner"},
		{"Objective", "num", "objective"},
		{"SLI", "num", "sli"},
		{"Budget left", "num", "budget"},
		{"Burn 1h", "num", "-burn"},
		{"6h", "num", ""},
		{"3d", "num", ""},
		{"p99", "num wide", "-latency"},
		{"Calls", "num wide", "-calls"},
	} {
		out = append(out, sortable(column{Text: c.text, Class: c.class}, c.first, params, order))
	}
	return out
}

// sortable links a column to its order, or to the reverse when it is in force.
func sortable(c column, first string, params url.Values, order listing.Order) column {
	if first == "" {
		return c
	}
	reverse := "-" + first
	if strings.HasPrefix(first, "-") {
		reverse = first[1:]
	}
	current, target := order.String(), first
	if current == first {
		target = reverse
	}
	if current == first || current == reverse {
		c.Aria = "ascending"
		if strings.HasPrefix(current, "-") {
			c.Aria = "descending"
		}
	}
	c.URL = with(params, "sort", target)
	return c
}

// with is the URL of the list with one parameter set, or dropped when the value
// is empty. A changed filter starts at the first page.
func with(params url.Values, name, value string) string {
	out := url.Values{}
	for k, v := range params {
		if k != "cursor" && (k != "page" || name == "") {
			out[k] = v
		}
	}
	if name != "" {
		out.Del(name)
	}
	if name != "" && value != "" {
		out.Set(name, value)
	}
	if name == "sort" && value == "urgency" {
		out.Del("sort")
	}
	for k, v := range out {
		if len(v) == 1 && v[0] == "" {
			delete(out, k)
		}
	}
	if len(out) == 0 {
		return "/slos"
	}
	return "/slos?" + out.Encode()
}

// latest is the instant of the newest assessment.
func latest(rows []listing.Row) time.Time {
	var at time.Time
	for i := range rows {
		if rows[i].Assessment.AsOf.After(at) {
			at = rows[i].Assessment.AsOf
		}
	}
	return at
}
