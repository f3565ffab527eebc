package evaluator

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
)

// lookback bounds the gaps that a slot bridges by itself; longer ones are found
// as births and asked about.
const lookback = time.Hour

// reader asks one backend about spans of time.
type reader struct {
	Querier
	step    int64 // seconds; the narrow slot
	busiest func(key string, end int64) int64
}

// reading is what a span answered.
type reading struct {
	span       ledger.Span
	increments map[string][]slo.Increment // every key that was answered, with or without samples
	refused    map[string]error
	invalid    map[string]error
}

func newReading(span ledger.Span) reading {
	return reading{span: span, increments: map[string][]slo.Increment{}, refused: map[string]error{}, invalid: map[string]error{}}
}

func (r reading) merge(other reading) {
	maps.Copy(r.increments, other.increments)
	maps.Copy(r.refused, other.refused)
	maps.Copy(r.invalid, other.invalid)
}

// read asks about indicators over a span in slots of a width. A query that the
// backend refuses is split until the indicator at fault stands alone; that one
// is named in refused and takes nobody down with it. Any other failure fails
// the reading.
func (r *reader) read(ctx context.Context, slis []plan.SLI, span ledger.Span, width int64) (reading, error) {
	out := newReading(span)
	p, failed := plan.New(slis)
	maps.Copy(out.refused, failed)
	tally := plan.NewTally(width)
	unsteady := map[int64]map[string]bool{}
	for _, g := range p.Groups {
		err := r.readGroup(ctx, g, tally, span, width, unsteady)
		if err == nil {
			continue
		}
		if !splittable(err) {
			return out, err
		}
		return r.readSplit(ctx, p.SLIs, g.Keys(), span, width, err)
	}
	for _, sli := range p.SLIs {
		incs, err := tally.Increments(sli)
		if err != nil {
			out.invalid[sli.Key] = err
		}
		out.increments[sli.Key] = incs
	}
	return out, r.reread(ctx, p.SLIs, unsteady, out, width)
}

// splittable reports whether fewer indicators may get an answer.
func splittable(err error) bool {
	kind := prom.KindOf(err)
	return kind == prom.BadQuery || kind == prom.TooMuch
}

// readSplit reads the indicators at fault in halves and the others together.
func (r *reader) readSplit(ctx context.Context, slis []plan.SLI, at []string, span ledger.Span, width int64, cause error) (reading, error) {
	out := newReading(span)
	if len(slis) == 1 {
		out.refused[slis[0].Key] = cause
		return out, nil
	}
	var rest, suspects []plan.SLI
	for _, sli := range slis {
		if slices.Contains(at, sli.Key) {
			suspects = append(suspects, sli)
		} else {
			rest = append(rest, sli)
		}
	}
	half := (len(suspects) + 1) / 2
	if len(rest) == 0 && half == len(suspects) {
		half = len(suspects) / 2
	}
	for _, part := range [][]plan.SLI{rest, suspects[:half], suspects[half:]} {
		if len(part) == 0 {
			continue
		}
		got, err := r.read(ctx, part, span, width)
		if err != nil {
			return out, err
		}
		out.merge(got)
	}
	return out, nil
}

// readGroup asks one group and adds its answers to the tally. Narrow slots are
// corrected for births; wide ones only note where they cannot be trusted.
func (r *reader) readGroup(ctx context.Context, g *plan.Group, tally *plan.Tally, span ledger.Span, width int64, unsteady map[int64]map[string]bool) error {
	grain := plan.Grain{Width: time.Duration(width) * time.Second, Lookback: lookback}
	steps := stepsOf(span, width)
	growth, err := r.QueryRange(ctx, g.Growth(grain), steps)
	if err != nil {
		return err
	}
	each(growth, func(labels map[string]string, end int64, value float64) { tally.Add(g, labels, end, value) })
	if width > r.step {
		return r.noteUnsteady(ctx, g, grain, steps, unsteady)
	}
	births, err := r.QueryRange(ctx, g.Births(grain), steps)
	if err != nil || len(births) == 0 {
		return err
	}
	return r.correctBirths(ctx, g, grain, birthsOf(births), tally)
}

func (r *reader) noteUnsteady(ctx context.Context, g *plan.Group, grain plan.Grain, steps prom.Range, unsteady map[int64]map[string]bool) error {
	answer, err := r.QueryRange(ctx, g.Unsteady(grain), steps)
	each(answer, func(labels map[string]string, end int64, _ float64) {
		if unsteady[end] == nil {
			unsteady[end] = map[string]bool{}
		}
		for _, key := range g.KeysOf(labels) {
			unsteady[end][key] = true
		}
	})
	return err
}

// maxRereadSlots is how many narrow slots one query of a re-reading spans.
const maxRereadSlots = 720

// reread replaces wide slots in which a counter was reset or born by what their
// narrow slots add up to. Neighbouring slots are read together.
func (r *reader) reread(ctx context.Context, slis []plan.SLI, unsteady map[int64]map[string]bool, into reading, width int64) error {
	ends := slices.Sorted(maps.Keys(unsteady))
	for len(ends) > 0 {
		n := 1
		for n < len(ends) && ends[n] == ends[n-1]+width && int64(n+1)*width <= maxRereadSlots*r.step {
			n++
		}
		keys := map[string]bool{}
		for _, end := range ends[:n] {
			maps.Copy(keys, unsteady[end])
		}
		span := ledger.Span{From: ends[0] - width, To: ends[n-1]}
		some := slices.DeleteFunc(slices.Clone(slis), func(s plan.SLI) bool { return !keys[s.Key] })
		narrow, err := r.read(ctx, some, span, r.step)
		if err != nil {
			return err
		}
		for key, incs := range narrow.increments {
			into.increments[key] = ledger.Splice(into.increments[key], span, ledger.Widen(incs, width))
		}
		ends = ends[n:]
	}
	return nil
}

// presence asks in which slots the backend had any data of its own.
func (r *reader) presence(ctx context.Context, span ledger.Span, width int64) ([]slo.Increment, error) {
	query := fmt.Sprintf("count(last_over_time(up[%ds]))", width)
	answer, err := r.QueryRange(ctx, query, stepsOf(span, width))
	var out []slo.Increment
	each(answer, func(_ map[string]string, end int64, _ float64) {
		out = append(out, slo.Increment{End: end, Width: width})
	})
	return out, err
}

// stepsOf evaluates at the end of every slot of a span.
func stepsOf(span ledger.Span, width int64) prom.Range {
	return prom.Range{
		Start: time.Unix(span.From+width, 0), End: time.Unix(span.To, 0), Step: time.Duration(width) * time.Second,
	}
}

// each visits the samples of an answer.
func each(m model.Matrix, visit func(labels map[string]string, end int64, value float64)) {
	for _, stream := range m {
		labels := labelsOf(stream.Metric)
		for _, sample := range stream.Values {
			visit(labels, sample.Timestamp.Unix(), float64(sample.Value))
		}
	}
}

func labelsOf(m model.Metric) map[string]string {
	labels := make(map[string]string, len(m))
	for name, value := range m {
		labels[string(name)] = string(value)
	}
	return labels
}
