package read

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
)

// steadies is an answer of [plan.Group.Steady], taken apart.
type steadies []steady

// steady is how much some series that share labels grew in the slots of an
// answer.
type steady struct {
	labels map[string]string
	went   []grown // where all of them simply went on, oldest first
	others []int64 // slots in which one did not
}

// grown is growth in the slot that ends at an instant.
type grown struct {
	end    int64
	growth float64
}

// splitSteady takes an answer apart; an error says that it cannot be.
func splitSteady(m model.Matrix) (steadies, error) {
	out := make(steadies, 0, len(m))
	for _, stream := range m {
		one := steady{labels: LabelsOf(stream.Metric), went: make([]grown, 0, len(stream.Values))}
		for _, sample := range stream.Values {
			growth, all, err := plan.SplitSteady(float64(sample.Value))
			switch end := sample.Timestamp.Unix(); {
			case err != nil:
				return nil, err
			case all:
				one.went = append(one.went, grown{end, growth})
			default:
				one.others = append(one.others, end)
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// book adds the slots in which everything went on to a tally.
func (s steadies) book(g *plan.Group, tally *plan.Tally) {
	for _, one := range s {
		answer := tally.Answer(g, one.labels)
		for _, w := range one.went {
			answer.Add(w.end, w.growth)
		}
	}
}

// mark notes the slots in which something did not go on, and for whom.
func (s steadies) mark(g *plan.Group, unsteady Marks) {
	for _, one := range s {
		keys := g.KeysOf(one.labels)
		for _, end := range one.others {
			unsteady.Add(end, keys)
		}
	}
}

// odd covers the slots in which something did not go on with ranges. A gap of at
// most so many slots between them is read as well.
func (s steadies) odd(width, gap int64) []prom.Range {
	ends := map[int64]bool{}
	for _, one := range s {
		for _, end := range one.others {
			ends[end] = true
		}
	}
	var out []prom.Range
	for _, end := range slices.Sorted(maps.Keys(ends)) {
		at := time.Unix(end, 0)
		if n := len(out); n == 0 || at.Sub(out[n-1].End) > time.Duration((gap+1)*width)*time.Second {
			out = append(out, prom.Range{Start: at, Step: time.Duration(width) * time.Second})
		}
		out[len(out)-1].End = at
	}
	return out
}

// booked is what of an answer went on, by its labels.
type booked map[string]slots

// slots are what went on of a series, oldest first.
type slots []grown

// byLabels lists what went on by the labels of the answer.
func (s steadies) byLabels() booked {
	out := make(booked, len(s))
	for _, one := range s {
		out[slo.ClassKey(one.labels)] = one.went
	}
	return out
}

// of are the booked slots of the series with these labels.
func (b booked) of(labels map[string]string) slots { return b[slo.ClassKey(labels)] }

// has reports whether a slot is among them.
func (s slots) has(end int64) bool {
	_, found := slices.BinarySearchFunc(s, end, func(g grown, end int64) int { return cmp.Compare(g.end, end) })
	return found
}
