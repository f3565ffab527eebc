package evaluator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// Once an hour the last three hours are compared with the backend in slots of
// five minutes, for samples that came later than a round looks back. What differs
// is read again slot by slot; a slot is final when it was compared for the last
// time, two hours after its end at the earliest.
const (
	auditEvery = 3600
	auditSpan  = 3*3600 + 2*auditWidth // that much of it is not yet due, or cut off by rounding
	auditWidth = 300
)

// longestHole is how far apart two slots with samples may lie, in seconds, before
// the time between them is looked at again.
const longestHole = 150

// Audit reads again what the backends know better by now. It is due once in every
// hour; a backend that does not answer, or that a round reads meanwhile, is audited
// when Audit is called next, and one that is too slow for it in the next hour. One
// that fails keeps no other from it.
// The error is the ledger's, or that of a backend which did not tell what came late.
func (e *Evaluator) Audit(ctx context.Context, now time.Time) error {
	var failures []error
	for _, src := range e.everySource() {
		end := ledger.Floor(e.settled(src, now).Unix(), e.auditWidth())
		hour := ledger.Floor(now.Unix(), auditEvery)
		if src.down() || !src.auditDue(hour) {
			continue
		}
		done, err := e.auditSource(ctx, src, ledger.Span{From: end - auditSpan, To: end})
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", src.Name, err))
		}
		if done || prom.KindOf(err) == prom.TooSlow {
			src.audited(hour)
		}
	}
	return errors.Join(failures...)
}

// auditWidth is a whole number of slots.
func (e *Evaluator) auditWidth() int64 {
	if e.step < auditWidth && auditWidth%e.step == 0 {
		return auditWidth
	}
	return auditEvery
}

// auditSource leaves alone what the backend has lost since. It is not done when a
// round was faster somewhere.
func (e *Evaluator) auditSource(ctx context.Context, src *source, span ledger.Span) (done bool, err error) {
	together, _ := src.wanted()
	r := e.reader(src)
	up, err := r.Presence(ctx, span, e.step)
	if err != nil {
		return false, err
	}
	span.From = ledger.Ceil(e.forgotten(src, span, up), e.auditWidth())
	if span.From >= span.To {
		return true, nil
	}
	coarse, err := r.Read(ctx, together, span, e.auditWidth())
	if err != nil {
		return false, err
	}
	differing := read.Marks{}
	for key, incs := range coarse.Increments {
		for _, end := range e.differing(key, incs, span) {
			differing.Add(end, []string{key})
		}
	}
	done = true
	for _, part := range differing.Runs(e.auditWidth()) {
		overtaken, err := e.auditPart(ctx, src, page{span: part.Span, width: e.step, slis: part.Of(together), now: time.Unix(span.To, 0)}, up)
		if err != nil {
			return false, err
		}
		done = done && !overtaken
	}
	return done, nil
}

// auditPart reads a part slot by slot and books it.
func (e *Evaluator) auditPart(ctx context.Context, src *source, p page, up []slo.Increment) (overtaken bool, err error) {
	w := src.watch(p.span)
	defer src.unwatch(w)
	fine, err := e.reader(src).Read(ctx, p.slis, p.span, p.width)
	if err != nil {
		return false, err
	}
	return src.bookPage(w, func() error { return e.book(ctx, src, p, fine, ledger.Cut(up, p.span)) })
}

// differing lists the wide slots of a span in which the book has other counts than
// a reading, or a hole that samples may have come for. What was never read is left
// to the catching up.
func (e *Evaluator) differing(key string, fresh []slo.Increment, span ledger.Span) []int64 {
	width := e.auditWidth()
	cells := e.cfg.Ledger.Increments(key, span, math.MaxInt)
	differs := map[int64]bool{}
	booked := map[int64]slo.Counts{}
	for _, inc := range ledger.Widen(cells, width) {
		booked[inc.End] = inc.Counts
	}
	for _, inc := range fresh {
		if booked[inc.End] != inc.Counts {
			differs[inc.End] = true
		}
	}
	for i := 1; i < len(cells); i++ {
		if from, to := cells[i-1].End, cells[i].End; to-from > longestHole {
			for end := ledger.Ceil(from+1, width); end <= ledger.Ceil(to, width); end += width {
				differs[end] = true
			}
		}
	}
	unread := e.cfg.Ledger.Missing(key, span)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(differs)), func(end int64) bool {
		return len(unread.Cut(ledger.Span{From: end - width, To: end})) > 0
	})
}
