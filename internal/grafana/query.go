package grafana

import "fmt"

// series are the names of what the panels read, by their prefix.
type series struct{ prefix string }

// by keeps the labels that tell SLOs apart, so that a copy of a series under
// another job or instance counts once.
const by = "max by (service, function, slo) "

const on = " / on (service, function, slo) "

// remaining is what is left of a budget: where two sources differ, the less.
func (s series) remaining(selection string) string {
	return fmt.Sprintf("min by (service, function, slo) (%serror_budget_remaining_ratio{%s})", s.prefix, selection)
}

func (s series) objective(selection string) string {
	return fmt.Sprintf("%s(%sobjective_ratio{%s})", by, s.prefix, selection)
}

func (s series) events(name, window, selection string) string {
	return fmt.Sprintf("%s(%s%s{window=%q,%s})", by, s.prefix, name, window, selection)
}

// errors is the share of bad events over a window.
func (s series) errors(window, selection string) string {
	return s.events("bad_events", window, selection) + on + s.events("events", window, selection)
}

// burn is the burn rate over a window: how many times faster than allowed.
func (s series) burn(window, selection string) string {
	return s.errors(window, selection) + on + "(1 - " + s.objective(selection) + ")"
}

// perSecond is how many events there are a second.
func (s series) perSecond(name, selection string) string {
	return s.events(name, "5m", selection) + " / 300"
}
