package main

import (
	"context"
	"maps"
	"time"

	"github.com/slofuse/slofuse/evaluator/revision"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
)

// recordEdits writes down what files say differently than they did last: before this
// reload, or when slofuse ran last. Nothing depends on it, so a failure is logged.
func (s *service) recordEdits(ctx context.Context, now time.Time, next *settings, began []revision.Change) {
	state := edit.StateOf(next.set)
	maps.Copy(state, next.config.State(next.file))
	edits, err := s.edits.Apply(ctx, now, state, promisesOf(began), s.applied == nil)
	if err != nil {
		s.log.Error("what changed is not recorded", "err", err)
	}
	for _, e := range edits {
		first := e.Subjects[0]
		s.log.Info("configuration changed", "kind", e.Kind, "what", first.Title(), "subjects", len(e.Subjects), "change", e.Says(), "files", e.Files())
	}
}

// recordFound writes down that objectives were found which no file names, and what
// they promise differently.
func (s *service) recordFound(now time.Time, slos []slo.SLO, began []revision.Change) {
	if len(began) == 0 {
		return
	}
	known := make(map[slo.ID]slo.SLO, len(slos))
	for _, o := range slos {
		known[o.ID] = o
	}
	if err := s.edits.Add(context.Background(), now, edit.Found(promisesOf(began), known)); err != nil {
		s.log.Error("what changed is not recorded", "err", err)
	}
}

func promisesOf(began []revision.Change) (out []edit.Promise) {
	for _, c := range began {
		out = append(out, edit.Promise{ID: c.ID, From: c.RenamedFrom, Text: c.Text})
	}
	return out
}
