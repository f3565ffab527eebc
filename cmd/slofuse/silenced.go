package main

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

// alerts hands on the engine to the pages, in the errors they know and with the
// silences of now: who silences something sees at once that it is held back.
type alerts struct {
	*alerting.Engine
	silences func() []suppress.Silence
	slos     func() []slo.SLO // by ID
	now      func() time.Time
}

// Alerts lists the alerts that are not in phase ok.
func (a alerts) Alerts(ctx context.Context) ([]alerting.Alert, error) {
	list, err := a.Engine.Alerts(ctx)
	return a.silenced(list), err
}

// Incidents lists the open incidents and the latest of the others.
func (a alerts) Incidents(ctx context.Context, limit int) ([]alerting.Incident, error) {
	list, err := a.Engine.Incidents(ctx, limit)
	return a.held(list), err
}

// OpenIncidents lists the open ones alone.
func (a alerts) OpenIncidents(ctx context.Context) ([]alerting.Incident, error) {
	list, err := a.Engine.OpenIncidents(ctx)
	return a.held(list), err
}

// Incident returns one incident.
func (a alerts) Incident(ctx context.Context, id string) (alerting.Incident, error) {
	incident, err := a.Engine.Incident(ctx, id)
	return a.held([]alerting.Incident{incident})[0], forWeb(err)
}

func (a alerts) held(list []alerting.Incident) []alerting.Incident {
	for n := range list {
		if list[n].Open() {
			list[n].Alerts = a.silenced(list[n].Alerts)
		}
	}
	return list
}

// silenced is a list of alerts with the silences of now. Without any silence, and
// without one that was decided on, it is the list itself.
func (a alerts) silenced(list []alerting.Alert) []alerting.Alert {
	now := a.now()
	active := slices.DeleteFunc(slices.Clone(a.silences()), func(s suppress.Silence) bool { return s.State(now) != suppress.StateActive })
	if len(active) == 0 && !slices.ContainsFunc(list, hadSilence) {
		return list
	}
	out, inForce := slices.Clone(list), a.slos()
	for n := range out {
		at, found := slices.BinarySearchFunc(inForce, out[n].ID, func(o slo.SLO, id slo.ID) int { return o.ID.Compare(id) })
		if found {
			out[n].MutedBy = suppress.Silenced(inForce[at], out[n], active, now)
		}
	}
	return out
}

func hadSilence(a alerting.Alert) bool {
	return slices.ContainsFunc(a.MutedBy, func(m alerting.Muting) bool { return m.Kind == alerting.MutingSilence })
}
