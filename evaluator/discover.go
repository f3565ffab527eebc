package evaluator

import (
	"cmp"
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// Members are looked for every minute, in the samples of the last five: whoever
// appears is evaluated within two minutes, for one cheap query. The first time,
// and after a silence, everybody counts who was there within the last day; that
// is asked in hours, to learn when.
// A family of which somebody is left out is asked about less often: it may have a
// hundred thousand values.
const (
	surveyEvery = time.Minute
	crowdEvery  = 4 * time.Minute
	surveySpan  = 5 * time.Minute
	surveyGrain = time.Hour
)

// deepestFamily bounds how often members bring families of their own: functions
// that are found bring their parts.
const deepestFamily = 3

// discover looks for the members of the families of some backends that are due.
// A backend that is down keeps its members.
func (e *Evaluator) discover(ctx context.Context, now time.Time, sources []*source) {
	var group errgroup.Group
	for _, src := range sources {
		if src.down() {
			continue
		}
		group.Go(func() error {
			if err := e.survey(ctx, src, now); err != nil && ctx.Err() == nil {
				src.log.Debug("members are not looked for", "err", err)
			}
			return nil
		})
	}
	_ = group.Wait() // nothing to tell: the round finds out itself who does not answer
}

// Discover looks for the members of all families that are due, such as all of a
// new evaluator. The error is of a backend that does not answer.
func (e *Evaluator) Discover(ctx context.Context, now time.Time) error {
	var failures []error
	for _, src := range e.everySource() {
		if err := e.survey(ctx, src, now); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// survey asks one backend, and again about families that came with new members.
func (e *Evaluator) survey(ctx context.Context, src *source, now time.Time) error {
	for range deepestFamily {
		recent, distant := e.due(src, now)
		if len(recent)+len(distant) == 0 {
			return nil
		}
		for _, part := range []struct {
			families []slo.Family
			steps    prom.Range
		}{
			{recent, prom.Range{Start: now, End: now, Step: surveySpan}},
			{distant, prom.Range{Start: now.Add(surveyGrain - forgetAfter), End: now, Step: surveyGrain}},
		} {
			if err := e.ask(ctx, src, part.families, part.steps); err != nil {
				src.shorten()
				return err
			}
		}
	}
	return nil
}

// due lists the families of a backend to look for now: those with an answer that
// the last minutes continue, and those to be looked for over a day. An answer from
// the future was given when the clock was wrong.
func (e *Evaluator) due(src *source, now time.Time) (recent, distant []slo.Family) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, f := range e.families {
		if cmp.Or(f.Backend, e.fallback) != src.Name {
			continue
		}
		r := e.rosters[f.Key()]
		switch silent := now.Sub(r.answered); {
		case silent >= 0 && silent < r.every():
		case silent >= 0 && silent < surveySpan || src.shortened():
			recent = append(recent, f)
		default:
			distant = append(distant, f)
		}
	}
	return recent, distant
}

// ask finds the members of families in few questions. Families whose question is
// refused are halved until the one at fault stands alone.
func (e *Evaluator) ask(ctx context.Context, src *source, families []slo.Family, steps prom.Range) error {
	if len(families) == 0 {
		return nil
	}
	seen, err := sightings(ctx, src, families, steps)
	switch {
	case err == nil:
		e.found(ctx, src, families, seen, steps.End)
		return nil
	case !read.Splittable(err):
		return err
	case len(families) == 1:
		e.refuseFamily(src, families[0], steps.End, err)
		return nil
	}
	half := len(families) / 2
	return errors.Join(e.ask(ctx, src, families[:half], steps), e.ask(ctx, src, families[half:], steps))
}

// sightings is when each value of each family was seen last, by family key.
func sightings(ctx context.Context, src *source, families []slo.Family, steps prom.Range) (map[string]map[string]time.Time, error) {
	seen := map[string]map[string]time.Time{}
	for _, s := range plan.Surveys(families) {
		answer, err := src.Querier.QueryRange(ctx, s.Query(steps.Step), steps)
		if err != nil {
			return nil, err
		}
		for _, series := range answer {
			labels := read.LabelsOf(series.Metric)
			if len(series.Values) == 0 {
				continue
			}
			at := series.Values[len(series.Values)-1].Timestamp.Time()
			for _, key := range s.Families(labels) {
				note(seen, key, labels[s.Label], at)
			}
		}
	}
	return seen, nil
}

func note(seen map[string]map[string]time.Time, family, value string, at time.Time) {
	if seen[family] == nil {
		seen[family] = map[string]time.Time{}
	}
	if at.After(seen[family][value]) {
		seen[family][value] = at
	}
}
