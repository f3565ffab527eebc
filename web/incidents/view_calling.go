package incidents

import (
	"slices"
	"strings"

	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
)

// mostNamed is how many functions a headline names.
const mostNamed = 3

// functionsOn are the functions whose incidents are on a pile, each once, in the order
// of the cases.
func functionsOn(cases []triage.Case, pile triage.Pile) (out []slo.ID) {
	for _, c := range cases {
		if triage.PileOf(c.Incident) == pile {
			out = append(out, slo.ID{Service: c.Incident.Service, Function: c.Incident.Function})
		}
	}
	return distinctFunctions(out)
}

// distinctFunctions keeps the first of each.
func distinctFunctions(all []slo.ID) (out []slo.ID) {
	seen := make(map[slo.ID]bool, len(all))
	for _, f := range all {
		if !seen[f] {
			out = append(out, f)
		}
		seen[f] = true
	}
	return out
}

// calling says which functions need somebody.
func calling(functions []slo.ID) string {
	if len(functions) == 1 {
		return namesOf(functions) + " needs somebody"
	}
	return namesOf(functions) + " need somebody"
}

// namesOf lists functions in words, the first ones by name: "charge-card, login and 3
// more". Of services that name a function alike, each is named as well.
func namesOf(functions []slo.ID) string {
	shown := functions
	if len(functions) > mostNamed {
		shown = functions[:mostNamed-1]
	}
	names := make([]string, len(shown), len(shown)+1)
	for n, f := range shown {
		names[n] = f.Function
		if slices.ContainsFunc(functions, func(o slo.ID) bool { return o.Function == f.Function && o.Service != f.Service }) {
			names[n] = f.Service + "/" + f.Function
		}
	}
	if more := len(functions) - len(shown); more > 0 {
		names = append(names, format.Count(int64(more))+" more")
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return strings.Join(names, "")
}
