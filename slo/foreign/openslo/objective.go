package openslo

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
)

// The ways to count a budget.
const (
	occurrences     = "Occurrences"
	timeslices      = "Timeslices"
	ratioTimeslices = "RatioTimeslices"
)

var methods = []string{occurrences, timeslices, ratioTimeslices}

// readObjectives makes an SLO of each objective; nil if one has an error.
func (t *translation) readObjectives() *yaml.Node {
	window, hasWindow := readWindow(t.Builder, t.spec)
	hasMethod := t.readMethod()
	v, ok := t.spec.Require("objectives")
	if !ok {
		return nil
	}
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("objectives is empty: an SLO needs at least one")
	}
	if t.refuseComposite(items) {
		return nil
	}
	hasIndicator := t.readIndicator()
	list := t.List(v)
	taken := map[string]bool{}
	for i, item := range items {
		node, sound := t.readObjective(item, nameOf(t.object, items, i, taken), window, hasIndicator && hasMethod)
		ok = ok && sound
		list.Content = append(list.Content, node)
	}
	if !ok || !hasIndicator || !hasMethod || !hasWindow || len(items) == 0 {
		return nil
	}
	return list
}

// refuseComposite reports objectives with indicators of their own.
func (t *translation) refuseComposite(items []strictyaml.Value) bool {
	for _, item := range items {
		m, ok := item.Map()
		if ok && (m.Has("indicator") || m.Has("indicatorRef") || m.Has("compositeWeight")) {
			item.Errorf("a composite SLO has no one budget that slofuse could keep: write an SLO of its own for each of its indicators")
			return true
		}
	}
	return false
}

func (t *translation) readMethod() bool {
	v, ok := t.spec.Require("budgetingMethod")
	if !ok {
		return false
	}
	t.method, ok = v.Text()
	if ok && !slices.Contains(methods, t.method) {
		v.Errorf("unknown budgetingMethod %q: %s", t.method, strictyaml.Suggest(t.method, methods))
		return false
	}
	return ok
}

// notInName is what the name of an objective is not made of.
var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// nameOf names the SLO of an objective: as the SLO if it is the only one, else with
// what it is displayed as behind it, or its number.
func nameOf(o *object, items []strictyaml.Value, i int, taken map[string]bool) string {
	if len(items) == 1 {
		return o.name
	}
	suffix := strconv.Itoa(i + 1)
	if m, ok := items[i].Map(); ok {
		if word := strings.Trim(notInName.ReplaceAllString(strings.ToLower(m.Peek("displayName")), "-"), "-"); word != "" && !taken[word] {
			suffix = word
		}
	}
	taken[suffix] = true
	return o.name + "-" + suffix
}

// readObjective makes one SLO.
func (t *translation) readObjective(v strictyaml.Value, name string, window *yaml.Node, indicated bool) (*yaml.Node, bool) {
	m, ok := v.Map()
	if !ok {
		return nil, false
	}
	out := t.Map(v)
	m.Take("displayName")
	foreign.Put(out, "name", t.Text(v, name))
	target, ok := t.readTarget(m)
	foreign.Put(out, "objective", target)
	foreign.Put(out, "window", window)
	keys := readObjectiveKeys(m)
	foreign.Done(m)
	if !indicated {
		return out, false
	}
	sli, sound := t.count(keys, v)
	foreign.Put(out, "sli", sli)
	return out, ok && sound
}

// objectiveKeys are what an objective says of how it is counted.
type objectiveKeys struct {
	op, value, sliceTarget, sliceWindow             strictyaml.Value
	hasOp, hasValue, hasSliceTarget, hasSliceWindow bool
}

func readObjectiveKeys(m *strictyaml.Map) objectiveKeys {
	var k objectiveKeys
	k.op, k.hasOp = m.Take("op")
	k.value, k.hasValue = m.Take("value")
	k.sliceTarget, k.hasSliceTarget = m.Take("timeSliceTarget")
	k.sliceWindow, k.hasSliceWindow = m.Take("timeSliceWindow")
	return k
}

// readTarget reads which share is promised, as a ratio or a percentage.
func (t *translation) readTarget(m *strictyaml.Map) (*yaml.Node, bool) {
	ratio, hasRatio := m.Take("target")
	percent, hasPercent := m.Take("targetPercent")
	if hasRatio == hasPercent {
		m.Value().Errorf("an objective has either target, such as 0.999, or targetPercent, such as 99.9")
		return nil, false
	}
	if hasPercent {
		text, ok := percent.Text()
		if o, err := slo.ParseObjective(text); err == nil {
			text = o.String()
		}
		return t.Text(percent, text), ok
	}
	text, ok := ratio.Text()
	if !ok {
		return nil, false
	}
	share, ok := new(big.Rat).SetString(text)
	if !ok || share.Sign() <= 0 || share.Cmp(big.NewRat(1, 1)) >= 0 {
		ratio.Errorf("target %s is no share between 0 and 1, such as 0.999%s", text, perhapsPercent(text))
		return nil, false
	}
	return t.Text(ratio, percentOf(share)+"%"), true
}

// perhapsPercent asks whether a target above 1 was a percentage.
func perhapsPercent(text string) string {
	if _, err := slo.ParseObjective(text); err == nil {
		return "; did you mean targetPercent: " + text + "?"
	}
	return ""
}

// maxDecimals is more than an objective may have, so that one that is too fine is
// refused and not rounded.
const maxDecimals = 20

// percentOf writes a share as a percentage, with every digit it has.
func percentOf(share *big.Rat) string {
	text := new(big.Rat).Mul(share, big.NewRat(100, 1)).FloatString(maxDecimals)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}
