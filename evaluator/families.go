package evaluator

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/roll"
	"github.com/slofuse/slofuse/slo"
)

// found brings the rosters up to date, and puts in force and writes down who came
// and who left.
func (e *Evaluator) found(ctx context.Context, src *source, families []slo.Family, seen map[string]map[string]time.Time, now time.Time) {
	changes := e.turnOver(src, families, seen, now)
	if len(changes) == 0 {
		return
	}
	if err := e.cfg.Remember(ctx, changes); err != nil {
		src.log.Error("members are not written down", "err", err)
	}
}

// turnOver returns what is to be written down. A family that went with its
// function has no members.
func (e *Evaluator) turnOver(src *source, families []slo.Family, seen map[string]map[string]time.Time, now time.Time) map[string]roll.Members {
	e.mu.Lock()
	defer e.mu.Unlock()
	changes := map[string]roll.Members{}
	crowds, changed := e.crowds(), false
	for _, f := range families {
		r := e.rosters[f.Key()]
		if r == nil {
			continue // no longer defined
		}
		t := r.take(seen[f.Key()], now, brings(f), &e.space)
		changed = changed || len(t.came)+len(t.left) > 0
		if members, ok := r.toSave(now, t); ok {
			changes[f.Key()] = members
		}
		r.tell(src.log.With("family", f.Name, "service", f.Service, "function", f.Whole.Function), t)
	}
	if changed {
		e.enforceFound(changes)
	}
	e.tellCrowds(crowds)
	e.metrics.families(e.familiesLocked())
	return changes
}

// brings applies for membership of a family.
func brings(f slo.Family) apply {
	return func(value string) (int, error) {
		set, err := f.Member(value)
		return len(set.SLOs) + len(set.Signals), err
	}
}

// enforceFound puts the members in force and notes which families went.
func (e *Evaluator) enforceFound(changes map[string]roll.Members) {
	before := e.rosters
	e.enforce()
	for key := range before {
		if e.rosters[key] == nil {
			changes[key] = nil
		}
	}
}

// tell logs who came, who left and who cannot be a member.
func (r *roster) tell(log *slog.Logger, t turnover) {
	some := func(values []string) []string { return values[:min(len(values), mostNamed)] }
	if n := len(t.came); n > 0 {
		log.Info("members were found", "count", n, "values", some(t.came))
	}
	if n := len(t.left); n > 0 {
		log.Info("members left, not seen for 24h", "count", n, "values", some(t.left))
	}
	for _, value := range some(t.unfit) {
		log.Warn("value passed over", "value", value, "err", r.unfit[value])
	}
}

// crowds are those left out of families, those of one name together: the families
// that every function of a match brings are told of as one.
func (e *Evaluator) crowds() map[string]Crowd {
	out := map[string]Crowd{}
	for _, f := range e.families {
		r := e.rosters[f.Key()]
		name := f.Service + ": " + f.Name
		out[name] = out[name].with(r.refused).with(r.beyond)
	}
	return out
}

// tellCrowds logs who is left out when there are more of them than before.
func (e *Evaluator) tellCrowds(before map[string]Crowd) {
	now := e.crowds()
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if c := now[name]; c.Count > before[name].Count {
			e.cfg.Logger.Warn("too many are found: some are left out", "family", name, "count", c.Count, "some", c.Some, "reason", c.Reason)
		}
	}
}

func (e *Evaluator) refuseFamily(src *source, f slo.Family, now time.Time, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.rosters[f.Key()]; r != nil {
		if r.err == nil {
			src.log.Warn("members cannot be looked for", "family", f.Name, "service", f.Service, "err", err)
		}
		r.err, r.answered = err, now
	}
}

// FamilyHealth is how the members of a family are found.
type FamilyHealth struct {
	Family  slo.Family
	Members int
	Refused Crowd // values that were seen last and are no members
	Beyond  Crowd // objectives and signals of members that are not in force
	Unfit   int   // values that make no name
	Asked   bool  // the backend has answered about it
	Err     error // why the backend refuses to answer
}

// Families returns how it is with the families in force.
func (e *Evaluator) Families() []FamilyHealth {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.familiesLocked()
}

func (e *Evaluator) familiesLocked() []FamilyHealth {
	out := make([]FamilyHealth, len(e.families))
	for i, f := range e.families {
		r := e.rosters[f.Key()]
		out[i] = FamilyHealth{
			Family: f, Members: len(r.members), Refused: r.refused, Beyond: r.beyond, Unfit: len(r.unfit),
			Asked: !r.answered.IsZero(), Err: r.err,
		}
	}
	return out
}
