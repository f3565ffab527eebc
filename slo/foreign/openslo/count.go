package openslo

import (
	"math/big"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
)

// readIndicator reads the SLI that the objectives share, or the name of one.
func (t *translation) readIndicator() bool {
	inline, hasInline := t.spec.Take("indicator")
	reference, hasReference := t.spec.Take("indicatorRef")
	if hasInline == hasReference {
		t.spec.Value().Errorf("an SLO has either an indicator or an indicatorRef")
		return false
	}
	t.through = t.Builder
	if hasReference {
		o, ok := t.find(reference, kindSLI)
		if !ok {
			return false
		}
		t.through, t.indicator = t.Via(reference), o.sli
		return true
	}
	m, ok := inline.Map()
	if !ok {
		return false
	}
	o, ok := readObject(m, kindSLI)
	if ok {
		t.indicator, ok = t.readSLI(o.spec)
	}
	return ok
}

// ops are the comparisons of an objective.
var ops = map[string]slo.CompareOp{"lte": slo.LessOrEqual, "gte": slo.GreaterOrEqual, "lt": slo.Less, "gt": slo.Greater}

func readOp(v strictyaml.Value) (slo.CompareOp, bool) {
	text, ok := v.Text()
	op, known := ops[text]
	if ok && !known {
		v.Errorf("unknown op %q: lt, lte, gt or gte", text)
	}
	return op, known
}

// count writes the native SLI of an objective. OpenSLO tells how to count apart
// from what to count; the native format has a kind of SLI for each way.
func (t *translation) count(k objectiveKeys, at strictyaml.Value) (*yaml.Node, bool) {
	s := t.indicator
	if s.threshold != nil {
		return t.compare(k, at)
	}
	if k.hasValue {
		foreign.Lost(k.value, "value: it is for a thresholdMetric, and the SLI has a ratioMetric")
	}
	if k.hasOp && t.method != timeslices {
		foreign.Lost(k.op, "op: it is for a thresholdMetric, and the SLI has a ratioMetric")
	}
	switch t.method {
	case timeslices:
		return t.slices(k, at)
	case ratioTimeslices:
		return t.meanOfSlices(k, at)
	}
	if s.raw != nil {
		return t.through.Ratio(s.raw, s.success).SLI, true
	}
	indicator, ok := t.through.Events(s.at, *s.events)
	return indicator.SLI, ok
}

// compare is a threshold of a query.
func (t *translation) compare(k objectiveKeys, at strictyaml.Value) (*yaml.Node, bool) {
	if !k.hasOp || !k.hasValue {
		at.Errorf("an objective of a thresholdMetric needs op, such as lte, and value")
		return nil, false
	}
	op, ok := readOp(k.op)
	value, hasValue := k.value.Text()
	if k.hasSliceTarget || k.hasSliceWindow {
		foreign.Lost(at, "timeSliceTarget and timeSliceWindow: each slot of slofuse is good or bad by its own value, as a slice as long as a slot is")
	}
	if !ok || !hasValue {
		return nil, false
	}
	return t.threshold(t.through.Text(t.indicator.threshold.At, t.indicator.threshold.String()), t.Text(k.op, string(op)), t.Plain(k.value, value)), true
}

func (t *translation) threshold(query, op, value *yaml.Node) *yaml.Node {
	body, out := t.Map(t.spec.Value()), t.Map(t.spec.Value())
	foreign.Put(body, "query", query)
	foreign.Put(body, "op", op)
	foreign.Put(body, "value", value)
	foreign.Put(out, "threshold", body)
	return out
}

// slices tells good slices of time by the share of good events in each.
func (t *translation) slices(k objectiveKeys, at strictyaml.Value) (*yaml.Node, bool) {
	window, ok := t.sliceWindow(k, at)
	if !k.hasSliceTarget {
		at.Errorf("budgetingMethod: Timeslices needs a timeSliceTarget, such as 0.95")
		return nil, false
	}
	text, hasTarget := k.sliceTarget.Text()
	target, isNumber := new(big.Rat).SetString(text)
	if hasTarget && (!isNumber || target.Sign() <= 0 || target.Cmp(big.NewRat(1, 1)) > 0) {
		k.sliceTarget.Errorf("timeSliceTarget %s is no share above 0 and at most 1, such as 0.95", text)
		return nil, false
	}
	if !ok || !hasTarget {
		return nil, false
	}
	op, ok := sliceOp(k)
	query, from := t.share(window)
	return t.threshold(t.through.Text(from, query), t.Text(k.sliceTarget, string(op)), t.Plain(k.sliceTarget, text)), ok
}

// sliceOp is how the share of a good slice compares with the target: as the
// objective says, or else at least as high.
func sliceOp(k objectiveKeys) (slo.CompareOp, bool) {
	if !k.hasOp {
		return slo.GreaterOrEqual, true
	}
	op, ok := readOp(k.op)
	if ok && op != slo.Greater && op != slo.GreaterOrEqual {
		k.op.Errorf("a slice is good when its share of good events is high: gt or gte")
		return op, false
	}
	return op, ok
}

// meanOfSlices is the mean of the shares of all slices.
func (t *translation) meanOfSlices(k objectiveKeys, at strictyaml.Value) (*yaml.Node, bool) {
	window, ok := t.sliceWindow(k, at)
	if !ok {
		return nil, false
	}
	query, from := t.share(window)
	if raw := t.indicator.raw; raw != nil && !t.indicator.success {
		query = raw.String()
	} else {
		query = "1 - (" + query + ")"
	}
	body, out := t.Map(at), t.Map(at)
	foreign.Put(body, "query", t.through.Text(from, query))
	foreign.Put(out, "error_ratio", body)
	return out, true
}

// share is PromQL for the share of what is good, and where it comes from.
func (t *translation) share(window string) (string, strictyaml.Value) {
	s := t.indicator
	switch {
	case s.raw == nil:
		return s.events.GoodShare(window), s.at
	case s.success:
		return s.raw.String(), s.raw.At
	}
	return "1 - (" + s.raw.String() + ")", s.raw.At
}

// sliceWindow is how long a slice is, in minutes where it has no unit.
func (t *translation) sliceWindow(k objectiveKeys, at strictyaml.Value) (string, bool) {
	if !k.hasSliceWindow {
		at.Errorf("budgetingMethod: Timeslices and RatioTimeslices need a timeSliceWindow, such as 5m")
		return "", false
	}
	text, ok := k.sliceWindow.Text()
	if ok && strings.Trim(text, "0123456789") == "" {
		text += "m"
	} else {
		text, ok = readDuration(k.sliceWindow)
	}
	switch {
	case !ok:
	case t.indicator.raw != nil:
		foreign.Lost(k.sliceWindow, "timeSliceWindow: how far a raw ratio looks back is for its query to say")
	default:
		foreign.Changed(k.sliceWindow, "timeSliceWindow: each slot of slofuse looks at the %s before its end, so slices overlap", text)
	}
	return text, ok
}
