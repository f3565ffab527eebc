package incidents

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/changelog"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// dossier is all that is known of one incident: what its page and what is written
// after it stand on.
type dossier struct {
	alerting.Incident
	Source  bool // it is about a backend
	Burns   []burn
	From    time.Time // the beginning of the first bad slot; zero when it is not known
	Until   time.Time // its end
	Last    time.Time // the end of the last bad slot; zero while it goes on, and when it is not known
	Goes    bool      // it fails until the end, or now
	Rest    slo.Point // what was since the last bad slot
	Changes []site.Change
	Older   int // changes that are not listed
	Chain   site.ChainView
}

// dossier gathers it: the incident, one assessment of its SLOs and of what they
// depend on, a few sums over the ledger, deploys and the audit log. It asks no
// backend.
func (s Handlers) dossier(ctx context.Context, id string) (d dossier, err error) {
	if d.Incident, err = s.Alerts.Incident(ctx, id); err != nil {
		return d, err
	}
	of := slo.ID{Service: d.Service, Function: d.Function}
	for _, a := range d.Alerts {
		d.Source = d.Source || alerting.IsSource(a.ID)
	}
	if d.Burns, err = s.burns(ctx, &d.Incident); err != nil {
		return d, err
	}
	d.From, d.Until, _ = firstError(d.Burns)
	last := lastError(d.Burns)
	d.Last, d.Goes, d.Rest = last.Last, last.Goes, last.Rest
	q := changelog.Query{From: d.OpenedAt.Add(-ui.Day), To: d.end(s.Now()), Service: of.Service, Function: of.Function, Limit: site.ChangesShown}
	if d.Source { // of all that stands on it
		q.Service, q.Function = "", ""
	}
	if d.Changes, d.Older, err = s.Changes(ctx, q, d.OpenedAt); err != nil {
		return d, err
	}
	if !d.Source {
		_, d.Chain, err = s.ChainOf(ctx, of, d.OpenedAt)
	}
	return d, err
}

// end is when the incident was over, and now while it is not.
func (d *dossier) end(now time.Time) time.Time {
	if d.ResolvedAt.IsZero() {
		return now
	}
	return d.ResolvedAt
}

// Before are the changes before it opened, After those since: a cause is among the
// former.
func (d *dossier) Before() []site.Change {
	return d.changesOf(func(c site.Change) bool { return !c.When.After(d.OpenedAt) })
}

// After are the changes since it opened.
func (d *dossier) After() []site.Change {
	return d.changesOf(func(c site.Change) bool { return c.When.After(d.OpenedAt) })
}

func (d *dossier) changesOf(want func(site.Change) bool) (out []site.Change) {
	for _, c := range d.Changes {
		if want(c) {
			out = append(out, c)
		}
	}
	return out
}

// leads is the SLO that an incident is about most: the first one in force.
func (d *dossier) leads() (slo.SLO, bool) {
	for _, b := range d.Burns {
		if b.InForce {
			return b.SLO, true
		}
	}
	return slo.SLO{}, false
}
