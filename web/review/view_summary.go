package review

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// standingBadge is for a promise in a period.
func standingBadge(s summary.Standing) ui.Badge {
	switch s {
	case summary.Missed:
		return ui.Badge{Icon: "spent", Word: "Broken", Tone: "page"}
	case summary.AtRisk:
		return ui.Badge{Icon: "rising", Word: "At risk", Tone: "ticket"}
	case summary.Met:
		return ui.Badge{Icon: "ok", Word: "Kept", Tone: "good"}
	case summary.Unknown:
	}
	return ui.Badge{Icon: "no_data", Word: "Unknown", Tone: "quiet"}
}

// askedView is the form that says what a summary is about.
type askedView struct {
	Path, Period, Zone string // Period is a phrase
	Span               string // from when to when, where the days are
	Names              []periodChoice
	Choices            []ui.Choice
	Kept               []ui.Pair
	Filters            []ui.Chip
}

type periodChoice struct {
	Name, Text, URL string
	Current         bool
}

// periodTexts are what the names of periods read as.
var periodTexts = map[string]string{
	"7d": "7 days", "30d": "30 days", "90d": "90 days", "this-week": "This week", "last-week": "Last week",
	"this-month": "This month", "last-month": "Last month", "this-quarter": "This quarter", "last-quarter": "Last quarter",
}

func (s Handlers) askedFor(of scope, path string) askedView {
	a := askedView{Path: path, Period: of.period.Phrase, Zone: of.zone.String(), Span: ui.SpanText(of.period, of.zone), Choices: s.Directory().Choices(of.params)}
	for _, name := range summary.PeriodNames() {
		params := maps.Clone(of.params)
		params.Del("from")
		params.Del("to")
		a.Names = append(a.Names, periodChoice{Name: name, Text: periodTexts[name], URL: at(path, params, "period", name), Current: name == of.period.Name})
	}
	for _, name := range []string{"period", "from", "to", "function", "label", "q"} {
		for _, value := range of.params[name] {
			if value != "" {
				a.Kept = append(a.Kept, ui.Pair{Name: name, Value: value})
			}
		}
	}
	for _, f := range ui.Filters(of.params) {
		f.URL = path + strings.TrimPrefix(f.URL, "/slos")
		a.Filters = append(a.Filters, f)
	}
	return a
}

// at is a page with its parameters, of which one is set.
func at(path string, params url.Values, name, value string) string {
	return path + strings.TrimPrefix(ui.ListURL(params, name, value), "/slos")
}

// gridView is services by the names of their SLOs.
type gridView struct {
	Columns []string
	Rest    bool // there is a column for all other names
	Rows    []gridRow
	Hidden  int
}

type gridRow struct {
	Service, URL string
	Cells        []cellView
}

type cellView struct {
	ui.Badge
	Name, Text, URL string // Name is of the column
	Empty           bool
}

