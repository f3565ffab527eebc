package main

import (
	"context"
	"slices"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/site"
)

var _ site.Maintenances = (*announced)(nil)

// Maintenances lists all windows, the latest first.
func (a *announced) Maintenances(context.Context) ([]suppress.Maintenance, error) {
	return slices.Clone(a.windows.all()), nil
}

// Announce gives a window an id and keeps it.
func (a *announced) Announce(ctx context.Context, w suppress.Maintenance) (suppress.Maintenance, error) {
	w.ID, w.MadeAt = newID("m"), a.now().UTC()
	return a.windows.change(ctx, w.ID, func(suppress.Maintenance, bool) (suppress.Maintenance, bool, error) { return w, true, nil })
}

// Withdraw takes a window back; one that was withdrawn stays as it is.
func (a *announced) Withdraw(ctx context.Context, id, by string) (suppress.Maintenance, error) {
	return a.windows.change(ctx, id, func(w suppress.Maintenance, found bool) (suppress.Maintenance, bool, error) {
		if !found {
			return w, false, site.ErrUnknownMaintenance
		}
		if w.Withdrawn() {
			return w, false, nil
		}
		w.WithdrawnAt, w.WithdrawnBy = a.now().UTC(), by
		return w, true, nil
	})
}

// ChangeMaintenance keeps what becomes of a window.
func (a *announced) ChangeMaintenance(ctx context.Context, id string, become func(suppress.Maintenance) (suppress.Maintenance, error)) (suppress.Maintenance, error) {
	return a.windows.change(ctx, id, func(m suppress.Maintenance, found bool) (suppress.Maintenance, bool, error) {
		if !found {
			return m, false, site.ErrUnknownMaintenance
		}
		m, err := become(m)
		return m, true, err
	})
}
