package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// pace is how often a watching gate looks; what it counts grows by as much.
const pace = evaluator.DefaultStep

// longestLag is how far a server may be behind before a watch gives up on it:
// its delay and some slots.
const longestLag = 12 * time.Minute

// restartGrace is how much longer than it watches a gate goes on asking a server
// that is away when the last answer is due: as long as a restart takes.
const restartGrace = 3 * time.Minute

// watch is a gate that looks on.
type watch struct {
	o      *gateOptions
	start  time.Time
	lag    time.Duration // how far what is asked is known to be behind
	window time.Duration // how much of the watch the last look was about
	said   string        // of the last look
}

// watchGate looks at a window that begins with the watch and grows, until the
// gate closes or the window is as long as asked for. An answer that could not be
// had in between counts only if it is the last. Who asks wrong hears of it at once.
func (c *cli) watchGate(ctx context.Context, o *gateOptions) (api.Verdict, error) {
	w := watch{o: o, start: c.now(), lag: evaluator.DefaultDelay, said: "nothing was seen yet"}
	if _, err := c.verdict(ctx, w.look(2*pace)); err != nil && codeOf(err) != exitUndecided {
		return api.Verdict{}, err
	}
	quiet := *c
	quiet.stderr = io.Discard // what there is to say of the files was said
	for {
		if c.wait(ctx, pace) != nil {
			return api.Verdict{}, w.interrupted()
		}
		w.window = min(watched(w.start, c.now(), w.lag), o.watching)
		if w.window < 2*pace && c.now().Sub(w.start) < o.watching+longestLag {
			continue
		}
		look := w.look(max(w.window, 2*pace))
		verdict, err := quiet.verdict(ctx, look)
		if ctx.Err() != nil {
			return api.Verdict{}, w.interrupted()
		}
		early := w.early(c.now(), look.gate.Window, verdict, err)
		if early {
			err = undecidedf("cannot decide: what happened since the start of the watch is not read yet")
		}
		w.said = w.progress(verdict, err)
		fmt.Fprintln(c.stderr, report.Lines(w.said))
		if w.over(c.now(), verdict, err, early) {
			return verdict, err
		}
	}
}

// look is the gate over so much of the watch.
func (w *watch) look(window time.Duration) *gateOptions {
	look := *w.o
	look.watching, look.gate.Window, look.gate.Since = 0, window, w.start
	return &look
}

// early reports whether a verdict counted what was before the start, and notes how
// far behind whoever gave it is.
func (w *watch) early(now time.Time, window time.Duration, v api.Verdict, err error) bool {
	if err != nil || v.AsOf == nil || !v.AsOf.Add(-window).Before(w.start) {
		return false
	}
	w.lag = max(w.lag, now.Sub(*v.AsOf))
	return true
}

// over reports whether a look was the last.
func (w *watch) over(now time.Time, v api.Verdict, err error, early bool) bool {
	after := now.Sub(w.start)
	whole := w.window >= w.o.watching
	switch {
	case after >= w.o.watching+longestLag, err != nil && codeOf(err) != exitUndecided:
		return true
	case early:
		return false
	case err == nil && v.Verdict == string(slo.VerdictFail):
		return true
	case whole && (err == nil && v.AsOf == nil || passing(err) && !errors.Is(err, errNothing)): // it restarts
		return after >= w.o.watching+w.lag+restartGrace
	}
	return whole
}

// progress tells how far the watch is, what is left of it, and what burned most.
func (w *watch) progress(v api.Verdict, err error) string {
	text := fmt.Sprintf("%s of %s", slo.FormatDuration(w.window), slo.FormatDuration(w.o.watching))
	if left := w.o.watching - w.window; left > 0 {
		text += fmt.Sprintf(", %s left", slo.FormatDuration(left))
	}
	if err != nil {
		return text + ": " + err.Error()
	}
	return text + ": " + v.Verdict + hottest(v)
}

// hottest names the SLO that burns fastest; empty when no rate is known.
func hottest(v api.Verdict) string {
	var most *api.Check
	for i, c := range v.Checks {
		if c.BurnRate != nil && (most == nil || *c.BurnRate > *most.BurnRate) {
			most = &v.Checks[i]
		}
	}
	if most == nil {
		return ""
	}
	return fmt.Sprintf(", burn rate up to %.1f (%s)", *most.BurnRate, report.Plain(most.ID))
}

func (w *watch) interrupted() error {
	return undecidedf("cannot decide: interrupted; the last look: %s", w.said)
}

// watched is how much of a watch can be judged at an instant: the whole slots
// that began after its start and ended long enough ago to be read.
func watched(start, now time.Time, lag time.Duration) time.Duration {
	from := start.Add(pace - 1).Truncate(pace)
	return max(0, now.Add(-lag).Truncate(pace).Sub(from))
}

// sleep waits on the wall clock, or until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
