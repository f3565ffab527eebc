package edit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// Facts are what is written of a subject, by name. What is not written is not
// among them.
type Facts map[string]string

// What an SLO says beside its promise; labels and links come with names of their
// own. What only follows from the policy is in derived.
var (
	ordered = []string{"owner", "policy", "tiers", "guard", "freeze", "max_severity", "class", "no_data", "traffic_drop", "depends_on", "description"}
	derived = []string{"tiers", "guard", "freeze"}
)

// FactsOf are what an SLO says beside what it promises.
func FactsOf(s slo.SLO) Facts {
	f := Facts{
		"owner": s.Owner, "policy": s.Policy, "tiers": tiers(s.Tiers), "guard": guard(s.Guard), "freeze": s.Freeze.String(),
		"max_severity": s.MaxSeverity.String(), "class": string(s.Class), "no_data": asked(s.NoData), "traffic_drop": asked(s.TrafficDrop),
		"depends_on": functions(s.DependsOn), "description": s.Description,
	}
	for name, value := range s.Labels {
		f["label "+name] = value
	}
	for name, value := range s.Links {
		f["link "+name] = value
	}
	maps.DeleteFunc(f, func(_, value string) bool { return value == "" })
	return f
}

// asked is what vanished data or traffic asks of people, as files write it.
func asked(s slo.Severity) string {
	if s == slo.SeverityNone {
		return "ignore"
	}
	return s.String()
}

func tiers(list []slo.Tier) string {
	var out []string
	for _, t := range list {
		text := fmt.Sprintf("%s %gx over %s and %s: %s", t.Name, t.BurnRate, slo.FormatDuration(t.Long), slo.FormatDuration(t.Short), t.Severity)
		if t.PageAfter > 0 {
			text += ", page after " + slo.FormatDuration(t.PageAfter)
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func guard(g slo.Guard) string {
	return fmt.Sprintf("page %d and %d, ticket %d in %d slots", g.Page, g.PageShort, g.Ticket, g.TicketSlots)
}

func functions(ids []slo.ID) string {
	var out []string
	for _, id := range ids {
		out = append(out, id.FunctionKey())
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// Names of facts that are compared in a way of their own.
const (
	// Sealed is a digest of what is not shown; that it differs is all that is said.
	Sealed = "settings"
	// Order is a list of names. It differs when the same names stand in another order:
	// what came and went is said of each.
	Order = "order"

	between = " > "
)

// OrderOf is the fact [Order] of a list of names.
func OrderOf(names []string) string { return strings.Join(names, between) }

// Diff is one fact that is another one now. From or To is empty where there was, or
// is, none; both are where they are not shown.
type Diff struct {
	What string `json:"what"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// String is the difference for people.
func (d Diff) String() string {
	if d.From == "" && d.To == "" {
		return d.What + " changed"
	}
	return d.What + " " + orNone(d.From) + " → " + orNone(d.To)
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// DiffsOf says what an SLO says differently beside its promise. What follows from
// another policy, window or objective is not said again.
func DiffsOf(was, is slo.SLO) []Diff {
	return FactsOf(was).diffs(FactsOf(is), is.Promise().ChangeFrom(was.Promise()) != "")
}

// diffs compares with what is written now; promised says that something else is
// promised, too.
func (f Facts) diffs(now Facts, promised bool) (out []Diff) {
	follows := func(what string) bool {
		return slices.Contains(derived, what) && (promised || f["policy"] != now["policy"])
	}
	for _, what := range slices.Concat(ordered, f.others(now)) {
		switch d := (Diff{What: what, From: f[what], To: now[what]}); {
		case d.From == d.To, follows(what), what == Order && !reordered(d.From, d.To):
		case what == Sealed:
			out = append(out, Diff{What: what})
		default:
			out = append(out, d)
		}
	}
	return out
}

// reordered reports whether two lists hold the same names.
func reordered(was, is string) bool {
	a, b := strings.Split(was, between), strings.Split(is, between)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// others are the names of either that have no place in the order, by name.
func (f Facts) others(now Facts) []string {
	all := make(Facts, len(f)+len(now))
	maps.Copy(all, f)
	maps.Copy(all, now)
	maps.DeleteFunc(all, func(what, _ string) bool { return slices.Contains(ordered, what) })
	return slices.Sorted(maps.Keys(all))
}
