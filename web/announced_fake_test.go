package web_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/site"
)

func (f *fleet) Silences(context.Context) ([]suppress.Silence, error) { return f.silences, f.err }

func (f *fleet) Silence(_ context.Context, s suppress.Silence) (suppress.Silence, error) {
	s.ID, s.MadeAt = fmt.Sprintf("s-%d", len(f.silences)+1), noon
	f.silences = append(f.silences, s)
	return s, f.err
}

func (f *fleet) ExpireSilence(_ context.Context, id, by string) (suppress.Silence, error) {
	for i := range f.silences {
		if s := &f.silences[i]; s.ID == id {
			s.WithdrawnAt, s.WithdrawnBy = noon, by
			return *s, f.err
		}
	}
	return suppress.Silence{}, site.ErrUnknownSilence
}

func (f *fleet) LongestSilence() time.Duration { return suppress.DefaultMaxSilence }

func (f *fleet) Deploys(context.Context) ([]suppress.Deploy, error) { return f.deploys, f.err }

func (f *fleet) StartDeploy(_ context.Context, d suppress.Deploy, hold time.Duration) (suppress.Deploy, bool, error) {
	d.ID, d.MadeAt = cmp.Or(d.ID, fmt.Sprintf("d-%d", len(f.deploys)+1)), noon
	for _, old := range f.deploys {
		if old.ID == d.ID {
			if !old.Same(d.Filled(old.StartsAt, hold)) {
				return old, false, site.ErrAnotherDeploy
			}
			return old, false, f.err
		}
	}
	f.deploys = append(f.deploys, d.Filled(noon, hold))
	return d.Filled(noon, hold), true, f.err
}

func (f *fleet) EndDeploy(_ context.Context, id, status, by string) (suppress.Deploy, error) {
	for i := range f.deploys {
		if d := &f.deploys[i]; d.ID == id {
			if d.Ended() && d.Status != status {
				return *d, site.ErrDeployEnded
			}
			d.EndedAt, d.EndedBy, d.Status = noon, by, status
			return *d, f.err
		}
	}
	return suppress.Deploy{}, site.ErrUnknownDeploy
}

func (f *fleet) WithdrawDeploy(_ context.Context, id, by string) (suppress.Deploy, error) {
	for i := range f.deploys {
		if d := &f.deploys[i]; d.ID == id {
			d.WithdrawnAt, d.WithdrawnBy = noon, by
			return *d, f.err
		}
	}
	return suppress.Deploy{}, site.ErrUnknownDeploy
}

func (f *fleet) DeployHold() time.Duration { return suppress.DefaultDeployHold }

func (f *fleet) ChangeSilence(_ context.Context, id string, become func(suppress.Silence) (suppress.Silence, error)) (suppress.Silence, error) {
	return placed(f.silences, func(s suppress.Silence) bool { return s.ID == id }, become, site.ErrUnknownSilence)
}

func (f *fleet) ChangeMaintenance(_ context.Context, id string, become func(suppress.Maintenance) (suppress.Maintenance, error)) (suppress.Maintenance, error) {
	return placed(f.planned, func(m suppress.Maintenance) bool { return m.ID == id }, become, site.ErrUnknownMaintenance)
}

// placed puts what becomes of an entry in its place.
func placed[T any](list []T, is func(T) bool, become func(T) (T, error), unknown error) (T, error) {
	at := slices.IndexFunc(list, is)
	if at < 0 {
		var none T
		return none, unknown
	}
	next, err := become(list[at])
	if err == nil {
		list[at] = next
	}
	return next, err
}
