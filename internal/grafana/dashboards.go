package grafana

import (
	"fmt"
	"slices"
	"strings"
)

// Names lists the dashboards there are.
func Names() []string { return []string{"overview", "slo"} }

// selection is what the variables at the top of both dashboards choose.
const selection = `service=~"$service",function=~"$function",slo=~"$slo"`

// Build makes the dashboard of a name over the series of a source; false when there
// is none of that name.
func Build(name string, s Source) (Dashboard, bool) {
	switch name {
	case "overview":
		d := Dashboard{Title: "SLOs: overview", Description: "Which budgets burn, and what is left of each.", Panels: overview(s)}
		return d.complete(name, variables(s, true)), true
	case "slo":
		d := Dashboard{Title: "SLOs: one function", Description: "Budget, burn rates and events of one SLO.", Panels: one(s)}
		return d.complete(name, variables(s, false)), true
	}
	return Dashboard{}, false
}

var source = datasource{Type: "prometheus", UID: "${datasource}"}

// complete adds what all dashboards have alike.
func (d Dashboard) complete(name string, choices []variable) Dashboard {
	for i := range d.Panels {
		p := &d.Panels[i]
		p.ID, p.Datasource = i+1, source
		for j := range p.Targets {
			p.Targets[j].RefID, p.Targets[j].Datasource = string(rune('A'+j)), source
		}
	}
	d.UID, d.Tags, d.SchemaVersion, d.Editable = "slofuse-"+name, []string{"slofuse"}, 39, true
	d.Timezone, d.Refresh, d.Time = "browser", "1m", span{"now-24h", "now"}
	d.Templating.List = choices
	d.Links = []link{{Title: "SLOs", Type: "dashboards", Tags: d.Tags, KeepTime: true}}
	return d
}

// variables choose the data source and the SLOs, each among what those before it
// leave.
func variables(s Source, many bool) []variable {
	out := []variable{{Name: "datasource", Label: "Data source", Type: "datasource", Query: "prometheus"}}
	var chosen []string
	for _, name := range []string{"service", "function", "slo"} {
		query := fmt.Sprintf("label_values(%sobjective_ratio{%s}, %s)", s.Prefix, strings.Join(chosen, ","), name)
		v := variable{
			Name: name, Label: name, Type: "query", Query: query, Definition: query, Datasource: &source, Refresh: 2, Sort: 1,
			IncludeAll: many, Multi: many,
		}
		if many {
			v.AllValue, v.Current = ".*", &current{"All", "$__all"}
		}
		out = append(out, v)
		chosen = append(chosen, fmt.Sprintf(`%s=~"$%s"`, name, name))
	}
	return out
}

const nameOf = "{{service}}/{{function}}/{{slo}}"

func overview(s Source) []Panel {
	stats := []stat{
		{"Objectives", "", "count(" + s.objective(selection) + ")", nil},
		{"Burning faster than allowed", "By the burn rate over 1h.", many(s.burn("1h", selection), "> 1"), red(1)},
		{"Budgets spent", "", many(s.remaining(selection), "<= 0"), red(1)},
	}
	if s.States {
		stats = slices.Insert(stats, 1, stat{"Paging", "", s.countOf("paging"), red(1)}, stat{"Tickets", "", s.countOf("ticket"), red(1)})
		stats = append(stats, stat{"Not known", "Nobody can say how they do now.", s.countOf(unknownStates), red(1)})
	}
	panels := slices.Concat(row(0, stats), []Panel{
		table(s, position{14, 24, 0, 4}),
		chart("Burning fastest", "Burn rate over 1h of the ten that burn fastest: at 1 a budget lasts exactly its window.", "none", position{10, 12, 0, 18},
			line("topk(10, "+s.burn("1h", selection)+")", nameOf)),
		chart("Least budget left", "The ten budgets of which least is left.", "percentunit", position{10, 12, 12, 18},
			line("bottomk(10, "+s.remaining(selection)+")", nameOf)),
	})
	if s.States {
		panels = append(panels, chart("SLOs by state", "Each is in one.", "none", position{8, 24, 0, 28}, line("count by (state) ("+s.state(selection)+")", "{{state}}")))
	}
	return panels
}

// many counts for how many something holds: none where it holds for none, and no number
// where nothing is known of any.
func many(expr, holds string) string {
	return fmt.Sprintf("count(%s %s) or 0 * count(%s)", expr, holds, expr)
}

func one(s Source) []Panel {
	percent := 3
	stats := []stat{
		{"Objective", "", s.objective(selection), nil},
		{"Budget left", "", s.remaining(selection), low()},
		{"Burn rate, 1h", "How many times faster than allowed.", s.burn("1h", selection), red(1)},
		{"Calls a second", "", s.perSecond("events", selection), nil},
	}
	panels := row(0, stats)
	for i := range panels[:2] {
		panels[i].FieldConfig.Defaults.Unit, panels[i].FieldConfig.Defaults.Decimals = "percentunit", &percent
	}
	panels = append(panels,
		chart("Budget left", "What is left of the error budget of the window.", "percentunit", position{9, 24, 0, 4}, line(s.remaining(selection), nameOf)),
		chart("Burn rates", "The policy alerts when a long and a short window are both over a rate.", "none", position{9, 12, 0, 13}, s.burns()...),
		chart("Calls a second", "Over 5 minutes.", "reqps", position{9, 12, 12, 13},
			line(s.perSecond("events", selection), "all"), line(s.perSecond("bad_events", selection), "bad")))
	if s.States {
		panels = append(panels, timeline("State", "The word of the list of SLOs.", position{5, 24, 0, 22}, line(s.state(selection), "{{state}}")))
	}
	return panels
}
