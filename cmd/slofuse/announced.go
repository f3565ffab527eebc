package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"sync/atomic"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/journal"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo"
)

// announced is the book of what people announced: maintenance windows, silences and
// deploys.
type announced struct {
	now      func() time.Time
	windows  kept[suppress.Maintenance]
	silences kept[suppress.Silence]
	deploys  kept[suppress.Deploy]
	limits   atomic.Pointer[config.Alerting]
	changed  func(id string) // called with the id of what was announced or taken back; may be nil
}

func openAnnounced(ctx context.Context, j *journal.Journal, now func() time.Time) (*announced, error) {
	a := &announced{now: now}
	a.limits.Store(&config.Alerting{})
	tell := func(id string) {
		if a.changed != nil {
			a.changed(id)
		}
	}
	a.windows.told, a.silences.told, a.deploys.told = tell, tell, tell
	a.windows.save, a.silences.save, a.deploys.save = j.SaveMaintenance, j.SaveSilence, j.SaveDeploy
	a.windows.id, a.windows.start = func(m suppress.Maintenance) string { return m.ID }, func(m suppress.Maintenance) time.Time { return m.StartsAt }
	a.silences.id, a.silences.start = func(s suppress.Silence) string { return s.ID }, func(s suppress.Silence) time.Time { return s.StartsAt }
	a.deploys.id, a.deploys.start = func(d suppress.Deploy) string { return d.ID }, func(d suppress.Deploy) time.Time { return d.StartsAt }
	return a, errors.Join(a.windows.load(ctx, j.Maintenances), a.silences.load(ctx, j.Silences), a.deploys.load(ctx, j.Deploys))
}

// configure says how long things may be from now on.
func (a *announced) configure(limits config.Alerting) { a.limits.Store(&limits) }

// LongestSilence is how long a silence may be.
func (a *announced) LongestSilence() time.Duration {
	return cmp.Or(a.limits.Load().MaxSilence, suppress.DefaultMaxSilence)
}

// DeployHold is how long a deploy holds messages back that says nothing else.
func (a *announced) DeployHold() time.Duration {
	return cmp.Or(a.limits.Load().DeployHold, suppress.DefaultDeployHold)
}

// muter is what mutes from now on. It costs no question to the database.
func (a *announced) muter() alerting.Muter {
	return suppress.NewSet(a.now(), a.silences.all(), a.deploys.all(), a.windows.all())
}

// Corrections lists what is taken out of the budget of an objective.
func (a *announced) Corrections(s slo.SLO, from, to time.Time) []slo.Correction {
	return suppress.Corrections(a.windows.all(), s, from, to)
}

// newID makes an id that nobody has: a letter for what it is of, and ten digits.
func newID(kind string) string {
	var id [5]byte
	rand.Read(id[:]) // never fails
	return kind + "-" + hex.EncodeToString(id[:])
}
