package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
)

// Routing is where an alert would go, and why.
type Routing struct {
	At     time.Time         `json:"at"`
	Labels map[string]string `json:"labels"`
	Notes  []string          `json:"notes"`  // what was assumed, and what is odd
	Routes []RoutingVisit    `json:"routes"` // those it came to, in the order of the tree
	Told   []RoutingHit      `json:"told"`
}

// RoutingVisit is a route that the alert came to.
type RoutingVisit struct {
	Depth    int    `json:"depth"`
	Matchers string `json:"matchers"`
	Receiver string `json:"receiver"`
	Continue bool   `json:"continue"`
	Outcome  string `json:"outcome"` // takes, passes, fails or not_asked
	Reason   string `json:"reason"`
}

// RoutingHit is a receiver that is told. Durations are written as in the
// configuration.
type RoutingHit struct {
	Receiver       string          `json:"receiver"`
	Path           []string        `json:"path"`
	Destinations   []string        `json:"destinations"`
	GroupBy        []string        `json:"group_by"`
	Group          string          `json:"group"`
	GroupWait      string          `json:"group_wait"`
	GroupInterval  string          `json:"group_interval"`
	RepeatInterval string          `json:"repeat_interval"`
	Muted          *RoutingMute    `json:"muted"` // nil when it is told at once
	Escalation     *RoutingClimb   `json:"escalation"`
	Also           []RoutingBeside `json:"also"` // other ways to the receiver, which change nothing
}

// RoutingMute is what keeps a route silent.
type RoutingMute struct {
	By    string     `json:"by"`
	Until *time.Time `json:"until"` // nil: not within 400 days
}

// RoutingClimb is an escalation.
type RoutingClimb struct {
	Name  string        `json:"name"`
	Steps []RoutingStep `json:"steps"`
}

// RoutingStep is a step of an escalation.
type RoutingStep struct {
	After        string   `json:"after"`
	Receiver     string   `json:"receiver"`
	Destinations []string `json:"destinations"`
}

// RoutingBeside is another way to a receiver.
type RoutingBeside struct {
	Path  []string `json:"path"`
	Muted string   `json:"muted"` // by what it is silent; empty when it is not
}

// WriteRouting writes where an alert would go: the way through the tree, then each
// receiver that is told.
func WriteRouting(w io.Writer, r Routing, style Style) error {
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

func (x *routing) head(r Routing) {
	x.line(x.style.bold("LABELS") + " at " + x.at(&r.At))
	x.indented(labelText(r.Labels))
	for _, note := range r.Notes {
		x.indented(note)
	}
}

func (x *routing) visits(visits []RoutingVisit) {
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

func (x *routing) told(h RoutingHit) {
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

func (x *routing) muted(m *RoutingMute) string {
	switch {
	case m == nil:
		return "no"
	case m.Until == nil:
		return "by " + m.By + ", and for more than a year"
	}
	return "by " + m.By + ", until " + x.at(m.Until)
}

func climbing(e *RoutingClimb) []string {
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
