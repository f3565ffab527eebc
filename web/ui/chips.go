package ui

import (
	"net/url"
	"slices"
	"strconv"
)

// Chip is a filter that is one click away.
type Chip struct {
	Badge
	Text    string
	Count   int
	URL     string
	Current bool
}

// Choice is a drop-down.
type Choice struct {
	Name    string
	Label   string
	Current string
	Options []string
}

// FilterNames are the parameters that narrow the list, apart from the status
// chips and the search field.
var FilterNames = [...]string{"service", "function", "owner", "label", "state", "severity", "at"}

// Filters are chips that each drop one filter of a list.
func Filters(params url.Values) []Chip {
	var out []Chip
	for _, name := range FilterNames {
		for i, value := range params[name] {
			if value == "" {
				continue
			}
			rest := url.Values{}
			for k, v := range params {
				rest[k] = slices.Clone(v)
			}
			rest[name] = slices.Delete(rest[name], i, i+1)
			out = append(out, Chip{Text: name + ": " + value, URL: ListURL(rest, "", "")})
		}
	}
	return out
}

// Kept are the parameters that a form does not ask for itself.
func Kept(params url.Values, names ...string) []Pair {
	var out []Pair
	for _, name := range names {
		for _, value := range params[name] {
			if value != "" {
				out = append(out, Pair{Name: name, Value: value})
			}
		}
	}
	return out
}

// Distinct sorts a list in place and leaves each word in it once, and no empty one.
func Distinct(list []string) []string {
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}

// ListURL is the URL of the list with one parameter set, or dropped when the value
// is empty. A changed filter starts at the first page. An order that is asked for is
// said, if nothing else says how the list is looked at, see [asChosen].
func ListURL(params url.Values, name, value string) string {
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

// PageNumber reads the page; one that does not exist is the nearest that does.
func PageNumber(params url.Values, rows, limit int) int {
	n, err := strconv.Atoi(params.Get("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), max(1, (rows+limit-1)/limit))
}
