package grafana

import (
	"fmt"
	"strings"
)

// Names lists the dashboards there are.
func Names() []string { return []string{"overview", "slo"} }

// selection is what the variables at the top of both dashboards choose.
const selection = `service=~"$service",function=~"$function",slo=~"$slo"`

// Build makes the dashboard of a name, over series whose names begin with the
// prefix; false when there is none of that name.
func Build(name, prefix string) (Dashboard, bool) {
	s := series{prefix}
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
func variables(s series, many bool) []variable {
	out := []variable{{Name: "datasource", Label: "Data source", Type: "datasource", Query: "prometheus"}}
	var chosen []string
	for _, name := range []string{"service", "function", "slo"} {
		query := fmt.Sprintf("label_values(%sobjective_ratio{%s}, %s)", s.prefix, strings.Join(chosen, ","), name)
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

func overview(s series) []Panel {
	return []Panel{
		number("Objectives", "", position{4, 8, 0, 0}, "count("+s.objective(selection)+")", nil),
		number("Burning faster than allowed", "By the burn rate over 1h.", position{4, 8, 8, 0}, many(s.burn("1h", selection), "> 1"), red(1)),
		number("Budgets spent", "", position{4, 8, 16, 0}, many(s.remaining(selection), "<= 0"), red(1)),
		table(s, position{14, 24, 0, 4}),
		chart("Burning fastest", "Burn rate over 1h of the ten that burn fastest: at 1 a budget lasts exactly its window.", "none", position{10, 12, 0, 18},
			line("topk(10, "+s.burn("1h", selection)+")", nameOf)),
		chart("Least budget left", "The ten budgets of which least is left.", "percentunit", position{10, 12, 12, 18},
			line("bottomk(10, "+s.remaining(selection)+")", nameOf)),
	}
}

// many counts for how many something holds: none where it holds for none, and no number
// where nothing is known of any.
func many(expr, holds string) string {
	return fmt.Sprintf("count(%s %s) or 0 * count(%s)", expr, holds, expr)
}

func one(s series) []Panel {
	panels := []Panel{
		number("Objective", "", position{4, 6, 0, 0}, s.objective(selection), nil),
		number("Budget left", "", position{4, 6, 6, 0}, s.remaining(selection), low()),
		number("Burn rate, 1h", "How many times faster than allowed.", position{4, 6, 12, 0}, s.burn("1h", selection), red(1)),
		number("Calls a second", "", position{4, 6, 18, 0}, s.perSecond("events", selection), nil),
		chart("Budget left", "What is left of the error budget of the window.", "percentunit", position{9, 24, 0, 4}, line(s.remaining(selection), nameOf)),
		chart("Burn rates", "The policy alerts when a long and a short window are both over a rate.", "none", position{9, 12, 0, 13},
			line(s.burn("5m", selection), "5m"), line(s.burn("1h", selection), "1h"), line(s.burn("6h", selection), "6h")),
		chart("Calls a second", "Over 5 minutes.", "reqps", position{9, 12, 12, 13},
			line(s.perSecond("events", selection), "all"), line(s.perSecond("bad_events", selection), "bad")),
	}
	percent := 3
	for i := range panels[:2] {
		panels[i].FieldConfig.Defaults.Unit, panels[i].FieldConfig.Defaults.Decimals = "percentunit", &percent
	}
	return panels
}
