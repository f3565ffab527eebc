package grafana

import "fmt"

// Source says whose series the panels read.
type Source struct {
	Prefix string // of the names of all of them
	States bool   // it has burn rates and states as well, and not only what burn rates are made of
}

// by keeps the labels that tell SLOs apart, so that a copy of a series under
// another job or instance counts once.
const by = "max by (service, function, slo) "

const on = " / on (service, function, slo) "

// remaining is what is left of a budget: where two sources differ, the less.
func (s Source) remaining(selection string) string {
	return fmt.Sprintf("min by (service, function, slo) (%serror_budget_remaining_ratio{%s})", s.Prefix, selection)
}

func (s Source) objective(selection string) string {
	return fmt.Sprintf("%s(%sobjective_ratio{%s})", by, s.Prefix, selection)
}

func (s Source) events(name, window, selection string) string {
	return fmt.Sprintf("%s(%s%s{window=%q,%s})", by, s.Prefix, name, window, selection)
}

// errors is the share of bad events over a window.
func (s Source) errors(window, selection string) string {
	return s.events("bad_events", window, selection) + on + s.events("events", window, selection)
}

// burn is the burn rate over a window: how many times faster than allowed.
func (s Source) burn(window, selection string) string {
	if s.States {
		return s.events("burn_rate", window, selection)
	}
	return s.errors(window, selection) + on + "(1 - " + s.objective(selection) + ")"
}

// perSecond is how many events there are a second.
func (s Source) perSecond(name, selection string) string {
	return s.events(name, "5m", selection) + " / 300"
}

// burns are lines of burn rates: of all windows of the policy where the source
// tells them.
func (s Source) burns() []Target {
	if s.States {
		return []Target{line(fmt.Sprintf("max by (service, function, slo, window) (%sburn_rate{%s})", s.Prefix, selection), "{{window}}")}
	}
	var out []Target
	for _, window := range []string{"5m", "1h", "6h"} {
		out = append(out, line(s.burn(window, selection), window))
	}
	return out
}

// state is 1 with the state as a label.
func (s Source) state(selection string) string {
	return fmt.Sprintf("max by (service, function, slo, state) (%sstate{%s})", s.Prefix, selection)
}

// unknownStates are those of SLOs of which nothing is known now.
const unknownStates = "source_down|no_data|invalid|stale|reading"

// countOf is how many SLOs are in one of some states: none, where all that are known
// are in others.
func (s Source) countOf(states string) string {
	return fmt.Sprintf("count(%s) or 0 * count(%s)", s.state(fmt.Sprintf("state=~%q,%s", states, selection)), s.state(selection))
}
