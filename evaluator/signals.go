package evaluator

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// What of signals is read: every slot as it passes, and what is missing of the
// last days, long holes in wider steps.
const (
	signalsBack = 72 * time.Hour
	signalsStep = 300       // seconds, of a long hole
	signalsHole = 6 * 3600  // the longest hole that is read in slots of the step
	signalsPage = 24 * 3600 // read at once
)

// ReadSignals reads the newest slots of the signals and a page of what is missing
// before. It is for after the decisions of a round: it takes half of a step at
// most, and what fails is named by [Evaluator.SignalTrouble] and holds up nobody.
func (e *Evaluator) ReadSignals(ctx context.Context, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Step/2)
	defer cancel()
	end := e.LastSlot(now).Unix()
	for _, src := range e.everySource() {
		if src.down() {
			continue
		}
		if err := e.readSignals(ctx, src, end); err != nil && ctx.Err() == nil {
			src.log.Debug("signals are not complete", "err", err)
		}
	}
}

func (e *Evaluator) readSignals(ctx context.Context, src *source, end int64) error {
	sound, failed := e.signalsOf(src)
	recent := ledger.Span{From: end - settleSlots*e.step, To: end}
	if err := e.readSignalsIn(ctx, src, sound, recent, e.step); err != nil {
		return err
	}
	if err := e.readSignalsIn(ctx, src, failed, recent, e.step); err != nil {
		return err
	}
	hole, lacking := e.signalHole(sound, ledger.Span{From: ledger.Floor(end-int64(signalsBack/time.Second), signalsStep), To: recent.From})
	if hole.To-hole.From <= signalsHole {
		return e.readSignalsIn(ctx, src, lacking, hole, e.step)
	}
	width := max(signalsStep, e.step)
	hole.From = max(hole.From, hole.To-signalsPage)
	return e.readSignalsIn(ctx, src, lacking, ledger.Span{From: ledger.Floor(hole.From, width), To: ledger.Floor(hole.To, width)}, width)
}

// signalsOf lists the signals of a backend by key, and of those that failed the
// one that was tried longest ago: it is asked alone.
func (e *Evaluator) signalsOf(src *source) (sound, failed []read.Question) {
	seen := map[string]bool{}
	var oldest time.Time
	for _, s := range e.Signals() {
		key := e.signalKey(s)
		if e.backendName(s.Backend) != src.Name || seen[key] {
			continue
		}
		seen[key] = true
		q := read.Question{Key: key, Query: fmt.Sprintf("topk(2, %s)", s.Query)}
		switch t := src.signalTrouble(key); {
		case t.err == nil:
			sound = append(sound, q)
		case len(failed) == 0 || t.asked.Before(oldest):
			failed, oldest = []read.Question{q}, t.asked
		}
	}
	return sound, failed
}

// signalHole finds the newest stretch that was never read and which signals lack
// it.
func (e *Evaluator) signalHole(signals []read.Question, within ledger.Span) (hole ledger.Span, lacking []read.Question) {
	for _, q := range signals {
		missing := e.cfg.Ledger.Missing(q.Key, within)
		if len(missing) == 0 {
			continue
		}
		switch newest := missing[len(missing)-1]; {
		case newest.To > hole.To:
			hole, lacking = newest, []read.Question{q}
		case newest.To == hole.To:
			hole.From = max(hole.From, newest.From)
			lacking = append(lacking, q)
		}
	}
	return hole, lacking
}

// readSignalsIn reads and books signals as they were at the ends of slots. Those that
// there was no time for are read the next time.
func (e *Evaluator) readSignalsIn(ctx context.Context, src *source, signals []read.Question, span ledger.Span, width int64) error {
	if span.From >= span.To || len(signals) == 0 {
		return nil
	}
	r := e.reader(src)
	r.Patience = e.cfg.Step / 4
	got, err := r.Ask(ctx, signals, span, width)
	if err != nil {
		return err
	}
	for key, err := range got.Refused {
		src.signalFailed(key, span.To, err)
	}
	increments := map[string][]slo.Increment{}
	for key, values := range got.Values {
		increments[key], err = valuesOf(values, width)
		src.signalFailed(key, span.To, err)
	}
	return e.record(ctx, ledger.Page{Span: span, Increments: increments})
}

var errManySignals = errors.New("the query has more than one value: aggregate it to one, as with sum(…) or max(…)")

// valuesOf are the increments of a signal; an error if it had values that cannot be
// kept. What is no number is no value.
func valuesOf(answers plan.Answers, width int64) ([]slo.Increment, error) {
	out := []slo.Increment{}
	var unkept error
	for end, values := range answers {
		inc, ok := slo.ValueIncrement(end, width, values[0])
		switch {
		case len(values) > 1:
			unkept = errManySignals
		case ok:
			out = append(out, inc)
		case !math.IsNaN(values[0]):
			unkept = fmt.Errorf("its value is %v, and up to %v can be kept", values[0], slo.MostSignal)
		}
	}
	sortByEnd(out)
	return out, unkept
}

func (s *source) signalTrouble(signal string) trouble {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signals[signal]
}

func (s *source) signalFailed(signal string, at int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, before := s.signals[signal]
	switch {
	case err == nil:
		delete(s.signals, signal)
		return
	case !before:
		s.log.Warn("signal is not read", "signal", s.names[signal], "err", err)
	}
	s.signals[signal] = trouble{err: err, asked: time.Unix(at, 0)}
}

// Signals returns the signals in force.
func (e *Evaluator) Signals() []slo.Signal {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return slices.Clone(e.signals)
}

// SignalTrouble says why a signal was not read when it was asked last; nil when
// it was.
func (e *Evaluator) SignalTrouble(s slo.Signal) error {
	src := e.sources[e.backendName(s.Backend)]
	if src == nil {
		return fmt.Errorf("backend %q is not configured", s.Backend)
	}
	return src.signalTrouble(e.signalKey(s)).err
}

// SignalPoints is the history of a signal: the mean of its values in each step.
func (e *Evaluator) SignalPoints(s slo.Signal, from, to time.Time, step time.Duration) []slo.SignalPoint {
	var out []slo.SignalPoint
	key := e.signalKey(s)
	for t := from.Add(step); !t.After(to); t = t.Add(step) {
		p := slo.SignalPoint{Time: t}
		values := e.cfg.Ledger.Sum(key, "", t.Add(-step), t).Total
		if mean, known := slo.MeanValue(values, e.cfg.Ledger.Classes(key, t.Add(-step), t)); known {
			p.Value = &mean
		}
		out = append(out, p)
	}
	return out
}

func (e *Evaluator) signalKey(s slo.Signal) string { return s.Key(e.backendName(s.Backend)) }

// backendName is the backend that a definition means.
func (e *Evaluator) backendName(backend string) string {
	if backend == "" {
		return e.fallback
	}
	return backend
}
