package schema

import (
	"github.com/slofuse/slofuse/slo"
)

// SLO is an SLO file.
func SLO() *Node {
	sli := sli()
	keys := []Key{
		must("version", word("Version of the format.", 1, "1")),
		must("service", name("Name of the service that the functions below belong to.", "checkout")),
	}
	keys = append(append(keys, about()...), decided()...)
	return mapping("An SLO file: what is promised for each function of a service.", append(keys,
		may("slis", named("Named indicators, shared by the functions of the file. $function in them is the function's name.",
			name("How SLOs of this file call the indicator.", "success"), sli)),
		must("functions", list("The functions, each with its SLOs.", function(sli)).atLeast(1)),
	)...)
}

func function(sli *Node) *Node {
	keys := []Key{
		may("name", name("Name of the function, as the label of its metrics has it.", "charge-card", "GET /cart/{id}")),
		may("match", text("Every function whose name matches, as they appear in the data: a regular expression (RE2, anchored on both ends) for the label that holds $function.", "batch-.*")),
		may("depends_on", list("Functions that this one calls, by name, or as service/function for another service. When one of them fails and takes this one along, both are one incident.",
			name("A function of this service, or service/function with %2F for a / in a name.", "fraud/score-order"))),
	}
	keys = append(append(keys, about()...), decided()...)
	f := mapping("A function: any callable unit with a caller who cares.", append(keys,
		must("slos", list("What is promised for the function.", objective(sli)).atLeast(1)),
		may("signals", named("What is worth a look beside the objectives and promises nothing: charted, never alerted on.",
			name("Name of the signal.", "retries"), signal())),
	)...)
	f.exactly = [][]string{{"name"}, {"match"}}
	return f
}

func signal() *Node {
	return either("A query with one value, or one with its unit and a description.",
		query("Any PromQL with one value.", `sum(rate(retries_total{function="$function"}[5m]))`),
		mapping("A query with its unit and a description.",
			must("query", query("Any PromQL with one value.", `max(queue_length{queue="$function"})`)),
			may("unit", name("What the value counts.", "jobs")),
			may("description", text("What it shows, in a sentence.")),
		))
}

func objective(sli *Node) *Node {
	keys := []Key{
		must("name", name("Name of the SLO. It is called service/function/name.", "availability", "latency")),
	}
	keys = append(append(keys, about()...),
		must("sli", either("What is counted: the name of an indicator under slis, or the body of one.", name("An indicator under slis.", "success"), sli)),
		must("objective", &Node{
			description: "Share of events that must be good, above 0 % and below 100 %: 99.9% or 99.9. Kept exactly.",
			types:       []string{"string", "number"}, pattern: objectivePattern, above: new(1.0), below: new(100.0), examples: []any{"99.9%", "99%"},
		}),
		must("window", windows()),
		may("class", word("What a bad event is, where it is worse than a failure: each tier pages then, once the guard of a page is met.", words(slo.Classes())...)),
	)
	return mapping("A service level objective.", append(append(keys, decided()...),
		may("renamed_from", name("What the SLO was called before, alone or as service/function/name: its history goes on under the new name.", "old-name")),
	)...)
}

// words are those of a type of texts.
func words[T ~string](all []T) []any {
	out := make([]any, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}

func windows() *Node {
	one := []*Node{
		duration("A rolling window: whole minutes, at least 1h.", "30d", "28d", "7d"),
		mapping("A period of the calendar.",
			must("calendar", word("The period: a week from Monday, a month, or a quarter.", words(slo.Calendars())...)),
			may("timezone", text("Where midnight is: a name of the IANA time zone database.", "Europe/Berlin").or("UTC")),
		),
	}
	return either("How long the promise looks back. Of a list the first is alerted on, the others are reported beside it.",
		append(one, list("Several windows.", either("A window.", one...)).atLeast(1))...).as("window")
}

func loss(what string) *Node {
	return word(what, "page", "ticket", "ignore").or("ticket")
}

// about are settings that say what something is. Settings may stand on a service,
// a function and an SLO; the lower place wins.
func about() []Key {
	return []Key{
		may("owner", name("Who is told when a budget burns: routes match on it. Every SLO needs an owner, its own or one from above.", "team-checkout")),
		may("description", text("What it is, in a sentence.")),
		may("labels", named("Carried to metrics, alerts and routes; over those from above, one by one.", ownLabel(), text("Value of the label."))),
		may("links", named("URLs, or paths of files in the repository; over those from above, one by one. {{.service}}, {{.function}}, {{.slo}}, {{.from}} and {{.to}} are filled in, and in the link trace {{.trace_id}}.",
			name("Name of the link; runbook leads to what to do.", "runbook", "traces"), link())),
	}
}

// decided are settings that say what becomes of it.
func decided() []Key {
	return []Key{
		may("policy", policyChoice()),
		may("max_severity", word("The most severe alert; ticket: never pages.", "page", "ticket").or("page")),
		may("no_data", loss("What it asks for when the data of the function is gone.")),
		may("traffic_drop", loss("What it asks for when nearly all calls of the function are gone.")),
		may("backend", name("Which backend of the configuration is asked. Unless given, the first one.", "main")),
		may("split_by", list("Labels of the counters: one more budget for each of their values, beside the one over all.", label("A label of the counters.", "gateway"))),
		may("split", word("The most severe alert of the parts of split_by.", "page", "ticket").or("ticket")),
	}
}

func link() *Node {
	n := text("A URL, or the path of a file in the repository.", "https://runbooks.example.com/{{.service}}/{{.function}}")
	n.longest = 1500
	return n
}

func label(description string, examples ...any) *Node {
	return patterned(description, labelPattern, examples...)
}

func ownLabel() *Node {
	return label("A label name as in Prometheus; service, function, slo, owner, severity and alertname are set by slofuse.")
}
