package main

import (
	"context"
	"slices"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/site"
)

var _ site.Silences = (*announced)(nil)

// Silences lists all silences, the latest first.
func (a *announced) Silences(context.Context) ([]suppress.Silence, error) {
	return slices.Clone(a.silences.all()), nil
}

// Silence gives a silence an id and keeps it.
func (a *announced) Silence(ctx context.Context, s suppress.Silence) (suppress.Silence, error) {
	s.ID, s.MadeAt = newID("s"), a.now().UTC()
	return a.silences.change(ctx, s.ID, func(suppress.Silence, bool) (suppress.Silence, bool, error) { return s, true, nil })
}

// ExpireSilence ends a silence early; one that is over stays as it is.
func (a *announced) ExpireSilence(ctx context.Context, id, by string) (suppress.Silence, error) {
	return a.silences.change(ctx, id, func(s suppress.Silence, found bool) (suppress.Silence, bool, error) {
		if !found {
			return s, false, site.ErrUnknownSilence
		}
		now := a.now().UTC()
		if state := s.State(now); state == suppress.StateOver || state == suppress.StateWithdrawn {
			return s, false, nil
		}
		s.WithdrawnAt, s.WithdrawnBy = now, by
		return s, true, nil
	})
}

// ChangeSilence keeps what becomes of a silence.
func (a *announced) ChangeSilence(ctx context.Context, id string, become func(suppress.Silence) (suppress.Silence, error)) (suppress.Silence, error) {
	return a.silences.change(ctx, id, func(s suppress.Silence, found bool) (suppress.Silence, bool, error) {
		if !found {
			return s, false, site.ErrUnknownSilence
		}
		s, err := become(s)
		return s, true, err
	})
}
