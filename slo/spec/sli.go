package spec

import (
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// indicator is an SLI as written, with $function in its matchers. The SLI of a
// function is made of it by [indicator.forFunction].
type indicator struct {
	sli   slo.SLI
	at    strictyaml.Value
	valid bool
	users []string // functions that refer to it by name
}

// readIndicator reads the body of an SLI.
func readIndicator(v strictyaml.Value) *indicator {
	ind := &indicator{at: v}
	before := v.Report().Errors()
	m, ok := v.Map()
	if !ok {
		return ind
	}
	if name, ok := m.Take("preset"); ok {
		ind.readPreset(name, m)
	} else {
		ind.readKind(v, m)
	}
	ind.valid = v.Report().Errors() == before
	return ind
}

// readKind reads the one kind that the indicator is of: the rest of its mapping.
func (ind *indicator) readKind(v strictyaml.Value, m *strictyaml.Map) {
	kinds := []struct {
		name string
		read func(strictyaml.Value)
	}{
		{"ratio", ind.readRatio}, {"latency", ind.readLatency}, {"threshold", ind.readThresholdKind}, {"error_ratio", ind.readErrorRatio},
	}
	var names, given []string
	var read func()
	for _, kind := range kinds {
		names = append(names, kind.name)
		if body, ok := m.Take(kind.name); ok {
			given = append(given, kind.name)
			read = func() { kind.read(body) }
		}
	}
	before := v.Report().Errors()
	m.Done()
	switch {
	case len(given) > 1:
		v.Errorf("an SLI has one kind, not %s together", strings.Join(given, " and "))
	case len(given) == 1:
		read()
	case v.Report().Errors() == before:
		v.Errorf("an SLI needs a kind: one of %s, preset", strings.Join(names, ", "))
	}
}

func (ind *indicator) readRatio(v strictyaml.Value) {
	m, ok := v.Map()
	if !ok {
		return
	}
	ratio := &slo.Ratio{}
	before, given := v.Report().Errors(), 0
	take := func(key string) []slo.Selector {
		selectors, ok := m.Take(key)
		if !ok {
			return nil
		}
		given++
		return readSelectors(selectors)
	}
	ratio.Total, ratio.Good, ratio.Bad = take("total"), take("good"), take("bad")
	if given != 2 {
		v.Errorf("a ratio needs exactly two of total, good and bad: the third follows from them")
	}
	ind.sli = slo.SLI{Ratio: ratio, Fingerprint: readFingerprint(m)}
	if v.Report().Errors() == before && sameSelectors(ratio.Total, slices.Concat(ratio.Good, ratio.Bad)) {
		v.Errorf("both selectors of the ratio are the same: it would always be 0 or 1")
	}
	m.Done()
}

// readSelectors reads one selector, or a list of selectors that are added.
func readSelectors(v strictyaml.Value) []slo.Selector {
	if !v.IsList() {
		s, _ := readSelector(v)
		return []slo.Selector{s}
	}
	items, _ := v.List()
	if len(items) == 0 {
		v.Errorf("a list of selectors needs at least one")
	}
	var selectors []slo.Selector
	for _, item := range items {
		s, ok := readSelector(item)
		if !ok {
			continue
		}
		if slices.ContainsFunc(selectors, func(other slo.Selector) bool { return sameSelectors([]slo.Selector{s}, []slo.Selector{other}) }) {
			item.Errorf("this selector is listed twice: its events would count twice")
		}
		selectors = append(selectors, s)
	}
	return selectors
}

func sameSelectors(a, b []slo.Selector) bool {
	text := func(list []slo.Selector) []string {
		var out []string
		for _, s := range list {
			out = append(out, s.Canonical().String())
		}
		slices.Sort(out)
		return out
	}
	return len(a) > 0 && slices.Equal(text(a), text(b))
}

func readFingerprint(m *strictyaml.Map) []string {
	v, ok := m.Take("fingerprint")
	if !ok {
		return nil
	}
	return readLabelNames(v, "%q cannot be a fingerprint label")
}

// readLabelNames reads a list of labels that counters may have. Unfit is the error
// about a name that is none.
func readLabelNames(v strictyaml.Value, unfit string) []string {
	items, _ := v.List()
	var names []string
	for _, item := range items {
		name, ok := item.Text()
		switch {
		case !ok:
		case !labelName.MatchString(name) || strings.HasPrefix(name, "__") || name == "le":
			item.Errorf(unfit, name)
		case slices.Contains(names, name):
			item.Errorf("label %q is listed twice", name)
		default:
			names = append(names, name)
		}
	}
	return names
}

func (ind *indicator) readLatency(v strictyaml.Value) {
	m, ok := v.Map()
	if !ok {
		return
	}
	latency := ind.readDuration(m)
	if threshold, ok := m.Require("threshold"); ok {
		latency.Threshold = readThreshold(threshold)
	}
	if interpolate, ok := m.Take("interpolate"); ok {
		latency.Interpolate, _ = interpolate.Bool()
	}
	m.Done()
}

// readDuration reads how long calls took: the histogram and what its bounds mean.
func (ind *indicator) readDuration(m *strictyaml.Map) *slo.Latency {
	latency := &slo.Latency{}
	histogram, ok := m.Require("histogram")
	if ok {
		latency.Histogram = readHistogram(histogram)
	}
	unit, explicit := m.Take("unit")
	suffix := UnitOfName(latency.Histogram.Metric)
	switch {
	case explicit:
		latency.Unit = readUnit(unit)
		if suffix != 0 && latency.Unit != 0 && suffix != latency.Unit {
			unit.Warnf(rule.UnitDiffers, "the unit differs from the one in the name of the histogram, %s", latency.Histogram.Metric)
		}
	case suffix != 0:
		latency.Unit = suffix
	case latency.Histogram.Metric != "":
		histogram.Errorf("the unit of the histogram is unknown: its name ends in no unit such as _seconds or _milliseconds, so add unit: s or unit: ms")
	}
	ind.sli = slo.SLI{Latency: latency, Fingerprint: readFingerprint(m)}
	return latency
}

// readHistogram reads the selector of a histogram. People copy it from
// queries, so it may name the buckets: the suffix _bucket is taken off.
func readHistogram(v strictyaml.Value) slo.Selector {
	s, ok := readSelector(v)
	if !ok {
		return slo.Selector{}
	}
	s.Metric = strings.TrimSuffix(s.Metric, "_bucket")
	if slices.ContainsFunc(s.Matchers, func(m slo.Matcher) bool { return m.Label == "le" }) {
		v.Errorf("a histogram must not select on le: the threshold does that")
	}
	return s
}

// units are those that histograms of durations are in: as written in a file, and
// at the end of a metric's name.
var units = []struct {
	name, suffix string
	size         time.Duration
}{
	{"s", "_seconds", time.Second},
	{"ms", "_milliseconds", time.Millisecond},
	{"us", "_microseconds", time.Microsecond},
	{"ns", "_nanoseconds", time.Nanosecond},
	{"m", "_minutes", time.Minute},
}

// UnitOfName is the unit that the name of a histogram ends in; 0 where it ends in
// none.
func UnitOfName(metric string) time.Duration {
	for _, u := range units {
		if strings.HasSuffix(metric, u.suffix) {
			return u.size
		}
	}
	return 0
}

func readUnit(v strictyaml.Value) time.Duration {
	text, ok := v.Text()
	for _, u := range units {
		if ok && text == u.name {
			return u.size
		}
	}
	if ok {
		v.Errorf("unknown unit %q: s, ms, us, ns or m", text)
	}
	return 0
}

// readThreshold reads a latency. Unlike windows it may be a fraction, 2.5s, or
// below a millisecond, 500us.
func readThreshold(v strictyaml.Value) time.Duration {
	text, ok := v.Text()
	if !ok {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > 24*time.Hour {
		v.Errorf("threshold must be a duration such as 250ms, 1s or 2.5s, up to a day")
		return 0
	}
	return d
}
