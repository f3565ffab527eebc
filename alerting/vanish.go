package alerting

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// vanishTogether is how far apart the last samples of functions of one job may be that
// vanished together: what is scraped at one time is read at several.
const vanishTogether = 5 * time.Minute

// absent is a function that has an incident because its data is gone.
type absent struct {
	*turn
	job   string
	since time.Time // the last sample
}

// vanish folds functions of one job whose data vanished together into one incident:
// the most severe, and of those the one that was missed first.
func (r *relating) vanish() {
	byJob := map[string][]absent{}
	for _, t := range r.turns {
		if a, ok := r.absent(t); ok {
			byJob[a.job] = append(byJob[a.job], a)
		}
	}
	for job, all := range byJob {
		slices.SortFunc(all, func(a, b absent) int { return a.since.Compare(b.since) })
		for first := 0; first < len(all); {
			next := first + 1
			for next < len(all) && all[next].since.Sub(all[first].since) <= vanishTogether {
				next++
			}
			join(job, all[first:next])
			first = next
		}
	}
}

// join folds all of them into one.
func join(job string, all []absent) {
	lead := slices.MinFunc(all, func(a, b absent) int { return compareCauses(a.turn, b.turn) })
	for _, a := range all {
		if i := &a.o.incident; a.turn != lead.turn && i.Cause == "" {
			i.Cause, i.CauseOver, i.Vanished, a.o.changed = lead.o.incident.ID, time.Time{}, job, true
		}
	}
}

// absent reports whether an incident that stands for itself, and is not muted, is
// about nothing but data that is gone.
func (r *relating) absent(t *turn) (a absent, ok bool) {
	if !t.stands() || t.audible() == slo.SeverityNone || !t.gone() {
		return absent{}, false
	}
	a.turn = t
	for _, alert := range t.o.incident.Alerts {
		in, assessed := r.slot.inputs[alert.ID]
		if !alert.Active() || alert.muted() || !assessed || in.Assessment.Absence == nil {
			continue
		}
		if since := in.Assessment.Absence.Since; a.since.IsZero() || since.Before(a.since) {
			a.job, a.since = jobOf(in.SLO), since
		}
	}
	return a, !a.since.IsZero()
}

// gone reports whether all that burns and is not muted is data that is gone.
func (t *turn) gone() bool {
	return !slices.ContainsFunc(t.o.incident.Alerts, func(a Alert) bool { return a.Active() && !a.muted() && a.Tier != NoDataTier })
}

// jobOf names what scrapes the data of an SLO: the job that its selector asks for, else
// its service, since the functions of a service mostly come from one process.
func jobOf(o slo.SLO) string {
	name := "service " + o.ID.Service
	if of(o.SLI) == "" {
		return name
	}
	for _, s := range o.SLI.Selectors() {
		for _, m := range s.Matchers {
			if m.Label == "job" && m.Op == slo.MatchEqual {
				name = "job " + m.Value
			}
		}
	}
	return cmp.Or(o.Backend, "default") + ": " + name
}
