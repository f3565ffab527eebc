package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/site"
)

var _ site.Deploys = (*announced)(nil)

// Deploys lists all deploys, the latest first.
func (a *announced) Deploys(context.Context) ([]suppress.Deploy, error) {
	return slices.Clone(a.deploys.all()), nil
}

// StartDeploy keeps a deploy, unless it is there already.
func (a *announced) StartDeploy(ctx context.Context, d suppress.Deploy, hold time.Duration) (kept suppress.Deploy, started bool, err error) {
	d.ID, d.MadeAt = cmp.Or(d.ID, newID("d")), a.now().UTC()
	kept, err = a.deploys.change(ctx, d.ID, func(old suppress.Deploy, found bool) (suppress.Deploy, bool, error) {
		if !found {
			started = true
			return d.Filled(d.MadeAt.Truncate(time.Second), hold), true, nil
		}
		if !old.Same(d.Filled(old.StartsAt, hold)) {
			return old, false, site.ErrAnotherDeploy
		}
		return old, false, nil
	})
	return kept, started, err
}

// EndDeploy says what became of a deploy. What was said before stays, but that it
// was rolled back after all.
func (a *announced) EndDeploy(ctx context.Context, id, status, by string) (suppress.Deploy, error) {
	return a.deploys.change(ctx, id, func(d suppress.Deploy, found bool) (suppress.Deploy, bool, error) {
		switch {
		case !found:
			return d, false, site.ErrUnknownDeploy
		case d.Withdrawn():
			return d, false, site.ErrDeployWithdrawn
		case d.Status == status:
			return d, false, nil
		case d.Ended() && status != suppress.DeployRolledBack:
			return d, false, site.ErrDeployEnded
		}
		if !d.Ended() {
			d.EndedAt = a.now().UTC()
		}
		d.Status, d.EndedBy = status, by
		return d, true, nil
	})
}

// WithdrawDeploy takes a deploy back; one that was withdrawn stays as it is.
func (a *announced) WithdrawDeploy(ctx context.Context, id, by string) (suppress.Deploy, error) {
	return a.deploys.change(ctx, id, func(d suppress.Deploy, found bool) (suppress.Deploy, bool, error) {
		if !found {
			return d, false, site.ErrUnknownDeploy
		}
		if d.Withdrawn() {
			return d, false, nil
		}
		d.WithdrawnAt, d.WithdrawnBy = a.now().UTC(), by
		return d, true, nil
	})
}
