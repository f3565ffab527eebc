package grafana

import "slices"

// unknown is what a panel shows where nothing is known, so that it is not taken
// for zero.
const unknown = "unknown"

func line(expr, legend string) Target {
	return Target{Expr: expr, LegendFormat: legend, Range: true}
}

// stat is a number of a row of them.
type stat struct {
	title, description, expr string
	limits                   *thresholds
}

// row is a row of numbers that fills the width.
func row(y int, stats []stat) []Panel {
	var out []Panel
	width := 24 / len(stats)
	for i, n := range stats {
		out = append(out, number(n.title, n.description, position{4, width, i * width, y}, n.expr, n.limits))
	}
	return out
}

// number shows the value now.
func number(title, description string, at position, expr string, limits *thresholds) Panel {
	if limits == nil {
		limits = steps("text")
	}
	return Panel{
		Title: title, Description: description, Type: "stat", GridPos: at,
		Targets:     []Target{{Expr: expr, Instant: true}},
		FieldConfig: fieldConfig{Defaults: field{NoValue: unknown, Thresholds: limits}, Overrides: []override{}},
		Options:     map[string]any{"colorMode": "value", "graphMode": "none", "reduceOptions": map[string]any{"calcs": []string{"lastNotNull"}}},
	}
}

func chart(title, description, unit string, at position, targets ...Target) Panel {
	return Panel{
		Title: title, Description: description, Type: "timeseries", GridPos: at, Targets: targets,
		FieldConfig: fieldConfig{
			Defaults:  field{Unit: unit, NoValue: unknown, Custom: map[string]any{"spanNulls": false, "fillOpacity": 8, "lineWidth": 1}},
			Overrides: []override{},
		},
		Options: map[string]any{
			"legend":  map[string]any{"displayMode": "table", "placement": "bottom", "calcs": []string{"lastNotNull", "max"}},
			"tooltip": map[string]any{"mode": "multi", "sort": "desc"},
		},
	}
}

// timeline shows since when each of its series has been there, one beside the other.
func timeline(title, description string, at position, targets ...Target) Panel {
	return Panel{
		Title: title, Description: description, Type: "state-timeline", GridPos: at, Targets: targets,
		FieldConfig: fieldConfig{Defaults: field{NoValue: unknown, Custom: map[string]any{"fillOpacity": 80, "lineWidth": 0}}, Overrides: []override{}},
		Options:     map[string]any{"showValue": "never", "legend": map[string]any{"showLegend": false}},
	}
}

// column is a query of the table and how its values are shown.
type column struct {
	title, expr, unit string
	limits            *thresholds
}

// table lists all SLOs, the one with the least budget first.
func table(s Source, at position) Panel {
	columns := []column{
		{"Objective", s.objective(selection), "percentunit", nil},
		{"Budget left", s.remaining(selection), "percentunit", low()},
		{"Burn 5m", s.burn("5m", selection), "none", red(1)},
		{"Burn 1h", s.burn("1h", selection), "none", red(1)},
		{"Burn 6h", s.burn("6h", selection), "none", red(1)},
		{"Calls a second", s.perSecond("events", selection), "reqps", nil},
	}
	p := Panel{
		Title: "All SLOs", Type: "table", GridPos: at,
		FieldConfig: fieldConfig{Defaults: field{NoValue: unknown}, Overrides: []override{}},
		Options:     map[string]any{"sortBy": []map[string]any{{"displayName": columns[1].title, "desc": false}}},
	}
	names, order := map[string]string{}, map[string]int{"service": 0, "function": 1, "slo": 2}
	for i, c := range columns {
		p.Targets = append(p.Targets, Target{Expr: c.expr, Instant: true, Format: "table"})
		value := "Value #" + string(rune('A'+i))
		names[value], order[value] = c.title, len(order)
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, c.shown())
	}
	hidden := map[string]bool{"Time": true}
	if s.States { // its word is a label, and its value always 1
		p.Targets = append(p.Targets, Target{Expr: s.state(selection), Instant: true, Format: "table"})
		names["state"], order["state"] = "State", len(order)
		hidden["Value #"+string(rune('A'+len(columns)))] = true
	}
	p.Transformations = []transformation{
		{ID: "merge", Options: map[string]any{}},
		{ID: "organize", Options: map[string]any{"excludeByName": hidden, "renameByName": names, "indexByName": order}},
	}
	return p
}

func (c column) shown() override {
	properties := []property{{"unit", c.unit}, {"decimals", 3}}
	if c.limits != nil {
		properties = append(properties, property{"thresholds", c.limits}, property{"custom.cellOptions", map[string]string{"type": "color-text"}})
	}
	return override{Matcher: matcher{ID: "byName", Options: c.title}, Properties: properties}
}

// steps are colours from a lowest one up, each from its value on.
func steps(lowest string, higher ...step) *thresholds {
	return &thresholds{Mode: "absolute", Steps: slices.Concat([]step{{Color: lowest}}, higher)}
}

func from(color string, value float64) step { return step{Color: color, Value: &value} }

// red marks what is at a limit or over it.
func red(limit float64) *thresholds { return steps("green", from("red", limit)) }

// low marks budgets of which little or nothing is left.
func low() *thresholds { return steps("red", from("orange", 1e-9), from("green", 0.25)) }
