package spec

import (
	_ "embed" // for the presets
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

//go:embed presets/presets.yaml
var embeddedPresets []byte

// Preset is a known instrumentation.
type Preset struct {
	Name, About string
	Function    string  // the label that usually tells functions apart
	Calls       slo.SLI // which calls failed: a ratio
	Duration    slo.SLI // how long calls took: a latency whose threshold is to be filled in
}

// Presets lists the instrumentations that are known, by name.
func Presets() []Preset {
	var all []Preset
	for _, name := range slices.Sorted(maps.Keys(presets())) {
		p := presets()[name]
		whole := func(s slo.Selector) slo.Selector { return s }
		all = append(all, Preset{Name: name, About: p.about, Function: p.function, Calls: reselected(p.calls, whole), Duration: reselected(p.duration, whole)})
	}
	return all
}

// preset is what a known instrumentation counts.
type preset struct {
	about    string
	calls    slo.SLI // which of them failed
	duration slo.SLI // how long they took; its threshold is to be filled in
	function string  // the label that usually tells functions apart
}

// presets are those that are shipped, by name.
var presets = sync.OnceValue(func() map[string]preset {
	docs, report := strictyaml.Parse("presets/presets.yaml", embeddedPresets)
	known := map[string]preset{}
	for _, doc := range docs {
		m, _ := doc.Map()
		m.Each(func(key, body strictyaml.Value) {
			name, _ := key.Text()
			known[name] = decodePreset(body)
		})
	}
	if err := report.Problems().Err(); err != nil {
		panic("embedded presets: " + err.Error()) // shipped data, proved sound by a test
	}
	return known
})

func decodePreset(v strictyaml.Value) preset {
	m, _ := v.Map()
	about, _ := m.Require("about")
	function, _ := m.Require("function")
	ratio, _ := m.Require("ratio")
	latency, _ := m.Require("latency")
	m.Done()
	var calls, duration indicator
	calls.readRatio(ratio)
	histogram, _ := latency.Map()
	duration.readDuration(histogram)
	histogram.Done()
	label, _ := function.Text()
	text, _ := about.Text()
	return preset{about: text, calls: calls.sli, duration: duration.sli, function: label}
}

// sli reads which calls are bad: those that failed, or with a threshold those
// that took longer.
func (p preset) sli(m *strictyaml.Map) slo.SLI {
	sli := p.calls
	threshold, timed := m.Take("threshold")
	if timed {
		latency := *p.duration.Latency
		latency.Threshold = readThreshold(threshold)
		sli = slo.SLI{Latency: &latency}
	}
	switch interpolate, ok := m.Take("interpolate"); {
	case ok && timed:
		sli.Latency.Interpolate, _ = interpolate.Bool()
	case ok:
		interpolate.Errorf("there is nothing to interpolate without a threshold: with one, the preset counts calls that were slow")
	}
	if own := readFingerprint(m); own != nil {
		sli.Fingerprint = own
	}
	return sli
}

// readPreset reads an SLI that is filled in for a known instrumentation: calls
// that did not fail, or with a threshold calls that were fast.
func (ind *indicator) readPreset(v strictyaml.Value, m *strictyaml.Map) {
	defer m.Done()
	for _, kind := range []string{"ratio", "latency", "error_ratio"} {
		if _, both := m.Take(kind); both {
			m.Key(kind).Errorf("an SLI has one kind, not preset and %s together", kind)
		}
	}
	name, ok := v.Text()
	p, known := presets()[name]
	if !known {
		m.Each(func(_, _ strictyaml.Value) {}) // whether they fit cannot be told
		if ok {
			v.Errorf("unknown preset %q: %s", name, strictyaml.Suggest(name, slices.Sorted(maps.Keys(presets()))))
		}
		return
	}
	ind.sli = p.sli(m)
	if labels, ok := m.Take("labels"); ok {
		ind.readPresetLabels(labels)
	} else {
		v.Errorf("a preset needs labels that pick the calls of the function, for example labels: {%s: $function}", p.function)
	}
}

// readPresetLabels adds labels to all that the preset selects.
func (ind *indicator) readPresetLabels(v strictyaml.Value) {
	m, ok := v.Map()
	if ok && v.IsEmpty() {
		v.Errorf("a preset without labels would count the calls of every function")
	}
	own := matchedLabels(ind.sli.Selectors())
	m.Each(func(key, value strictyaml.Value) {
		label, _ := key.Text()
		text, ok := value.Text()
		switch {
		case !labelName.MatchString(label) || strings.HasPrefix(label, "__") || label == "le":
			key.Errorf("calls cannot be picked by a label %q", label)
		case slices.Contains(own, label):
			key.Errorf("the preset itself selects by %q: to do that otherwise, write a ratio or a latency", label)
		case ok:
			warnOfVariables(value, text)
			ind.sli = narrowed(ind.sli, slo.Matcher{Label: label, Op: slo.MatchEqual, Value: text})
		}
	})
}

// matchedLabels lists the labels that some selectors select by.
func matchedLabels(selectors []slo.Selector) []string {
	var labels []string
	for _, s := range selectors {
		for _, m := range s.Matchers {
			labels = append(labels, m.Label)
		}
	}
	return labels
}
