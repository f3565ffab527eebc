package main

import (
	"context"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// pace is how often a watching gate looks; what it counts grows by as much.
const pace = evaluator.DefaultStep

// longestLag is how far a server may be behind before a watch gives up on it:
// its delay and some slots.
const longestLag = 12 * time.Minute

// watchGate looks at a window that begins with the watch and grows, until the
// gate closes or the window is as long as asked for. An answer that could not be
// had in between counts only if it is the last.
func (c *cli) watchGate(ctx context.Context, o *gateOptions) (api.Verdict, error) {
	start, lag := c.now(), evaluator.DefaultDelay
	for {
		if c.wait(ctx, pace) != nil {
			return api.Verdict{}, undecidedf("cannot decide: interrupted")
		}
		now := c.now()
		window := min(watched(start, now, lag), o.watching)
		if window < 2*pace && now.Sub(start) < o.watching+longestLag {
			continue
		}
		look := *o
		look.watching, look.gate.Window = 0, max(window, 2*pace)
		verdict, err := c.verdict(ctx, &look)
		early := err == nil && verdict.AsOf != nil && verdict.AsOf.Add(-look.gate.Window).Before(start)
		if early { // it counted what was before the start
			lag = max(lag, now.Sub(*verdict.AsOf))
			err = undecidedf("cannot decide: what happened since the start of the watch is not read yet")
		}
		fmt.Fprintf(c.stderr, "%s of %s: %s\n", slo.FormatDuration(window), slo.FormatDuration(o.watching), summary(verdict, err))
		over := window >= o.watching || err == nil && verdict.Verdict == string(slo.VerdictFail)
		if over && !early || now.Sub(start) >= o.watching+longestLag {
			return verdict, err
		}
	}
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

func summary(v api.Verdict, err error) string {
	if err != nil {
		return err.Error()
	}
	return v.Verdict
}
