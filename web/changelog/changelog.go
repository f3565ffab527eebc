package changelog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
)

// Kind is what sort of change it is.
type Kind string

// The kinds of changes.
const (
	Deployed   Kind = "deployed"   // a pipeline announced it
	Promised   Kind = "promised"   // an SLO promises or counts something else
	Added      Kind = "added"      // SLOs that were not there
	Removed    Kind = "removed"    // SLOs that are there no more
	Renamed    Kind = "renamed"    // an SLO that has another name
	Changed    Kind = "changed"    // SLOs that say something else: an owner, a policy, a link
	Configured Kind = "configured" // settings of the service: routes, receivers and others
	Reloaded   Kind = "reloaded"   // the files were read again, and say the same
	Rejected   Kind = "rejected"   // the new files have mistakes: the old ones stay in force
)

// Change is one thing that people changed. Several SLOs that changed alike at one
// instant are one change.
type Change struct {
	At      time.Time
	Kind    Kind
	Text    string // what is different; empty when the kind says it all
	By      string // empty when it is not known
	Via     string // of a reload: "file" or "signal" when the machine asked for it
	Start   bool   // found when slofuse started: it was changed before
	Deploy  *suppress.Deploy
	SLOs    []slo.ID       // that changed, by ID; of a match its Function is what is written
	Written []edit.Subject // the places in files, of the SLOs or of settings; empty when they are not known
	Service string         // that all of it is about; empty for several
	// Function is the one that all of it is about; empty for several and for a
	// deploy of a whole service.
	Function string
}

// Query says which changes are asked for. A zero field asks for all.
type Query struct {
	From, To time.Time // both within
	Service  string
	Function string // of the service
	Owner    string // of SLOs that changed, or whose function was deployed
	Limit    int    // at most so many; 0 is no bound
	Written  bool   // only what was changed in files: no deploys
}

// Record is what was written down and read before.
type Record struct {
	SLOs    []slo.SLO // those in force
	Deploys []suppress.Deploy
	Edits   []edit.Edit // those of the time, and of [ReloadSpan] before
	// Since is from when the edits tell everything; before, and always when it is zero,
	// what SLOs promised tells.
	Since time.Time
	Audit []audit.Entry
}

// Between lists what changed, newest first, and how many older changes the limit
// left out. What concerns all of a service is there for each of its functions,
// and reloads are there for everybody.
func Between(q Query, r Record) (list []Change, more int) {
	reloads := reloadsOf(r.Audit)
	list = slices.Concat(q.deploys(r.SLOs, r.Deploys), q.promises(r, reloads), q.edits(r, reloads), q.reloads(r, reloads))
	slices.SortStableFunc(list, newestFirst)
	if q.Limit > 0 && len(list) > q.Limit {
		return list[:q.Limit], len(list) - q.Limit
	}
	return list, 0
}

func newestFirst(a, b Change) int {
	return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Function, b.Function))
}

func (q Query) holds(at time.Time) bool { return !at.Before(q.From) && !at.After(q.To) }

// deploys are those of the time that were not taken back.
func (q Query) deploys(slos []slo.SLO, all []suppress.Deploy) (out []Change) {
	for _, d := range all {
		if q.Written || d.Withdrawn() || !q.holds(d.StartsAt) || !q.about(d) || q.Owner != "" && !owns(q.Owner, slos, d) {
			continue
		}
		c := Change{At: d.StartsAt, Kind: Deployed, By: d.By, Deploy: &d, Service: d.Service}
		if len(d.Functions) == 1 {
			c.Function = d.Functions[0]
		}
		out = append(out, c)
	}
	return out
}

func (q Query) about(d suppress.Deploy) bool {
	if q.Function == "" {
		return q.Service == "" || q.Service == d.Service
	}
	return d.Of(q.Service, q.Function)
}

// owns reports whether a function that is deployed has an SLO of the owner.
func owns(owner string, slos []slo.SLO, d suppress.Deploy) bool {
	return slices.ContainsFunc(slos, func(o slo.SLO) bool { return o.Owner == owner && d.Of(o.ID.Service, o.ID.Function) })
}

