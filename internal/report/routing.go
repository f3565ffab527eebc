package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/slofuse/slofuse/web/api"
)

// WriteRouting writes where an alert would go: the way through the tree, then each
// receiver that is told.
func WriteRouting(w io.Writer, r api.Routing, style Style) error {
	out := &routing{explanation{style: style}}
	out.head(r)
	out.visits(r.Routes)
	for _, hit := range r.Told {
		out.told(hit)
	}
	text := out.text.String()
	if style.ASCII {
		text = ascii.Replace(text)
	}
	_, err := io.WriteString(w, text)
	return err
}

// routing is one that is being written.
type routing struct{ explanation }

func (x *routing) head(r api.Routing) {
	x.line(x.style.bold("LABELS") + " at " + x.at(&r.At))
	x.indented(labelText(r.Labels))
	for _, note := range r.Notes {
		x.indented(note)
	}
}

func (x *routing) visits(visits []api.RoutingVisit) {
	x.section("ROUTES")
	rows := make([]table.Row, len(visits))
	for i, v := range visits {
		rows[i] = table.Row{"  " + x.outcome(v.Outcome), strings.Repeat("  ", v.Depth) + Plain(v.Matchers), Plain(v.Receiver), Plain(v.Reason)}
	}
	x.table(nil, rows)
}

// outcome marks what became of a route. One that was not asked is neither right
// nor wrong.
func (x *routing) outcome(outcome string) string {
	if outcome == "not_asked" {
		return "-"
	}
	matches := outcome != "fails"
	return x.style.mark(&matches)
}

func (x *routing) told(h api.RoutingHit) {
	x.section("TOLD: " + h.Receiver)
	rows := []table.Row{
		{"  way", Plain(strings.Join(h.Path, " > "))},
		{"  destinations", Plain(cmp.Or(strings.Join(h.Destinations, ", "), "none: nobody hears of it"))},
		{"  group_by", groupText(h.GroupBy)},
		{"  group", Plain(h.Group)},
		{"  group_wait", h.GroupWait},
		{"  group_interval", h.GroupInterval},
		{"  repeat_interval", h.RepeatInterval},
		{"  muted", Plain(x.muted(h.Muted))},
	}
	for i, line := range climbing(h.Escalation) {
		rows = append(rows, table.Row{[]string{"  escalation", ""}[min(i, 1)], Plain(line)})
	}
	for _, also := range h.Also {
		rows = append(rows, table.Row{"  also by", Plain(strings.Join(also.Path, " > ") + beside(also.Muted))})
	}
	x.table(nil, rows)
}

// labelText writes labels in the order of their names.
func labelText(labels map[string]string) string {
	parts := make([]string, 0, len(labels))
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, fmt.Sprintf("%s=%q", name, labels[name]))
	}
	return strings.Join(parts, " ")
}

func groupText(labels []string) string {
	if len(labels) == 0 {
		return "nothing: all that takes this route is one group"
	}
	return Plain(strings.Join(labels, ", "))
}

func (x *routing) muted(m *api.RoutingMute) string {
	switch {
	case m == nil:
		return "no"
	case m.Until == nil:
		return "by " + m.By + ", and for more than a year"
	}
	return "by " + m.By + ", until " + x.at(m.Until)
}

func climbing(e *api.RoutingClimb) []string {
	if e == nil {
		return []string{"none"}
	}
	lines := []string{e.Name}
	for _, step := range e.Steps {
		lines = append(lines, fmt.Sprintf("after %s: %s (%s)", step.After, step.Receiver, cmp.Or(strings.Join(step.Destinations, ", "), "no destination")))
	}
	return lines
}

func beside(muted string) string {
	if muted == "" {
		return ", which changes nothing"
	}
	return ", muted by " + muted
}
