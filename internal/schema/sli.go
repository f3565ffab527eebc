package schema

import (
	"strings"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// selectors are one counter or several that are added.
func selectors(description string, examples ...any) *Node {
	one := query("A plain selector of counters: slofuse works out the growth itself.", examples...)
	return either(description, one, list("Selectors that are added.", one).atLeast(1))
}

func query(description string, examples ...any) *Node {
	n := text(description, examples...)
	n.longest = 10_000
	return n
}

func fingerprint() *Node {
	return list("Labels of the bad events that tell one kind of error from another.", label("A label of the bad events.", "code"))
}

func interpolate() *Node {
	return boolean("Estimate a threshold between two buckets, instead of calling the SLI invalid.").or(false)
}

// sli is the body of an indicator: a ratio, a latency, a threshold, an
// error_ratio or a preset.
func sli() *Node {
	n := mapping("What is counted: one of ratio, latency, threshold, error_ratio and preset.",
		may("ratio", ratio()),
		may("latency", latency()),
		may("error_ratio", errorRatio()),
		may("preset", preset()),
		may("labels", named("Beside preset: labels that pick the calls of the function, each with its value.",
			label("A label of the instrumentation.", "http_route"), text("The value it has to have.", "$function"))),
		may("threshold", either("Slots of time in which a query compares as asked; beside preset, the duration up to which a call is fast.",
			comparison(), patterned("Beside preset: calls at or under it are good.", latencyPattern, "250ms", "1s"))),
		may("interpolate", interpolate()),
		may("fingerprint", fingerprint()),
	).as("sli")
	n.together = map[string][]string{"preset": {"labels"}, "labels": {"preset"}, "interpolate": {"preset"}, "fingerprint": {"preset"}}
	return n
}

func ratio() *Node {
	n := mapping("Calls that went well of all calls: exactly two of total, good and bad.",
		may("total", selectors("All events.", `function_calls_total{function="$function"}`)),
		may("good", selectors("Good events.", `function_calls_total{function="$function",code!~"5.."}`)),
		may("bad", selectors("Bad events.", `function_calls_total{function="$function",code=~"5.."}`)),
		may("fingerprint", fingerprint()),
	)
	n.exactly = [][]string{{"total", "good"}, {"total", "bad"}, {"good", "bad"}}
	return n
}

func latency() *Node {
	return mapping("The share of calls at or under a threshold, from a histogram.",
		must("histogram", query("Selector of the histogram, classic or native, without le.", `function_call_duration_seconds{function="$function"}`)),
		must("threshold", patterned("A bound of the histogram's buckets, up to a day.", latencyPattern, "250ms", "1s", "2.5s")),
		may("unit", word("Unit of the bounds, where the name of the histogram does not end in it.", "s", "ms", "us", "ns", "m")),
		may("interpolate", interpolate()),
		may("fingerprint", fingerprint()),
	)
}

// operators are the comparisons of a threshold.
var operators = []slo.CompareOp{slo.Less, slo.LessOrEqual, slo.Greater, slo.GreaterOrEqual, slo.Equal, slo.NotEqual}

func comparison() *Node {
	return mapping("Slots of time instead of calls: a slot is good when every value of the query compares as asked.",
		must("query", query("Any PromQL that gives an instant vector or a scalar.", `max(queue_length{queue="$function"})`)),
		must("op", word("How the value is compared, in quotes.", words(operators)...)),
		must("value", &Node{description: "What it is compared with.", types: []string{"number", "string"}, pattern: numberPattern, examples: []any{100}}),
	)
}

func errorRatio() *Node {
	return mapping("A query whose one value is the share of bad events, between 0 and 1. Where counters are there, write a ratio: it is exact.",
		must("query", query("PromQL with one value between 0 and 1.")),
		may("weight", selectors("How many calls there were: without it, every slot of time counts the same.", `calls_total{function="$function"}`)),
	)
}

func preset() *Node {
	var names []any
	about := []string{"What a known instrumentation counts: calls that did not fail, or with threshold calls that were fast."}
	for _, p := range spec.Presets() {
		names = append(names, p.Name)
		about = append(about, p.Name+": "+p.About)
	}
	return word(strings.Join(about, "\n\n"), names...)
}
