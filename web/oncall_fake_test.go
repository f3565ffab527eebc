package web_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/site"
)

// Records makes a record of each incident, as the journal does.
func (f *fleet) Records(_ context.Context, since time.Time, limit int) (out []alerting.Record, err error) {
	for _, i := range f.incidents {
		if i.OpenedAt.Before(since) && i.ResolvedAt.Before(since) || len(out) == limit {
			continue
		}
		out = append(out, alerting.Record{
			ID: i.ID, Service: i.Service, Function: i.Function, Owner: i.Owner, State: i.State, Severity: max(i.Severity, i.Worst), Folded: i.Cause != "",
			OpenedAt: i.OpenedAt, AckedAt: i.AckedAt, ResolvedAt: i.ResolvedAt, ResolvedBy: i.ResolvedBy,
		})
	}
	return out, f.err
}

func (f *fleet) Deliveries(_ context.Context, incidents []string) (map[string][]alerting.Delivery, error) {
	out := make(map[string][]alerting.Delivery)
	for _, i := range f.incidents {
		if slices.Contains(incidents, i.ID) {
			out[i.ID] = i.Deliveries
		}
	}
	return out, f.err
}

// askedOf is a server over a fleet, and how often it asks for what.
func askedOf(t testing.TB, f *fleet) (server *web.Server, asked map[string]int) {
	t.Helper()
	c := frugal{fleet: f, asked: map[string]int{}}
	config := f.config()
	config.Objectives, config.Alerts, config.Journal, config.Deploys, config.Operations, config.Audit = c, c, c, c, c, c
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return server, c.asked
}

// onlyOnce is how often the start page may ask for what, whatever burns. Lists that
// are kept in memory may be looked at by the layout as well, and the history of what the
// first cards are about tells when it began.
var onlyOnce = map[string]int{"history": 8, "assess": 1, "open": 1, "records": 1, "deliveries": 1, "deploys": 1, "entries": 1, "status": 1, "slos": 4}

// frugal counts what a page asks for.
type frugal struct {
	*fleet

	asked map[string]int
}

func (c frugal) Assess(ctx context.Context, slos []slo.SLO, at time.Time, windows ...time.Duration) ([]slo.Assessment, error) {
	c.asked["assess"]++
	return c.fleet.Assess(ctx, slos, at, windows...)
}

func (c frugal) History(ctx context.Context, s slo.SLO, from, to time.Time, step time.Duration) ([]slo.Point, error) {
	c.asked["history"]++
	return c.fleet.History(ctx, s, from, to, step)
}

func (c frugal) OpenIncidents(ctx context.Context) ([]alerting.Incident, error) {
	c.asked["open"]++
	return c.fleet.OpenIncidents(ctx)
}

func (c frugal) Incidents(ctx context.Context, limit int) ([]alerting.Incident, error) {
	c.asked["incidents"]++
	return c.fleet.Incidents(ctx, limit)
}

func (c frugal) Records(ctx context.Context, since time.Time, limit int) ([]alerting.Record, error) {
	c.asked["records"]++
	return c.fleet.Records(ctx, since, limit)
}

func (c frugal) Deliveries(ctx context.Context, incidents []string) (map[string][]alerting.Delivery, error) {
	c.asked["deliveries"]++
	return c.fleet.Deliveries(ctx, incidents)
}

func (c frugal) Deploys(ctx context.Context) ([]suppress.Deploy, error) {
	c.asked["deploys"]++
	return c.fleet.Deploys(ctx)
}

func (c frugal) SLOs() []slo.SLO {
	c.asked["slos"]++
	return c.fleet.SLOs()
}

func (c frugal) Status() site.Status {
	c.asked["status"]++
	return c.fleet.Status()
}

func (c frugal) Entries(context.Context, int64, int) ([]audit.Entry, error) {
	c.asked["entries"]++
	return nil, c.fleet.err
}

func (frugal) Record(context.Context, audit.Entry) {}
