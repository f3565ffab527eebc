package evaluator

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// unsettledSpan is how long before a hole in what was read samples may have been
// missing already, in seconds. A round never reads more than maxReread: what an
// outage left out is caught up page by page.
const (
	unsettledSpan = 2 * 3600
	maxReread     = unsettledSpan + 600
)

// Round reads the last slots of every backend that is awake, books them, assesses
// every objective in force and hands the assessments to the sink. A backend that
// does not answer fails its own objectives only; the sink hears of all. The error
// is the sink's or the ledger's.
func (e *Evaluator) Round(ctx context.Context, now time.Time) error {
	end := e.LastSlot(now)
	var group errgroup.Group
	for _, src := range e.awake() {
		group.Go(func() error { return e.readRound(ctx, src, end, now) })
	}
	bookErr := group.Wait()
	slos := e.SLOs()
	assessments := e.AssessAll(slos, end)
	e.metrics.round(end, assessments)
	return errors.Join(bookErr, e.cfg.Sink(ctx, now, slos, assessments))
}

// readRound reads the newest slots of one backend. It returns an error only
// when the answer could not be booked.
func (e *Evaluator) readRound(ctx context.Context, src *source, end, now time.Time) error {
	span := e.unsettled(src, end.Unix())
	together, alone := src.wanted()
	r := e.reader(src)
	up, err := r.Presence(ctx, span, e.step) // first: who refuses this refuses everything, and no indicator is at fault
	if err != nil {
		src.failed(now, err)
		return nil
	}
	r.Patience = e.cfg.Step / 2 // what there is no time for is read in the next rounds, which look back
	got, err := r.Read(ctx, together, span, e.step)
	if err != nil {
		src.failed(now, err)
		return nil
	}
	if err := e.askAgain(ctx, src, src.due(alone, end), span, got); err != nil {
		src.failed(now, err)
		return nil
	}
	err = src.bookRound(span, func() error { return e.book(ctx, src, page{width: e.step, now: now}, got, up) })
	if err != nil {
		return err
	}
	src.answered(end, got)
	return nil
}

// Indicators that were refused take turns: a round asks them, each alone, until
// mostRefusals were refused once more or a quarter of a slot is over, so that any
// number of them holds up nobody. Whoever was asked longest ago is first: of n that
// are refused at once each is asked again within n/mostRefusals rounds, which is
// 13 minutes for 500 in slots of 30 s, and a round later for each before it that
// takes too long; one that takes too long itself is let be for slowRetry before. A
// changed definition is another indicator, and asked in the next round.
const mostRefusals = 20

var errNoTime = errors.New("it takes longer than a round has for what was refused before")

// askAgain adds to a reading what indicators answer that were refused before. Whoever
// is cut off by the end of the time is first in the next round; only who had all of
// it takes too long.
func (e *Evaluator) askAgain(ctx context.Context, src *source, refused []plan.SLI, span ledger.Span, into read.Reading) error {
	within, cancel := context.WithTimeout(ctx, e.cfg.Step/4)
	defer cancel()
	r := e.reader(src)
	left := mostRefusals
	for i, sli := range refused {
		one, err := r.Read(within, []plan.SLI{sli}, span, e.step)
		cut := err != nil && within.Err() != nil
		switch {
		case err == nil:
			into.Merge(one)
		case cut && ctx.Err() == nil && i > 0:
			return nil
		case cut && ctx.Err() == nil:
			into.Refused[sli.Key] = errNoTime
		case !r.AtFault(ctx, err, span.To):
			return err
		default:
			into.Refused[sli.Key] = err
		}
		if into.Refused[sli.Key] != nil {
			left--
		}
		if left == 0 || within.Err() != nil {
			return nil
		}
	}
	return nil
}

