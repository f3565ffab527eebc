package web

import (
	"strconv"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// threshold is the latency that is promised, to be read and to be drawn.
type threshold struct {
	Text    string
	Seconds float64
}

func thresholdOf(i slo.SLI) *threshold {
	if i.Latency == nil {
		return nil
	}
	return &threshold{Text: slo.FormatLatency(i.Latency.Threshold), Seconds: i.Latency.Threshold.Seconds()}
}

func definition(o *slo.SLO) []pair {
	out := []pair{
		{"Objective", o.Objective.String() + " of " + strings.ToLower(unitName(o.SLI.Scale())) + " good over " + definedWindows(o)},
		{"Kind", o.SLI.Kind()},
	}
	if l := o.SLI.Latency; l != nil {
		out = append(out, pair{"Threshold", "at or under " + slo.FormatLatency(l.Threshold)})
	}
	if t := o.SLI.Threshold; t != nil {
		out = append(out, pair{"A slot is good", "when every value is " + string(t.Op) + " " + strconv.FormatFloat(t.Value, 'g', -1, 64)})
	}
	out = append(out, pair{"Owner", o.Owner}, pair{"Policy", o.Policy})
	if o.Freeze.On {
		out = append(out, pair{"Releases stop", "but for fixes, at " + o.Freeze.String() + " of the error budget"})
	}
	if o.MaxSeverity == slo.SeverityTicket {
		out = append(out, pair{"Alerts", "tickets only, never pages"})
	}
	if o.Class != slo.ClassNone {
		out = append(out, pair{"Class", string(o.Class)})
	}
	if o.Backend != "" {
		out = append(out, pair{"Backend", o.Backend})
	}
	if o.Source.File != "" {
		out = append(out, pair{"Defined in", o.Source.File + ":" + strconv.Itoa(o.Source.Line)})
	}
	return out
}

func selectors(i slo.SLI) []pair {
	var out []pair
	add := func(name string, list []slo.Selector) {
		for _, s := range list {
			out = append(out, pair{Name: name, Value: s.String()})
		}
	}
	if i.Latency != nil {
		add("Histogram", []slo.Selector{i.Latency.Histogram})
	}
	switch {
	case i.Threshold != nil:
		out = append(out, pair{Name: "Query", Value: i.Threshold.Query})
	case i.ErrorRatio != nil:
		out = append(out, pair{Name: "Query", Value: i.ErrorRatio.Query})
		add("Weight", i.ErrorRatio.Weight)
	}
	if i.Ratio != nil {
		add("Total", i.Ratio.Total)
		add("Good", i.Ratio.Good)
		add("Bad", i.Ratio.Bad)
	}
	return out
}
