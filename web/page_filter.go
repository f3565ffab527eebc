package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/web/listing"
)

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
	Term                   string // the key of the glossary's word for it; empty when there is none
}

// chips counts every status that occurs, with a link that shows only it.
func chips(found listing.Selection, params url.Values) []chip {
	counts := found.Counts
	current := params.Get("status")
	out := []chip{{Text: "All", Count: found.All, URL: with(params, "status", ""), Current: current == ""}}
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

// kept are the parameters that a form does not ask for itself.
func kept(params url.Values, names ...string) []pair {
	var out []pair
	for _, name := range names {
		for _, value := range params[name] {
			if value != "" {
				out = append(out, pair{Name: name, Value: value})
			}
		}
	}
	return out
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}

// columns are the heads of those that are shown, as [shownColumns] has them.
func columns(params url.Values, order listing.Order, show shownColumns) []column {
	var out []column
	for _, c := range []struct {
		text, class, first, term string
		shown                    bool
	}{
		{"Status", "", "urgency", "", true},
		{"Function", "", "function", "function", true},
		{"Owner", "wide", "owner", "owner", show.Owner},
		{"Objective", "num", "objective", "objective", show.Objective},
		{"SLI", "num", "sli", "sli", show.SLI},
		{"Budget left", "num", "budget", "budget-left", show.Budget},
		{"7 days", "wide wider", "", "pulse", show.Pulse},
		{"Spent in", "num", "exhaustion", "exhaustion", show.Exhaustion},
		{"Burn 1h", "num", "-burn", "burn-rate", show.Burn},
		{"6h", "num", "", "burn-rate", show.Burn},
		{"3d", "num", "", "burn-rate", show.Burn},
		{"p99", "num wide wider", "-latency", "p99", show.P99},
		{"Calls", "num wide", "-calls", "calls", show.Calls},
		{"Coverage", "num", "", "coverage", show.Coverage},
	} {
		if c.shown {
			out = append(out, sortable(column{Text: c.text, Class: c.class, Term: c.term}, c.first, params, order))
		}
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
// is empty. A changed filter starts at the first page. An order that is asked for is
// said, if nothing else says how the list is looked at, see [asChosen].
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
	if name == "sort" && value == "urgency" && (out.Has("columns") || out.Has("group") || out.Has("limit")) {
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
