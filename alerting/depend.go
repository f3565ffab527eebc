package alerting

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// A function folds into the incident of one it depends on if it began at most
// dependBefore earlier, since windows see the same outage at different instants, and
// at most dependAfter later.
const (
	dependBefore = 5 * time.Minute
	dependAfter  = 15 * time.Minute
)

// turn is what a slot makes of one function: at first what [fold] does, then what
// other functions have to do with it.
type turn struct {
	f folding
	o outcome
}

// note adds an event to the incident.
func (t *turn) note(kind, text string) {
	e := Event{At: t.f.at, Kind: kind, Text: text}
	t.o.events = append(t.o.events, e)
	t.o.incident.Timeline = append(slices.Clip(t.o.incident.Timeline), e)
	t.o.changed = true
}

// say tells something else, or something at all.
func (t *turn) say(c change) {
	if t.o.tell == nil {
		t.o.incident.Sequence++
	}
	t.o.tell, t.o.changed = &c, true
}

// hush tells nothing.
func (t *turn) hush() {
	if t.o.tell != nil {
		t.o.incident.Sequence--
	}
	t.o.tell = nil
}

// stands reports whether the incident is open and stands for itself.
func (t *turn) stands() bool {
	return t.o.incident.ID != "" && t.o.incident.Open() && t.o.incident.Cause == ""
}

func (t *turn) function() slo.ID {
	return slo.ID{Service: t.o.incident.Service, Function: t.o.incident.Function}
}

// name is the function for people.
func (t *turn) name() string { return t.o.incident.Service + "/" + t.o.incident.Function }

// burns reports whether an alert of the function fires: one that recovers causes
// nothing new.
func (t *turn) burns() bool {
	return slices.ContainsFunc(t.o.incident.Alerts, func(a Alert) bool { return a.Phase == PhaseFiring })
}

// audible is the severity of what burns and is not muted.
func (t *turn) audible() slo.Severity { return t.o.incident.audible() }

// began is when what the incident is worst about began: an old ticket of the same SLO
// does not make an outage old.
func (t *turn) began() (first time.Time) {
	worst := cmp.Or(audible(t.o.incident.Alerts), t.f.severity())
	for _, a := range t.o.incident.Alerts {
		if !a.Active() || a.Severity != worst {
			continue
		}
		var since time.Time
		for _, h := range a.Holds {
			if h.Severity >= a.Severity && (since.IsZero() || h.Since.Before(since)) {
				since = h.Since
			}
		}
		if since.IsZero() {
			since = a.FiringSince
		}
		if first.IsZero() || since.Before(first) {
			first = since
		}
	}
	return first
}

// relating looks at the functions of a slot together.
type relating struct {
	slot       *slot
	at         time.Time // the end of the slot, also for those whose data is not known
	turns      []*turn
	byID       map[string]*turn   // open incidents
	byFunction map[slo.ID]*turn   // of open incidents
	before     map[string]string  // the causes of open incidents until now
	causes     map[string][]*turn // open incidents that folded, by the id of the cause
	names      map[string]string  // of functions, by the id of their last incident
	cascades   [][]*turn          // chains of tickets, the deepest dependency first
}

// relate folds incidents along depends_on, and lets those go whose cause explains
// them no longer. Causes are settled before what depends on them, so that no incident
// folds into one that folds itself.
func (s *slot) relate(turns []*turn) {
	r := &relating{slot: s, turns: turns, byID: map[string]*turn{}, byFunction: map[slo.ID]*turn{}, before: map[string]string{}}
	for _, t := range turns {
		if i := t.o.incident; i.ID != "" && i.Open() {
			r.byID[i.ID], r.byFunction[t.function()] = t, t
			r.before[i.ID] = i.Cause
		}
	}
	r.at = s.end()
	for _, t := range turns {
		r.release(t)
	}
	r.choose()
	r.vanish()
	r.settle()
	r.raise()
	for _, t := range turns {
		r.follow(t)
	}
	for _, t := range turns {
		r.cover(t)
	}
}

// end is the end of the slot; now, where nothing was assessed.
func (s *slot) end() (last time.Time) {
	for _, in := range s.inputs {
		if in.Assessment.AsOf.After(last) {
			last = in.Assessment.AsOf
		}
	}
	if last.IsZero() {
		return s.now
	}
	return last
}

// release takes the cause of an incident away that explains it no longer: at once
// when it became worse than its cause or nobody hears of that any more, else two short windows after its cause ended
// or became less severe, since the two do not recover in the same slot.
func (r *relating) release(t *turn) {
	i := &t.o.incident
	if i.ID == "" || !i.Open() || i.Cause == "" {
		return
	}
	cause, open := r.byID[i.Cause]
	switch {
	case i.Vanished != "" && !t.gone():
		i.Cause = ""
	case open && cause.audible() == slo.SeverityNone && t.audible() > slo.SeverityNone:
		i.Cause, i.CauseOver = "", time.Time{}
	case open && cause.o.incident.Severity >= t.audible():
		if !i.CauseOver.IsZero() {
			i.CauseOver, t.o.changed = time.Time{}, true
		}
	case open && t.audible() > t.f.previous.audible():
		i.Cause = ""
	case i.CauseOver.IsZero():
		i.CauseOver, t.o.changed = r.at, true
	case r.at.Sub(i.CauseOver) >= r.patience(t):
		i.Cause = ""
	}
}

// patience is two short windows of the tier that leads, none longer than a recovery
// waits.
func (r *relating) patience(t *turn) time.Duration {
	short := maxRecovery
	for _, a := range t.o.incident.Alerts {
		o, ok := r.slot.slos[a.ID]
		if ok && a.Active() && a.Severity == t.o.incident.Severity {
			short = min(short, factTier(o, a).Short)
		}
	}
	return 2 * short
}

// settle makes every cause one that stands for itself: what folded into an incident
// that now folds too goes with it.
func (r *relating) settle() {
	r.causes = map[string][]*turn{}
	for _, t := range r.turns {
		i := &t.o.incident
		if r.byID[i.ID] != t || i.Cause == "" {
			continue
		}
		if cause, ok := r.byID[i.Cause]; ok && cause.o.incident.Cause != "" {
			i.Cause = cause.o.incident.Cause
		}
		r.causes[i.Cause] = append(r.causes[i.Cause], t)
	}
}
