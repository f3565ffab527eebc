package web_test

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

// shelf holds runbooks by their path.
type shelf map[string]string

func (s shelf) Runbook(_ slo.SLO, path string) ([]byte, error) {
	if text, ok := s[path]; ok {
		return []byte(text), nil
	}
	return nil, errors.New("the runbook " + path + " is not there")
}

// outage is a fleet whose function began to fail 14 minutes before its incident
// opened: of 10 calls a second one in five.
type outage struct {
	*fleet
	asked map[string]int // calls of each port
	stops time.Time      // zero: it goes on
	known float64        // how much is of the time after that; 0: all
}

const (
	outageBefore = 14 * time.Minute
	outageSlot   = 30 * time.Second
)

func newOutage() *outage {
	f, _ := changed()
	f.incidents[0].Deploy = &alerting.Deploy{ID: "d2", Service: "checkout", Version: "v42", URL: "https://ci.example.com/runs/8123", By: "ci", StartsAt: noon.Add(-26 * time.Minute), EndsAt: noon.Add(-16 * time.Minute)}
	for i := range f.slos {
		if f.slos[i].ID.Function == "charge-card" {
			f.slos[i].DependsOn = []slo.ID{{Service: "identity", Function: "login"}, {Service: "fraud", Function: "score-order"}}
		}
	}
	return &outage{fleet: f, asked: map[string]int{}}
}

func (o *outage) began() time.Time { return o.incidents[0].OpenedAt.Add(-outageBefore) }

// counts are those of a span: ten calls a second, of which two are bad since it began.
func (o *outage) counts(from, to time.Time) slo.Counts {
	seconds := func(from, to time.Time) int64 { return max(0, int64(to.Sub(from)/time.Second)) }
	bad := from
	if bad.Before(o.began()) {
		bad = o.began()
	}
	until := to
	if !o.stops.IsZero() && until.After(o.stops) {
		until = o.stops
	}
	return slo.Counts{Total: 10 * seconds(from, to), Bad: 2 * seconds(bad, until)}
}

func (o *outage) History(_ context.Context, _ slo.SLO, from, to time.Time, step time.Duration) (out []slo.Point, err error) {
	o.asked["history"]++
	for t := from.Add(step); !t.After(to); t = t.Add(step) {
		out = append(out, slo.Point{Time: t, Counts: o.counts(t.Add(-step), t), Scale: slo.Scale{Unit: 1}, Coverage: o.covers(t.Add(-step))})
	}
	return out, o.err
}

// covers is how much is known of a step that begins at an instant.
func (o *outage) covers(from time.Time) float64 {
	if o.stops.IsZero() || from.Before(o.stops) || o.known == 0 {
		return 1
	}
	return o.known
}

func (o *outage) Increments(_ slo.SLO, from, to time.Time, _ int) (out []slo.Increment) {
	o.asked["slots"]++
	for t := from.Add(outageSlot); !t.After(to); t = t.Add(outageSlot) {
		out = append(out, slo.Increment{End: t.Unix(), Width: int64(outageSlot / time.Second), Counts: o.counts(t.Add(-outageSlot), t)})
	}
	return out
}

func (o *outage) Assess(ctx context.Context, slos []slo.SLO, at time.Time, windows ...time.Duration) ([]slo.Assessment, error) {
	o.asked["assess"]++
	return o.fleet.Assess(ctx, slos, at, windows...)
}

func (o *outage) Deploys(ctx context.Context) ([]suppress.Deploy, error) {
	o.asked["deploys"]++
	return o.fleet.Deploys(ctx)
}

func (o *outage) Incident(ctx context.Context, id string) (alerting.Incident, error) {
	o.asked["incident"]++
	return o.fleet.Incident(ctx, id)
}

func (o *outage) Alerts(ctx context.Context) ([]alerting.Alert, error) {
	o.asked["alerts"]++
	return o.fleet.Alerts(ctx)
}

func (o *outage) Incidents(ctx context.Context, limit int) ([]alerting.Incident, error) {
	o.asked["incidents"]++
	return o.fleet.Incidents(ctx, limit)
}

func (o *outage) Verify(context.Context, slo.SLO, time.Time, time.Time, func(time.Time)) (slo.Comparison, error) {
	o.asked["backend"]++
	return slo.Comparison{}, nil
}

func (o *outage) Record(context.Context, audit.Entry) {}

func (o *outage) Entries(ctx context.Context, before int64, limit int) ([]audit.Entry, error) {
	o.asked["audit"]++
	_, d := changed()
	return d.Entries(ctx, before, limit)
}

// config is a server over the outage whose SLOs have links and a runbook that is a
// file.
func (o *outage) config() site.Config {
	c := o.fleet.config()
	c.Objectives, c.Ledger, c.Deploys, c.Alerts, c.Audit = o, o, o, o, o
	c.Runbooks = shelf{"runbooks/charge-card.md": "# One gateway answers 503\n\n- [ ] Look at the gateway\n- [x] Tell <b>support</b>\n\n[flag](https://flags.example.com)"}
	c.Links = func(_ slo.SLO, from, to time.Time) map[string]string {
		at := func(t time.Time) string { return strings.ReplaceAll(t.UTC().Format("15:04:05"), ":", "") }
		return map[string]string{"runbook": "runbooks/charge-card.md", "traces": "https://traces.example.com/?from=" + at(from) + "&to=" + at(to)}
	}
	return c
}
