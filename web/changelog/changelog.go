package changelog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

// Kind is what sort of change it is.
type Kind string

// The kinds of changes.
const (
	Deployed Kind = "deployed" // a pipeline announced it
	Promised Kind = "promised" // an SLO promises or counts something else
	Added    Kind = "added"    // SLOs that were not there
	Reloaded Kind = "reloaded" // the files were read again, and no SLO promises anything else
	Rejected Kind = "rejected" // the new files have mistakes: the old ones stay in force
)

// Change is one thing that people changed. Several SLOs that changed alike at one
// instant are one change.
type Change struct {
	At      time.Time
	Kind    Kind
	Text    string // of what SLOs promise: what is different
	By      string // empty when it is not known
	Via     string // of a reload: "file" or "signal" when the machine asked for it
	Deploy  *suppress.Deploy
	SLOs    []slo.ID // that changed, by ID
	Service string   // that all of it is about; empty for several
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
}

// Between lists what changed, newest first, and how many older changes the limit
// left out. What concerns all of a service is there for each of its functions,
// and reloads are there for everybody.
func Between(q Query, slos []slo.SLO, deploys []suppress.Deploy, entries []audit.Entry) (list []Change, more int) {
	reloads := reloadsOf(entries)
	list = slices.Concat(q.deploys(slos, deploys), q.promises(slos, reloads), q.reloads(reloads, slos))
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
		if d.Withdrawn() || !q.holds(d.StartsAt) || !q.about(d) || q.Owner != "" && !owns(q.Owner, slos, d) {
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

// promises are the revisions that began, those that are alike as one change.
func (q Query) promises(slos []slo.SLO, reloads []audit.Entry) (out []Change) {
	at := map[group]int{} // where in out
	for _, o := range slos {
		if !q.asks(o) {
			continue
		}
		for _, r := range slices.Backward(o.History) {
			if r.From.Before(q.From) {
				break
			}
			if r.From.After(q.To) {
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
	if n := slices.IndexFunc(reloads, func(e audit.Entry) bool { return opened(e, r.From) }); n >= 0 {
		c.By, c.Via = reloads[n].Actor, reloads[n].Via
	}
	return c
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

// reloadSpan is how long after a revision began the reload that opened it may be
// on record: it is written down when it is over.
const reloadSpan = time.Minute

// opened reports whether a reload is the one that opened a revision. The times
// of revisions are in whole seconds.
func opened(e audit.Entry, from time.Time) bool {
	after := e.At.Truncate(time.Second).Sub(from)
	return e.Outcome == audit.Done && after >= 0 && after <= reloadSpan
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

// reloads are those of the time that opened no revision. Of one that did, the
// revisions tell.
func (q Query) reloads(all []audit.Entry, slos []slo.SLO) (out []Change) {
	begun := q.begun(slos)
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

// begun are the instants of the time at which a revision of any SLO began, each
// once.
func (q Query) begun(slos []slo.SLO) (out []time.Time) {
	seen := map[int64]bool{}
	for _, o := range slos {
		for _, r := range slices.Backward(o.History) {
			if r.From.Before(q.From.Add(-reloadSpan)) {
				break
			}
			if !seen[r.From.Unix()] {
				seen[r.From.Unix()] = true
				out = append(out, r.From)
			}
		}
	}
	return out
}
