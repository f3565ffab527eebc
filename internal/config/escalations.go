package config

import (
	"time"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/strictyaml"
)

// noEscalation is what a route says that has none, though its parent has one.
const noEscalation = "none"

// Bounds of a step: sooner nobody can have looked, later nobody waits for it.
const minEscalation, maxEscalation = time.Minute, 7 * 24 * time.Hour

func (r *reader) readEscalations(m *strictyaml.Map) map[string]route.Escalation {
	out := map[string]route.Escalation{}
	v, ok := m.Take("escalations")
	if !ok {
		return out
	}
	all, _ := v.Map()
	all.Each(func(key, value strictyaml.Value) {
		name, ok := r.escalations.define(key)
		if ok && name == noEscalation {
			key.Errorf("%q is what a route says that has no escalation: choose another name", noEscalation)
		}
		out[name] = route.Escalation{Name: name, Steps: r.readSteps(value)}
	})
	return out
}

func (r *reader) readSteps(v strictyaml.Value) []route.Step {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("an escalation needs at least one step, such as {after: 15m, receiver: lead}")
	}
	var steps []route.Step
	var before time.Duration
	for _, item := range items {
		m, ok := item.Map()
		if !ok {
			continue
		}
		step := r.readStep(m, before)
		before = max(before, step.After)
		steps = append(steps, step)
	}
	return steps
}

func (r *reader) readStep(m *strictyaml.Map, before time.Duration) (step route.Step) {
	if after, ok := m.Require("after"); ok {
		d, ok := after.Duration()
		switch {
		case !ok:
		case d < minEscalation || d > maxEscalation:
			after.Errorf("after must be between 1m and 7d, counted from the opening of the incident")
		case d <= before:
			after.Errorf("after must be later than that of the step before: both count from the opening of the incident")
		}
		step.After = d
	}
	if receiver, ok := m.Require("receiver"); ok {
		step.Receiver, _ = r.receivers.refer(receiver)
	}
	m.Done()
	return step
}
