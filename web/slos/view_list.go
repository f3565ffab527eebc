package slos

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/ui"
)

// shownColumns says which columns a list shows beside status and function.
type shownColumns struct {
	Owner, Objective, SLI, Budget, Pulse, Exhaustion, Burn, P99, Calls, Coverage bool
}

// columnChoice is a column that a reader may show.
type columnChoice struct {
	Key, Text string
	Shown     bool
}

// listColumns are the columns that may be chosen. Coverage is not shown unless it
// is asked for: rows of which not all is known say so beneath the name.
var listColumns = []columnChoice{
	{"owner", "Owner", true},
	{"objective", "Objective", true},
	{"sli", "SLI", true},
	{"budget", "Budget left", true},
	{"pulse", "Last 7 days", true},
	{"exhaustion", "Spent in", true},
	{"burn", "Burn rates", true},
	{"p99", "p99", true},
	{"calls", "Calls", true},
	{"coverage", "Coverage", false},
}

// columnsOf reads which columns are wanted. Without the parameter, and where
// nothing in it is a column, these are the usual ones.
func columnsOf(params url.Values) ([]columnChoice, shownColumns) {
	wanted := strings.Split(strings.Join(params["columns"], ","), ",")
	known := func(c columnChoice) bool { return slices.Contains(wanted, c.Key) }
	out := slices.Clone(listColumns)
	if slices.ContainsFunc(out, known) {
		for i := range out {
			out[i].Shown = known(out[i])
		}
	}
	return out, shownOf(out)
}

func shownOf(choices []columnChoice) shownColumns {
	has := func(key string) bool {
		return slices.ContainsFunc(choices, func(c columnChoice) bool { return c.Key == key && c.Shown })
	}
	return shownColumns{
		Owner: has("owner"), Objective: has("objective"), SLI: has("sli"), Budget: has("budget"), Pulse: has("pulse"), Exhaustion: has("exhaustion"),
		Burn: has("burn"), P99: has("p99"), Calls: has("calls"), Coverage: has("coverage"),
	}
}

// maxGroupLabels is how many labels rows can be put together by.
const maxGroupLabels = 30

// pageSizes are the numbers of rows that the page offers.
var pageSizes = []int{50, 100, 250}

// viewForm is how the list may be looked at.
type viewForm struct {
	Kept    []ui.Pair
	Columns []columnChoice
	Orders  []orderChoice
	Sizes   []sizeChoice
	Groups  []groupChoice
}

type sizeChoice struct {
	Rows    int
	Current bool
}

// orderChoice is an order by its name: a phone has no heads of columns to press.
type orderChoice struct {
	Value, Text string
	Current     bool
}

// listOrders are the orders that are offered.
var listOrders = []orderChoice{
	{Value: "urgency", Text: "most urgent first"},
	{Value: "function", Text: "by function"},
	{Value: "service", Text: "by service"},
	{Value: "owner", Text: "by owner"},
	{Value: "budget", Text: "least budget left first"},
	{Value: "exhaustion", Text: "spent soonest first"},
	{Value: "-burn", Text: "fastest burn first"},
	{Value: "sli", Text: "lowest SLI first"},
	{Value: "-latency", Text: "slowest first"},
	{Value: "-calls", Text: "most calls first"},
}

// ordersOf offers them, and the one in force where it is none of them.
func ordersOf(current listing.Order) []orderChoice {
	out := slices.Clone(listOrders)
	at := slices.IndexFunc(out, func(c orderChoice) bool { return c.Value == current.String() })
	if at < 0 {
		at, out = len(out), append(out, orderChoice{Value: current.String(), Text: "as it is now"})
	}
	out[at].Current = true
	return out
}

type groupChoice struct {
	Value, Text string
	Current     bool
}

// listView offers the columns, the sizes and what rows can be put together by: the
// labels are those that there are.
func listView(params url.Values, labels []string, q listing.Query) viewForm {
	limit := q.Limit
	form := viewForm{Kept: ui.Kept(params, "service", "owner", "q", "function", "label", "state", "severity", "status", "at"), Orders: ordersOf(q.Sort)}
	form.Columns, _ = columnsOf(params)
	for _, n := range pageSizes {
		form.Sizes = append(form.Sizes, sizeChoice{n, n == limit})
	}
	if !slices.Contains(pageSizes, limit) {
		form.Sizes = append(form.Sizes, sizeChoice{limit, true})
	}
	choices := []groupChoice{{Text: "nothing"}, {Value: "owner", Text: "owner"}, {Value: "service", Text: "service"}}
	for _, label := range labels[:min(len(labels), maxGroupLabels)] {
		choices = append(choices, groupChoice{Value: "label:" + label, Text: "label " + label})
	}
	for _, c := range choices {
		c.Current = c.Value == params.Get("group")
		form.Groups = append(form.Groups, c)
	}
	return form
}

// groupItem is a group of rows as a line of the list.
type groupItem struct {
	Name   string
	URL    string // the rows of the group
	Status ui.Badge
	Total  string
	Chips  []ui.Chip
}

// groupItems are the groups of one page.
func groupItems(by listing.Grouping, groups []listing.Group, params url.Values) []groupItem {
	rest := url.Values{}
	for name, values := range params {
		if name != "group" && name != "page" {
			rest[name] = values
		}
	}
	var out []groupItem
	for _, g := range groups {
		inside := within(by, g.Value, rest)
		item := groupItem{Name: g.Value, URL: ui.ListURL(inside, "", ""), Status: ui.StatusBadge(g.Worst), Total: format.Count(int64(g.Total))}
		if g.Value == "" {
			item.Name = "without " + strings.TrimPrefix(by.String(), "label:")
		}
		for _, status := range listing.Statuses() {
			if n := g.Counts[status]; n > 0 {
				b := ui.StatusBadge(status)
				item.Chips = append(item.Chips, ui.Chip{Badge: b, Text: b.Word, Count: n, URL: ui.ListURL(inside, "status", string(status))})
			}
		}
		out = append(out, item)
	}
	return out
}

// within are the parameters of a list of one group alone.
func within(by listing.Grouping, value string, params url.Values) url.Values {
	out := url.Values{}
	for name, values := range params {
		out[name] = slices.Clone(values)
	}
	if label, ok := strings.CutPrefix(by.String(), "label:"); ok {
		out.Add("label", label+"="+value)
	} else {
		out.Set(by.String(), value)
	}
	return out
}

// pageOf cuts out the things of a page, counted from 1.
func pageOf[T any](list []T, number, limit int) []T {
	from := min((number-1)*limit, len(list))
	return list[from:min(from+limit, len(list))]
}

// turn fills in where a page stands among the others.
func (b *slosBody) turn(number, shown, limit int, params url.Values) {
	b.First = (number-1)*limit + 1
	b.Last = b.First + shown - 1
	if number > 1 {
		b.Previous = ui.ListURL(params, "page", strconv.Itoa(number-1))
	}
	if b.Last < b.Total {
		b.Next = ui.ListURL(params, "page", strconv.Itoa(number+1))
	}
}
