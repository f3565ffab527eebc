package postmortem

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Report is all that is known of an incident.
type Report struct {
	alerting.Incident
	Written time.Time
	URL     string         // of the page of the incident; empty when it is not known
	Zone    *time.Location // of every time; nil is UTC
	// FirstError is the beginning of the first bad slot in the ledger, and Looked
	// how far back it was looked for; both zero when there is none.
	FirstError, Looked time.Time
	// LastError is the end of the last bad slot: zero while it goes on, and when it is
	// not known. Burns says that it went on until the end, or until it was written.
	LastError time.Time
	Burns     bool
	Losses    []Loss
	Changes   []Change          // from a day before it opened until then, newest first
	After     []Change          // since it opened until it ended, oldest first
	Called    map[string]string // destinations as people call them, by their names
	Older     int               // changes that are left out
	Runbook   string            // its path or its URL; empty when none is linked
	DependsOn []string          // functions that are called, as far as they are declared
	Source    bool              // it is about a backend, not about a function
}

// Loss is what the incident cost one SLO.
type Loss struct {
	ID          slo.ID
	Part        bool   // it is a part of another SLO
	Objective   string // empty when the SLO is no longer in force
	Window      string // of the budget: 30d
	Description string // what the promise is, in the words of its owner
	slo.Impact         // from the first error until the last
	Known       bool   // whether there is an impact
}

// Change is something that people changed.
type Change struct {
	At       time.Time
	Text, By string
}

// Times are how long it took to notice, to answer and to mend. A nil one is not
// known, or did not happen.
type Times struct {
	Detect  *time.Duration // from the first error until it opened
	Answer  *time.Duration // from there until somebody first acknowledged
	Mend    *time.Duration // from there until it was resolved
	Overall *time.Duration // from the first error until it was resolved
	Failed  *time.Duration // from the first error until the last
	Acked   time.Time      // for the first time
	AckedBy string
}

// Times works them out.
func (r Report) Times() Times {
	var t Times
	t.Acked, t.AckedBy = r.firstAck()
	t.Detect = between(r.FirstError, r.OpenedAt)
	t.Answer = between(r.OpenedAt, t.Acked)
	t.Mend = between(r.OpenedAt, r.ResolvedAt)
	t.Overall = between(r.FirstError, r.ResolvedAt)
	t.Failed = between(r.FirstError, r.lastError())
	return t
}

// lastError is when it stopped to fail: with its end at the latest.
func (r Report) lastError() time.Time {
	if r.Burns {
		return r.ResolvedAt
	}
	return r.LastError
}

// firstAck is the first acknowledgement of the timeline: a later one may have
// taken its place, and what made it void takes it from the incident.
func (r Report) firstAck() (time.Time, string) {
	if i := slices.IndexFunc(r.Timeline, func(e alerting.Event) bool { return e.Kind == alerting.EventAcked }); i >= 0 {
		return r.Timeline[i].At, r.Timeline[i].By
	}
	return r.AckedAt, r.AckedBy
}

func between(from, to time.Time) *time.Duration {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return nil
	}
	return new(to.Sub(from))
}

// hadEvent reports whether the timeline has an event of a kind.
func (r Report) hadEvent(kind string) bool {
	return slices.ContainsFunc(r.Timeline, func(e alerting.Event) bool { return e.Kind == kind })
}

// deploying is the deploy that was under way when the incident opened.
func (r Report) deploying() (alerting.Deploy, bool) {
	if d := r.Deploy; d != nil && !d.StartsAt.After(r.OpenedAt) && d.EndsAt.After(r.OpenedAt) {
		return *d, true
	}
	return alerting.Deploy{}, false
}

func deployName(d alerting.Deploy) string { return cmp.Or(d.Version, d.ID) }
