package breakdown

import (
	"cmp"
	"maps"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// Line is the bad events of one kind over steps.
type Line struct {
	Labels map[string]string // of the kind; nil of the rest
	Rest   bool              // all other bad events
	Bad    int64             // the sum of Values
	Values []int64           // one for each step
}

// Lines tells the most frequent kinds of bad events apart, no more than most, and puts all
// others into one more line: the values of a step add up to its bad events. There is
// no line without a bad event.
func Lines(steps []slo.DetailStep, most int) []Line {
	lines := map[string]*Line{}
	rest := Line{Rest: true, Values: make([]int64, len(steps))}
	for i, step := range steps {
		for _, class := range step.Classes {
			key := slo.ClassKey(class.Labels)
			if lines[key] == nil {
				lines[key] = &Line{Labels: class.Labels, Values: make([]int64, len(steps))}
			}
			lines[key].Values[i] += class.Bad
			lines[key].Bad += class.Bad
		}
	}
	keys := slices.SortedFunc(maps.Keys(lines), func(a, b string) int {
		return cmp.Or(cmp.Compare(lines[b].Bad, lines[a].Bad), cmp.Compare(a, b))
	})
	var out []Line
	for _, key := range keys[:min(len(keys), most)] {
		if lines[key].Bad > 0 {
			out = append(out, *lines[key])
		}
	}
	for i, step := range steps {
		left := step.Bad
		for _, line := range out {
			left -= line.Values[i]
		}
		rest.Values[i] = max(left, 0)
		rest.Bad += rest.Values[i]
	}
	if rest.Bad > 0 {
		out = append(out, rest)
	}
	return out
}

// Culprit is a label value and how much of the bad events carried it.
type Culprit struct {
	Label, Value string // an empty Value: the events did not have the label
	Bad          int64
	Share        float64 // of all bad events, 0 to 1
}

// Culprits are, for each label that tells kinds of errors apart, its values by share of
// the bad events, largest first and no more than most of each; labels in the order of their
// names. Shares are of all bad events, those of no known kind included.
func Culprits(steps []slo.DetailStep, most int) []Culprit {
	var all int64
	bad := map[string]map[string]int64{}
	for _, step := range steps {
		all += step.Bad
		for _, class := range step.Classes {
			for label, value := range class.Labels {
				if bad[label] == nil {
					bad[label] = map[string]int64{}
				}
				bad[label][value] += class.Bad
			}
		}
	}
	var out []Culprit
	for _, label := range slices.Sorted(maps.Keys(bad)) {
		var values []Culprit
		for value, n := range bad[label] {
			if n > 0 {
				values = append(values, Culprit{Label: label, Value: value, Bad: n, Share: min(1, float64(n)/float64(max(all, 1)))})
			}
		}
		slices.SortFunc(values, func(a, b Culprit) int {
			return cmp.Or(cmp.Compare(b.Bad, a.Bad), cmp.Compare(a.Value, b.Value))
		})
		out = append(out, values[:min(len(values), most)]...)
	}
	return out
}