// unsettled is what a round reads: the newest slots, and after missed rounds
// also those that had not been read often enough before.
func (e *Evaluator) unsettled(src *source, end int64) ledger.Span {
	settle := e.settle(src)
	span := ledger.Span{From: end - settle, To: end}
	last, ok := e.cfg.Ledger.ReadTo(src.key, time.Unix(end-1, 0))
	if !ok {
		return span
	}
	from := last.Unix() + e.step - settle
	span.From = max(min(span.From, from), end-maxReread)
	return span
}

// settle is how far back a round reads, in seconds. Of replicas it is so far that it
// is clear which of them counts.
func (e *Evaluator) settle(src *source) int64 {
	settle := settleSlots * e.step
	if len(src.ReplicaLabels) > 0 {
		settle = max(settle, ledger.Ceil(read.Foresight(e.step), e.step)+e.step)
	}
	return settle
}

func sortByEnd(incs []slo.Increment) {
	slices.SortFunc(incs, func(a, b slo.Increment) int { return cmp.Compare(a.End, b.End) })
}

// Run evaluates until the context ends: it catches up what is recent, then does
// a round per slot while older history is filled in beside it. Report, which
// may be nil, follows the catching up.
func (e *Evaluator) Run(ctx context.Context, report func(Progress)) error {
	var group errgroup.Group
	defer func() { _ = group.Wait() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	history := make(chan struct{}, 1)
	group.Go(func() error { e.fillHistory(ctx, history, report); return nil })
	for {
		now := e.cfg.Now()
		e.runRound(ctx, now, report)
		e.ReadSignals(ctx, now)
		select {
		case history <- struct{}{}:
		default: // still at it
		}
		if !wait(ctx, e.untilNext(e.cfg.Now())) {
			return nil
		}
	}
}

// runRound catches up what slofuse slept through, so that the round decides on
// whole windows, and does the round. Failures are logged: the next round tries
// again.
func (e *Evaluator) runRound(ctx context.Context, now time.Time, report func(Progress)) {
	e.wake(ctx, now)
	awake := e.awake()
	e.discover(ctx, now, awake) // before the catching up, which is for new members too
	recent := catching{now: now, last: e.settled, sources: awake, recentOnly: true, report: report}
	if err := e.catchUp(ctx, recent); err != nil && ctx.Err() == nil {
		e.cfg.Logger.Debug("recent slots are not complete", "err", err)
	}
	if err := e.Round(ctx, now); err != nil && ctx.Err() == nil {
		e.cfg.Logger.Error("round failed", "err", err)
		e.metrics.failures.Inc()
	}
}

// fillHistory catches up old pages whenever a round is over, and compacts what
// has become old enough.
func (e *Evaluator) fillHistory(ctx context.Context, rounds <-chan struct{}, report func(Progress)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-rounds:
		}
		now := e.cfg.Now()
		all := catching{now: now, last: e.settled, sources: e.closed(), polite: !e.cfg.Hasty, report: report}
		if err := e.catchUp(ctx, all); err != nil && ctx.Err() == nil {
			e.cfg.Logger.Warn("catching up goes on in the next round", "err", err)
		}
		if err := e.Audit(ctx, now); err != nil && ctx.Err() == nil {
			e.cfg.Logger.Warn("late samples are looked for in the next round", "err", err)
		}
		if err := e.cfg.Ledger.Compact(ctx, now, e.cfg.Aging); err != nil && ctx.Err() == nil {
			e.cfg.Logger.Error("ledger is not compacted", "err", err)
		}
	}
}

// settled is the end of the slot before those of a backend that every round reads.
func (e *Evaluator) settled(src *source, now time.Time) time.Time {
	return e.LastSlot(now).Add(-time.Duration(e.settle(src)) * time.Second)
}

// untilNext is how long it is until the next slot may be read.
func (e *Evaluator) untilNext(now time.Time) time.Duration {
	next := e.LastSlot(now).Add(e.cfg.Step + e.cfg.Delay)
	return next.Sub(now)
}

// wait sleeps unless the context ends first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