// group is what makes revisions one change.
type group struct {
	at   int64
	kind Kind
	text string
}

// promises are the revisions that began before edits were kept, those that are alike
// as one change.
func (q Query) promises(rec Record, reloads []audit.Entry) (out []Change) {
	at := map[group]int{} // where in out
	for _, o := range rec.SLOs {
		if !q.asks(o) {
			continue
		}
		for _, r := range slices.Backward(o.History) {
			if r.From.Before(q.From) {
				break
			}
			if r.From.After(q.To) || !rec.Since.IsZero() && !r.From.Before(rec.Since) {
				continue
			}
			c := promise(r, reloads)
			key := group{r.From.Unix(), c.Kind, c.Text}
			if n, ok := at[key]; ok {
				out[n].join(o.ID)
				continue
			}
			at[key] = len(out)
			c.join(o.ID)
			out = append(out, c)
		}
	}
	return out
}

func (q Query) asks(o slo.SLO) bool {
	return (q.Service == "" || q.Service == o.ID.Service) && (q.Function == "" || q.Function == o.ID.Function) && (q.Owner == "" || q.Owner == o.Owner)
}

func promise(r slo.Revision, reloads []audit.Entry) Change {
	c := Change{At: r.From, Kind: Promised, Text: r.Change}
	if r.Number <= 1 {
		c.Kind = Added
	}
	c.attribute(reloads)
	return c
}

// attribute says who made slofuse read the files, if that is on record.
func (c *Change) attribute(reloads []audit.Entry) {
	if n := slices.IndexFunc(reloads, func(e audit.Entry) bool { return opened(e, c.At) }); n >= 0 {
		c.By, c.Via = reloads[n].Actor, reloads[n].Via
	}
}

// join adds an SLO to the change.
func (c *Change) join(id slo.ID) {
	if len(c.SLOs) == 0 {
		c.Service, c.Function = id.Service, id.Function
	}
	if id.Service != c.Service {
		c.Service, c.Function = "", ""
	}
	if id.Function != c.Function {
		c.Function = ""
	}
	c.SLOs = append(c.SLOs, id)
}

// ReloadSpan is how long after a change the reload that made it may be on record: it
// is written down when it is over.
const ReloadSpan = time.Minute

// opened reports whether a reload is the one that made a change. The times of
// changes are in whole seconds.
func opened(e audit.Entry, from time.Time) bool {
	after := e.At.Truncate(time.Second).Sub(from)
	return e.Outcome == audit.Done && after >= 0 && after <= ReloadSpan
}

// reloadsOf are the entries about reloads that were tried, oldest first.
func reloadsOf(entries []audit.Entry) (out []audit.Entry) {
	for _, e := range entries {
		if (e.Action == "reload" || strings.HasSuffix(e.Action, " /-/reload")) && e.Outcome != audit.Refused {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b audit.Entry) int { return a.At.Compare(b.At) })
	return out
}

// reloads are those of the time that changed nothing. Of one that did, its changes
// tell.
func (q Query) reloads(r Record, all []audit.Entry) (out []Change) {
	begun := q.begun(r)
	for _, e := range all {
		if !q.holds(e.At) || slices.ContainsFunc(begun, func(from time.Time) bool { return opened(e, from) }) {
			continue
		}
		c := Change{At: e.At, Kind: Reloaded, By: e.Actor, Via: e.Via}
		if e.Outcome == audit.Failed {
			c.Kind = Rejected
		}
		out = append(out, c)
	}
	return out
}

// begun are the instants of the time at which anything was changed, each once.
func (q Query) begun(r Record) (out []time.Time) {
	seen := map[int64]bool{}
	see := func(at time.Time) {
		if !seen[at.Unix()] {
			seen[at.Unix()] = true
			out = append(out, at)
		}
	}
	for _, e := range r.Edits {
		see(e.At)
	}
	for _, o := range r.SLOs {
		for _, revision := range slices.Backward(o.History) {
			if revision.From.Before(q.From.Add(-ReloadSpan)) {
				break
			}
			see(revision.From)
		}
	}
	return out
}
