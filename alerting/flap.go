package alerting

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// An incident that burned again flapAfter times within flapWithin flaps: from then on
// it is told of once in each flapDigest, not whenever it comes and goes.
const (
	flapAfter  = 3
	flapWithin = 24 * time.Hour
	flapDigest = 4 * time.Hour
)

// flap counts how often an incident burned again, and while that was too often puts a
// digest in place of the messages about it. Only what comes and goes is held back:
// what is worse than anything before, or burns on, is told.
func (t *turn) flap() {
	i := &t.o.incident
	switch {
	case i.ID == "":
		return
	case !i.Open():
		t.flapEnds()
		return
	}
	worst, now := i.Worst, i.audible()
	i.Worst = max(worst, now)
	again := t.again(worst)
	if again {
		i.Reopenings = append(recent(i.Reopenings, t.f.at), t.f.at)
	}
	switch {
	case i.Flapping.IsZero() && again && len(i.Reopenings) >= flapAfter:
		t.flapBegins()
	case i.Flapping.IsZero():
	case now >= worst && t.lasts(now):
		t.flapOver(now == slo.SeverityPage, "burns without a break for "+slo.FormatDuration(t.f.reopen)+" and no longer flaps: "+t.f.burning())
	case len(recent(i.Reopenings, t.f.at)) < flapAfter:
		t.flapOver(false, "no longer flaps: "+t.f.burning())
	default:
		t.digest(now > worst)
	}
}

// again reports whether the incident burns again: it was over, or had become less
// severe than it has been.
func (t *turn) again(worst slo.Severity) bool {
	i, was := t.o.incident, t.f.previous
	switch {
	case was == nil || was.ID != i.ID || i.held():
		return false
	case !was.Open():
		return true
	}
	before := was.audible()
	return before > slo.SeverityNone && i.audible() > before && i.audible() <= worst
}

// recent are the instants of the last day.
func recent(all []time.Time, now time.Time) []time.Time {
	return slices.DeleteFunc(slices.Clone(all), func(at time.Time) bool { return now.Sub(at) >= flapWithin })
}

// lasts reports whether it burns without a break, as badly as this.
func (t *turn) lasts(severity slo.Severity) bool {
	return slices.ContainsFunc(t.o.incident.Alerts, func(a Alert) bool {
		unknown := a.Frozen != "" && a.Tier != NoDataTier
		if a.Phase != PhaseFiring || unknown || a.muted() || a.Severity < severity {
			return false
		}
		for _, h := range a.Holds {
			if h.Severity >= severity && h.BelowSince.IsZero() && t.f.at.Sub(h.Since) >= t.f.reopen {
				return true
			}
		}
		return false
	})
}

// flapBegins is told as loudly as what burns again, for the last time.
func (t *turn) flapBegins() {
	i := &t.o.incident
	i.Flapping, i.Digested = t.f.at, t.f.at
	text := fmt.Sprintf("it burned again %d times in %s and flaps: from now on there is one message every %s while it comes and goes",
		len(i.Reopenings), slo.FormatDuration(flapWithin), slo.FormatDuration(flapDigest))
	t.note(EventFlapping, text)
	if t.o.tell != nil {
		told := *t.o.tell
		told.reason = text + "; " + told.reason
		t.say(told)
	}
}

// digest holds back what only comes and goes, and sums it up when it is time.
func (t *turn) digest(worse bool) {
	i := &t.o.incident
	if c := t.o.tell; c != nil && !worse && slices.Contains([]string{EventReopened, EventSeverity, EventAlert}, c.kind) {
		t.hush()
	}
	if t.f.at.Sub(i.Digested) < flapDigest || i.held() {
		return
	}
	i.Digested = t.f.at
	text := t.flapped() + ", now it burns: " + t.f.burning()
	t.note(EventFlapping, text)
	if t.o.tell == nil {
		t.say(change{kind: EventFlapping, status: StatusFiring, reason: text})
	}
}

// flapped counts, for people.
func (t *turn) flapped() string {
	i := t.o.incident
	times := make([]string, 0, len(i.Reopenings))
	for _, at := range i.Reopenings[max(0, len(i.Reopenings)-5):] {
		times = append(times, clock(at))
	}
	return fmt.Sprintf("flaps since %s: burned again %d times in %s, last at %s",
		clock(i.Flapping), len(i.Reopenings), slo.FormatDuration(flapWithin), strings.Join(times, ", "))
}

// flapOver lets every change be told again.
func (t *turn) flapOver(loud bool, text string) {
	i := &t.o.incident
	i.Flapping, i.Digested, i.Reopenings = time.Time{}, time.Time{}, nil
	t.note(EventFlapping, text)
	if !i.held() {
		t.say(change{kind: EventFlapping, status: StatusFiring, reason: text, loud: loud && i.State != IncidentAcked})
	}
}

// flapEnds tells of the end once it is clear that it does not burn again.
func (t *turn) flapEnds() {
	i := &t.o.incident
	switch {
	case i.Flapping.IsZero():
	case t.f.previous.Open():
		t.hush()
	case t.f.at.Sub(i.ResolvedAt) > t.f.reopen:
		text := t.flapped() + "; it did not burn for " + slo.FormatDuration(t.f.reopen)
		i.Flapping, i.Digested, i.Reopenings = time.Time{}, time.Time{}, nil
		t.note(EventFlapping, text)
		t.say(change{kind: EventResolved, status: StatusResolved, reason: text})
	}
}
