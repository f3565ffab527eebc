package web_test

import (
	"context"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/site"
)

// counting is a fleet that counts what it is asked.
type counting struct {
	*fleet
	asked
}

// asked is what answering one request takes.
type asked struct {
	backends int // questions that a backend would have to answer
	ledger   int // sums over the ledger, each of one SLO and one call
	lists    int // lists that are kept: alerts, incidents, deploys and what people did
}

// newCounting is a server over the fleet that counts.
func newCounting(f *fleet) (*counting, site.Config) {
	c, config := &counting{fleet: f}, f.config()
	config.Objectives, config.Ledger, config.Periods, config.Counts, config.Signals, config.Operations = c, c, c, c, c, c
	config.Alerts, config.Past, config.Journal, config.Audit = c, c, c, c
	config.Deploys, config.Silences, config.Maintenance = c, c, c
	return c, config
}

func serverOf(t testing.TB, config site.Config) *web.Server {
	t.Helper()
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func (c *counting) Reload(ctx context.Context) error { c.backends++; return c.fleet.Reload(ctx) }

func (c *counting) Verify(ctx context.Context, s slo.SLO, from, to time.Time, report func(time.Time)) (slo.Comparison, error) {
	c.backends++
	return c.fleet.Verify(ctx, s, from, to, report)
}

func (c *counting) Assess(ctx context.Context, slos []slo.SLO, at time.Time, windows ...time.Duration) ([]slo.Assessment, error) {
	if !at.IsZero() || len(windows) > 0 {
		c.ledger += len(slos)
	}
	return c.fleet.Assess(ctx, slos, at, windows...)
}

func (c *counting) History(ctx context.Context, s slo.SLO, from, to time.Time, step time.Duration) ([]slo.Point, error) {
	c.ledger++
	return c.fleet.History(ctx, s, from, to, step)
}

func (c *counting) Detail(ctx context.Context, s slo.SLO, from, to time.Time, step time.Duration) ([]slo.DetailStep, error) {
	c.ledger++
	return c.fleet.Detail(ctx, s, from, to, step)
}

func (c *counting) Counted(s slo.SLO, bounds []time.Time) []slo.WindowSum {
	c.ledger++
	return c.fleet.Counted(s, bounds)
}

func (c *counting) Increments(s slo.SLO, from, to time.Time, wanted int) []slo.Increment {
	c.ledger++
	return c.fleet.Increments(s, from, to, wanted)
}

func (c *counting) Annotations(s slo.SLO, from, to time.Time) []slo.Annotation {
	c.ledger++
	return c.fleet.Annotations(s, from, to)
}

func (c *counting) Sums(ctx context.Context, slos []slo.SLO, from, to time.Time) ([]slo.WindowSum, error) {
	c.ledger += len(slos)
	return c.fleet.Sums(ctx, slos, from, to)
}

func (c *counting) Windows(ctx context.Context, slos []slo.SLO, at time.Time) ([]slo.WindowSum, error) {
	c.ledger += len(slos)
	return c.fleet.Windows(ctx, slos, at)
}

func (c *counting) SignalHistory(ctx context.Context, s slo.Signal, from, to time.Time, step time.Duration) ([]slo.SignalPoint, error) {
	c.ledger++
	return c.fleet.SignalHistory(ctx, s, from, to, step)
}

func (c *counting) Alerts(ctx context.Context) ([]alerting.Alert, error) {
	c.lists++
	return c.fleet.Alerts(ctx)
}

func (c *counting) Incidents(ctx context.Context, limit int) ([]alerting.Incident, error) {
	c.lists++
	return c.fleet.Incidents(ctx, limit)
}

func (c *counting) OpenIncidents(ctx context.Context) ([]alerting.Incident, error) {
	c.lists++
	return c.fleet.OpenIncidents(ctx)
}

func (c *counting) Incident(ctx context.Context, id string) (alerting.Incident, error) {
	c.lists++
	return c.fleet.Incident(ctx, id)
}

func (c *counting) IncidentsOf(ctx context.Context, service, function string, limit int) ([]alerting.Incident, error) {
	c.lists++
	return c.fleet.IncidentsOf(ctx, service, function, limit)
}

func (c *counting) Records(ctx context.Context, since time.Time, limit int) ([]alerting.Record, error) {
	c.lists++
	return c.fleet.Records(ctx, since, limit)
}

func (c *counting) Deliveries(ctx context.Context, incidents []string) (map[string][]alerting.Delivery, error) {
	c.lists++
	return c.fleet.Deliveries(ctx, incidents)
}

// Record keeps nothing: only reading is counted.
func (c *counting) Record(context.Context, audit.Entry) {}

func (c *counting) Entries(context.Context, int64, int) ([]audit.Entry, error) {
	c.lists++
	return nil, nil
}

func (c *counting) Deploys(ctx context.Context) ([]suppress.Deploy, error) {
	c.lists++
	return c.fleet.Deploys(ctx)
}

func (c *counting) Silences(ctx context.Context) ([]suppress.Silence, error) {
	c.lists++
	return c.fleet.Silences(ctx)
}

func (c *counting) Maintenances(ctx context.Context) ([]suppress.Maintenance, error) {
	c.lists++
	return c.fleet.Maintenances(ctx)
}
