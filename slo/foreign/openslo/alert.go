package openslo

import (
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
)

// policy is what an AlertPolicy asks for. Whatever it does not say is zero.
type policy struct {
	severity slo.Severity // of its condition; none if the word is not known
	breaches answer       // whether a burning budget alerts
	noData   answer       // whether vanished data alerts
}

// answer is yes, no or nothing.
type answer int

const (
	unsaid answer = iota
	yes
	no
)

// condition is when an alert is raised. Only how urgent it is can be kept.
type condition struct{ severity slo.Severity }

// readPolicy reads the spec of an AlertPolicy.
func (c *catalog) readPolicy(m *strictyaml.Map) (policy, bool) {
	var p policy
	readDescription(m)
	p.noData, p.breaches = readAnswer(m, "alertWhenNoData"), readAnswer(m, "alertWhenBreaching")
	if readAnswer(m, "alertWhenResolved") == no {
		foreign.Lost(m.Key("alertWhenResolved"), "alertWhenResolved: slofuse tells whom it alerted that it is over")
	}
	ok := c.readConditions(m, &p)
	ok = c.readTargets(m) && ok
	foreign.Done(m)
	return p, ok
}

func readAnswer(m *strictyaml.Map, key string) answer {
	v, found := m.Take(key)
	if !found {
		return unsaid
	}
	if value, ok := v.Bool(); ok && value {
		return yes
	}
	return no
}

// readConditions reads the one condition a policy has.
func (c *catalog) readConditions(m *strictyaml.Map, p *policy) bool {
	v, ok := m.Require("conditions")
	if !ok {
		return false
	}
	items, ok := v.List()
	if ok && len(items) != 1 {
		v.Errorf("an %s has exactly one condition", kindPolicy)
	}
	if !ok || len(items) != 1 {
		return false
	}
	o, ok := c.resolve(items[0], "conditionRef", kindCondition)
	if ok {
		p.severity = o.condition.severity
	}
	return ok
}

// readTargets reads whom a policy notifies.
func (c *catalog) readTargets(m *strictyaml.Map) bool {
	v, ok := m.Take("notificationTargets")
	if !ok {
		return true
	}
	items, ok := v.List()
	var names []string
	for _, item := range items {
		if o, found := c.resolve(item, "targetRef", kindTarget); found {
			names = append(names, o.name)
		}
	}
	if len(names) > 0 {
		foreign.Lost(m.Key("notificationTargets"), "notificationTargets (%s): whom slofuse tells follows from the owner of the SLO and the routes of its configuration", strings.Join(names, ", "))
	}
	return ok && len(names) == len(items)
}

// resolve is the sound object that a reference names, or that is written in its
// place.
func (c *catalog) resolve(v strictyaml.Value, key, kind string) (*object, bool) {
	m, ok := v.Map()
	if !ok {
		return nil, false
	}
	if !m.Has("spec") {
		reference, ok := m.Require(key)
		foreign.Done(m)
		if !ok {
			return nil, false
		}
		return c.find(reference, kind)
	}
	if named, ok := readKind(m); !ok || named != kind {
		v.Errorf("an object of kind %s belongs here", kind)
		return nil, false
	}
	o, ok := readObject(m, kind)
	if !ok {
		return nil, false
	}
	switch kind {
	case kindTarget:
		o.sound = readTarget(o.spec)
	case kindCondition:
		o.condition, o.sound = readCondition(o.spec)
	case kindPolicy:
		o.policy, o.sound = c.readPolicy(o.spec)
	}
	return o, o.sound
}

// readTarget reads the spec of an AlertNotificationTarget.
func readTarget(m *strictyaml.Map) bool {
	readDescription(m)
	v, ok := m.Require("target")
	if ok {
		_, ok = v.Text()
	}
	foreign.Done(m)
	return ok
}

// readCondition reads the spec of an AlertCondition.
func readCondition(m *strictyaml.Map) (condition, bool) {
	var c condition
	readDescription(m)
	if v, ok := m.Require("severity"); ok {
		c.severity = foreign.ReadSeverity(v)
	}
	v, ok := m.Require("condition")
	if ok {
		ok = readBurn(v)
	}
	foreign.Done(m)
	return c, ok
}

// readBurn reads which burn is meant. The policies of slofuse look at two windows
// at once, so that none of them is what one window says.
func readBurn(v strictyaml.Value) bool {
	m, ok := v.Map()
	if !ok {
		return false
	}
	if kind, found := m.Take("kind"); found {
		if text, _ := kind.Text(); text != "" && !strings.EqualFold(text, "burnrate") {
			kind.Errorf("unknown kind %q of a condition: burnrate", text)
			ok = false
		}
	}
	if op, found := m.Take("op"); found {
		_, sound := readOp(op)
		ok = ok && sound
	}
	threshold, hasThreshold := m.Require("threshold")
	lookback, hasLookback := m.Require("lookbackWindow")
	after, hasAfter := m.Take("alertAfter")
	foreign.Done(m)
	if !ok || !hasThreshold || !hasLookback {
		return false
	}
	rate, okRate := threshold.Text()
	over, okOver := lookback.Text()
	text := "a burn rate of " + rate + " over " + over
	if hasAfter {
		if wait, ok := after.Text(); ok {
			text += " for " + wait
		}
	}
	foreign.Lost(v, "condition (%s): slofuse alerts by its default policy, whose tiers each look at a long and a short window; a native file can set them", text)
	return okRate && okOver
}
