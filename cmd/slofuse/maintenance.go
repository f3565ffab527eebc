package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slofuse/slofuse/alerting/journal"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
)

// maintenances is the book of maintenance windows: on disk first, and in memory for
// the evaluator, which asks about every objective in every round.
type maintenances struct {
	journal *journal.Journal
	now     func() time.Time

	mu      sync.Mutex // held over disk and memory, so that both see one order
	windows atomic.Pointer[[]suppress.Maintenance]
}

var _ web.Maintenances = (*maintenances)(nil)

func openMaintenances(ctx context.Context, j *journal.Journal, now func() time.Time) (*maintenances, error) {
	m := &maintenances{journal: j, now: now}
	return m, m.load(ctx)
}

func (m *maintenances) load(ctx context.Context) error {
	windows, err := m.journal.Maintenances(ctx)
	if err == nil {
		m.windows.Store(&windows)
	}
	return err
}

// Maintenances lists all windows, the latest first.
func (m *maintenances) Maintenances(context.Context) ([]suppress.Maintenance, error) {
	return slices.Clone(*m.windows.Load()), nil
}

// Corrections lists what is taken out of the budget of an objective.
func (m *maintenances) Corrections(s slo.SLO, from, to time.Time) []slo.Correction {
	return suppress.Corrections(*m.windows.Load(), s, from, to)
}

// Announce gives a window an id and keeps it.
func (m *maintenances) Announce(ctx context.Context, w suppress.Maintenance) (suppress.Maintenance, error) {
	var id [5]byte
	rand.Read(id[:]) // never fails
	w.ID, w.MadeAt = "m-"+hex.EncodeToString(id[:]), m.now().UTC()
	m.mu.Lock()
	defer m.mu.Unlock()
	return w, m.save(ctx, w)
}

// Withdraw takes a window back; one that was withdrawn stays as it is.
func (m *maintenances) Withdraw(ctx context.Context, id, by string) (suppress.Maintenance, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	windows := *m.windows.Load()
	n := slices.IndexFunc(windows, func(w suppress.Maintenance) bool { return w.ID == id })
	if n < 0 {
		return suppress.Maintenance{}, web.ErrUnknownMaintenance
	}
	w := windows[n]
	if w.Withdrawn() {
		return w, nil
	}
	w.WithdrawnAt, w.WithdrawnBy = m.now().UTC(), by
	return w, m.save(ctx, w)
}

func (m *maintenances) save(ctx context.Context, w suppress.Maintenance) error {
	if err := m.journal.SaveMaintenance(ctx, w); err != nil {
		return err
	}
	return m.load(ctx)
}
