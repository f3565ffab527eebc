package slos

import (
	"net/url"
	"strings"

	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/ui"
)

// column is a head of the table that sorts.
type column struct {
	Text, Class, URL, Aria string
	Term                   string // the key of the glossary's word for it; empty when there is none
}

// chips counts every status that occurs, with a link that shows only it.
func chips(found listing.Selection, params url.Values) []ui.Chip {
	counts := found.Counts
	current := params.Get("status")
	out := []ui.Chip{{Text: "All", Count: found.All, URL: ui.ListURL(params, "status", ""), Current: current == ""}}
	for _, status := range listing.Statuses() {
		if counts[status] == 0 && current != string(status) {
			continue
		}
		b := ui.StatusBadge(status)
		out = append(out, ui.Chip{
			Badge: b, Text: b.Word, Count: counts[status],
			URL: ui.ListURL(params, "status", string(status)), Current: current == string(status),
		})
	}
	return out
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
	c.URL = ui.ListURL(params, "sort", target)
	return c
}
