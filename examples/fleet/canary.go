package fleet

import (
	"cmp"
	"fmt"
	"time"
)

// Canary is a new version of a function that runs beside the old one: one more instance
// that gets a share of the calls. The metrics of the function, and of no other, have a
// label version then.
type Canary struct {
	Service, Function string
	Version, Before   string // of the new instance and of the others; empty is v2 and v1
	Share             float64
	Errors            float64 // of its calls, answer 503 on top of what ordinarily fails
	Slow              float64 // of its calls, take longer than the limit on top of it
	From              time.Time
}

// check completes a canary and refuses one that makes no sense.
func (c Canary) check(begin time.Time) (Canary, error) {
	c.Version, c.Before = cmp.Or(c.Version, "v2"), cmp.Or(c.Before, "v1")
	if !(c.Share > 0 && c.Share < 1) || !(c.Errors >= 0 && c.Errors <= 1) || !(c.Slow >= 0 && c.Slow <= 1) {
		return c, fmt.Errorf("canary of %s/%s: shares lie between 0 and 1, and it gets some of the calls but not all", c.Service, c.Function)
	}
	if c.From.Before(begin) {
		return c, fmt.Errorf("canary of %s/%s: it cannot start before the fleet does, at %s", c.Service, c.Function, begin.Format(time.RFC3339))
	}
	return c, nil
}

// deploy puts a canary beside the instances of its function, before anything was read.
func (f *Fleet) deploy(c Canary, until int64) error {
	fn, err := f.find(c.Service, c.Function)
	if err != nil {
		return err
	}
	if c, err = c.check(f.begin); err != nil {
		return err
	}
	fn.canary = &c
	for slot := range canarySlot {
		for _, p := range fn.plan[slot] {
			p.target.version = c.Before
		}
	}
	t := fn.newTarget(canarySlot, 0, c.From.UnixMilli(), max(until, c.From.UnixMilli()+1))
	t.version = c.Version
	lives := fn.livesOf(t, until)
	last := &lives[len(lives)-1]
	last.end, t.end = forever, forever
	fn.plan[canarySlot] = lives
	return nil
}

// faultsOn are the faults that an instance suffers from.
func (fn *function) faultsOn(slot int) []Fault {
	if slot != canarySlot {
		return fn.faults
	}
	all := append([]Fault{}, fn.faults...)
	if fn.canary.Errors > 0 {
		all = append(all, Fault{Kind: ErrorBurn, Share: fn.canary.Errors, From: fn.canary.From})
	}
	if fn.canary.Slow > 0 {
		all = append(all, Fault{Kind: Latency, Share: fn.canary.Slow, From: fn.canary.From})
	}
	return all
}

// canaryShare is the share of the calls that goes to the canary at an instant.
func (fn *function) canaryShare(at int64) float64 {
	if fn.canary == nil || at < fn.canary.From.UnixMilli() {
		return 0
	}
	return fn.canary.Share
}
