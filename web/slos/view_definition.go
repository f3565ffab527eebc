package slos

import (
	"strconv"
	"strings"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/ui"
)

func definition(o *slo.SLO) []ui.Pair {
	out := []ui.Pair{
		{Name: "Objective", Value: o.Objective.String() + " of " + strings.ToLower(unitName(o.SLI.Scale())) + " good over " + definedWindows(o)},
		{Name: "Kind", Value: o.SLI.Kind()},
	}
	if l := o.SLI.Latency; l != nil {
		out = append(out, ui.Pair{Name: "Threshold", Value: "at or under " + slo.FormatLatency(l.Threshold)})
	}
	if t := o.SLI.Threshold; t != nil {
		out = append(out, ui.Pair{Name: "A slot is good", Value: "when every value is " + string(t.Op) + " " + strconv.FormatFloat(t.Value, 'g', -1, 64)})
	}
	out = append(out, ui.Pair{Name: "Owner", Value: o.Owner}, ui.Pair{Name: "Policy", Value: o.Policy})
	if o.Freeze.On {
		out = append(out, ui.Pair{Name: "Releases stop", Value: "but for fixes, at " + o.Freeze.String() + " of the error budget"})
	}
	if o.MaxSeverity == slo.SeverityTicket {
		out = append(out, ui.Pair{Name: "Alerts", Value: "tickets only, never pages"})
	}
	if o.Class != slo.ClassNone {
		out = append(out, ui.Pair{Name: "Class", Value: string(o.Class)})
	}
	if o.Backend != "" {
		out = append(out, ui.Pair{Name: "Backend", Value: o.Backend})
	}
	if o.Source.File != "" {
		out = append(out, ui.Pair{Name: "Defined in", Value: o.Source.File + ":" + strconv.Itoa(o.Source.Line)})
	}
	return out
}

func selectors(i slo.SLI) []ui.Pair {
	var out []ui.Pair
	add := func(name string, list []slo.Selector) {
		for _, s := range list {
			out = append(out, ui.Pair{Name: name, Value: s.String()})
		}
	}
	if i.Latency != nil {
		add("Histogram", []slo.Selector{i.Latency.Histogram})
	}
	switch {
	case i.Threshold != nil:
		out = append(out, ui.Pair{Name: "Query", Value: i.Threshold.Query})
	case i.ErrorRatio != nil:
		out = append(out, ui.Pair{Name: "Query", Value: i.ErrorRatio.Query})
		add("Weight", i.ErrorRatio.Weight)
	}
	if i.Ratio != nil {
		add("Total", i.Ratio.Total)
		add("Good", i.Ratio.Good)
		add("Bad", i.Ratio.Bad)
	}
	return out
}
