package report

import (
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/slofuse/slofuse/web/api"
)

// WriteRoutes writes the tree, a route on each line.
func WriteRoutes(w io.Writer, root api.RouteNode, style Style) {
	t := newTable(w)
	t.AppendHeader(table.Row{"route", "receiver", "destinations", "says"})
	appendRoutes(t, root, 0, style)
	t.Render()
}

func appendRoutes(t table.Writer, n api.RouteNode, depth int, style Style) {
	destinations := Plain(strings.Join(n.Destinations, ", "))
	if destinations == "" {
		destinations = style.paint("none", outcomeColour[Fail])
	}
	t.AppendRow(table.Row{strings.Repeat("  ", depth) + Plain(n.Matchers), Plain(n.Receiver), destinations, Plain(strings.Join(n.Says, "; "))})
	for _, child := range n.Routes {
		appendRoutes(t, child, depth+1, style)
	}
}
