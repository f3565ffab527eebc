package report

import (
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
)

// RouteNode is a route of the tree, with what it has from its parents. A time that is
// nil is the default of the severity.
type RouteNode struct {
	Matchers       string      `json:"matchers"`
	Receiver       string      `json:"receiver"`
	Destinations   []string    `json:"destinations"`
	Continue       bool        `json:"continue"`
	GroupBy        []string    `json:"group_by"`
	GroupWait      *string     `json:"group_wait"`
	GroupInterval  *string     `json:"group_interval"`
	RepeatInterval *string     `json:"repeat_interval"`
	Mute           []string    `json:"mute_time_intervals"`
	Active         []string    `json:"active_time_intervals"`
	Escalation     string      `json:"escalation"` // empty: none
	Routes         []RouteNode `json:"routes"`
	// Says is what the route itself says, beside matchers and receiver.
	Says []string `json:"-"`
}

// WriteRoutes writes the tree, a route on each line.
func WriteRoutes(w io.Writer, root RouteNode, style Style) {
	t := newTable(w)
	t.AppendHeader(table.Row{"route", "receiver", "destinations", "says"})
	appendRoutes(t, root, 0, style)
	t.Render()
}

func appendRoutes(t table.Writer, n RouteNode, depth int, style Style) {
	destinations := Plain(strings.Join(n.Destinations, ", "))
	if destinations == "" {
		destinations = style.paint("none", outcomeColour[Fail])
	}
	t.AppendRow(table.Row{strings.Repeat("  ", depth) + Plain(n.Matchers), Plain(n.Receiver), destinations, Plain(strings.Join(n.Says, "; "))})
	for _, child := range n.Routes {
		appendRoutes(t, child, depth+1, style)
	}
}