func gridOf(g summary.Grid) gridView {
	v := gridView{Columns: g.Columns, Rest: g.Other > 0, Hidden: g.Hidden}
	for _, r := range g.Rows {
		row := gridRow{Service: r.Service, URL: ui.ListURL(nil, "service", r.Service)}
		for i, c := range r.Cells {
			row.Cells = append(row.Cells, cellOf(c, r.Service, g.Columns[i]))
		}
		if v.Rest {
			row.Cells = append(row.Cells, cellOf(r.Rest, r.Service, "others"))
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func cellOf(c summary.Cell, service, name string) cellView {
	all := c.All()
	if all == 0 {
		return cellView{Empty: true, Name: name}
	}
	v := cellView{Badge: standingBadge(c.Worst()), Name: name, URL: ui.SLOPath(c.Of)}
	if all > 1 {
		v.URL = ui.ListURL(nil, "service", service)
		v.Text = keptInCell(c.Tally)
	}
	if c.Least != nil {
		v.Text = strings.TrimPrefix(v.Text+", "+leftOf(*c.Least), ", ")
	}
	return v
}

// keptInCell says how many promises of a cell were kept, beside the badge of all.
func keptInCell(t summary.Tally) string {
	switch {
	case t.Decided() == 0:
		return plural(t.All(), "promise", "promises")
	case t.Unknown > 0:
		return fmt.Sprintf("%d of %d kept, %d unknown", t.Kept(), t.Decided(), t.Unknown)
	}
	return fmt.Sprintf("%d of %d kept", t.Kept(), t.All())
}

// leftOf is the rest of a budget, for a sentence.
func leftOf(ratio float64) string {
	if ratio <= 0 {
		return format.Left(ratio, true)
	}
	return format.Left(ratio, true) + " left"
}

// groupView is a team or a tier.
type groupView struct {
	Name, URL string
	Share     string
	Kept      string // "3 of 4, 1 unknown"
	Change    string // empty when it is not known
	Least     string
}

// hiddenView is how much of each list is not shown.
type hiddenView struct {
	Teams, Tiers, Misfits, Unknown int
}

func groups(pairs []summary.Pair, by string, name func(summary.Pair) string) (shown []groupView, hidden int) {
	all := summary.By(pairs, name)
	some, hidden := firstOf(all, mostGroups)
	for _, g := range some {
		shown = append(shown, groupOf(g, by))
	}
	return shown, hidden
}

func groupOf(g summary.Group, by string) groupView {
	share, known := g.Tally.Share()
	v := groupView{Name: g.Name, Share: ui.Dashed(format.Share(share, known)), Kept: keptOf(g.Tally)}
	switch {
	case g.Name == "":
		v.Name = "no " + by
	case by == "owner":
		v.URL = ui.ListURL(nil, "owner", g.Name)
	default:
		v.URL = ui.ListURL(nil, "label", by+"="+g.Name)
	}
	if g.Change != nil {
		v.Change = trendText(*g.Change, "before")
	}
	if g.Least != nil {
		v.Least = leftOf(*g.Least)
	}
	return v
}

// keptOf says how many promises were kept, and of how many that is not known.
func keptOf(t summary.Tally) string {
	switch {
	case t.Decided() == 0:
		return fmt.Sprintf("%d unknown", t.Unknown)
	case t.Unknown == 0:
		return fmt.Sprintf("%d of %d", t.Kept(), t.Decided())
	}
	return fmt.Sprintf("%d of %d, %d unknown", t.Kept(), t.Decided(), t.Unknown)
}

// moverView is a promise whose budget moved.
type moverView struct {
	Name, Service, URL, Owner string
	Spent, Change             string // Change is empty when it is not known
	Budget                    ui.BudgetView
}

func movers(pairs []summary.Pair) []moverView {
	var out []moverView
	shown, _ := firstOf(pairs, mostListed)
	for _, p := range shown {
		spent, known := p.Now.Spent()
		v := moverView{Name: nameOf(p.ID()), Service: p.ID().Service, URL: ui.SLOPath(p.ID()), Owner: p.Now.SLO.Owner, Spent: format.Share(spent, known)}
		v.Budget = ui.BudgetView{Width: int(min(max(spent, 0), 1) * 100), Tone: spentTone(spent)}
		if last, known := p.Before.Spent(); known {
			v.Change = format.Share(last, true) + " before"
		}
		out = append(out, v)
	}
	return out
}

func spentTone(spent float64) string {
	switch {
	case spent > 1:
		return "spent"
	case spent > 1-summary.RiskBelow:
		return "low"
	}
	return "good"
}

// exhaustionView is when a budget is spent.
type exhaustionView struct {
	Name, Service, URL, In, Pace string
}

func exhaustions(list []summary.Exhaustion, now time.Time) []exhaustionView {
	var out []exhaustionView
	shown, _ := firstOf(list, mostListed)
	for _, e := range shown {
		out = append(out, exhaustionView{Name: nameOf(e.ID), Service: e.ID.Service, URL: ui.SLOPath(e.ID), In: format.Span(e.At.Sub(now)), Pace: slo.FormatDuration(e.Pace)})
	}
	return out
}

// lossView is what failures of a function took, and how that is worked out.
type lossView struct {
	Function, URL, Lost, Working string
}

func losses(pairs []summary.Pair) []lossView {
	var out []lossView
	shown, _ := firstOf(pairs, mostListed)
	for _, p := range shown {
		lost, _ := p.Now.Lost()
		scale := p.Now.SLO.SLI.Scale()
		out = append(out, lossView{
			Function: p.ID().Function, URL: ui.SLOPath(p.ID()), Lost: format.Span(lost.Round(time.Second)),
			Working: fmt.Sprintf("%s of %s calls failed, in %s that are known", format.Events(scale.Events(p.Now.Sum.Bad)), format.Events(scale.Events(p.Now.Sum.Total)), format.Span(p.Now.Known())),
		})
	}
	return out
}
