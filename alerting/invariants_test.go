package alerting

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// The invariants, checked after every step of a schedule:
//
//	I1  no lost page: what the policy asks for fires, belongs to an open incident,
//	    and every destination of its routes is owed or told as much
//	I2  no phantom: nothing fires, ends or is told that nobody asked for
//	I3  duplicates come only of lost answers and crashes, each under the id of its
//	    original
//	I4  order: changes of an incident are told in their order, and what was opened
//	    is closed
//	I5  convergence: when faults stop, everything is resolved and everybody knows
//	I6  the book: what is told has the counts of the world, and a new process
//	    remembers what the old one knew
//	I7  bounds: memory and messages do not grow with what happened
//	I8  honesty: what is not measured neither begins nor ends anything, and is shown
//	    as not known; what is muted is shown

// wantSeen is what schedules must come across.
var wantSeen = []string{
	"pages", "resolved", "frozen", "muted", "commits that failed", "messages folded", "messages that came twice",
	"acknowledgements", "ends by force", "removals while burning", "renamings while burning", "folded into a cause", "routes that are silent", "escalations",
	"messages still_burning", "messages unmuted",
}

// oracleOf says what the policy asks for, in arithmetic of its own.
func oracleOf(o slo.SLO, w *world) oracle {
	events := math.Round(1 / o.Objective.ErrorRatio()) // of which one may be bad
	out := oracle{measured: w.state.Measured()}
	for _, t := range o.Tiers {
		long, short := w.sum(t.Long), w.sum(t.Short)
		over := func(s slo.WindowSum) bool {
			return s.Coverage >= 0.5 && s.Total > 0 && float64(s.Bad)*events >= t.BurnRate*float64(s.Total)
		}
		if !over(long) || !over(short) {
			continue
		}
		pages := t.Severity == slo.SeverityPage || o.Class != slo.ClassNone
		page := long.Bad >= 5 && short.Bad >= 2
		ticket := long.Bad >= 3 && long.BadSlots >= 2
		out.page = out.page || page && pages
		out.steady = out.steady || page && t.PageAfter > 0
		out.ticket = out.ticket || ticket || page && pages
	}
	if w.state.Measured() && o.TrafficDrop > slo.SeverityNone && w.sum(slo.TrafficWindow).Total*10 < usualCalls {
		out.ticket, out.page = true, out.page || o.TrafficDrop == slo.SeverityPage
	}
	if w.state == slo.StateNoData && w.missing() >= 10*time.Minute {
		out.gone = o.NoData
	}
	window := w.sum(o.Window.Length)
	if allowed := float64(window.Total) / events; window.Coverage >= 0.9 && allowed >= 5 && float64(window.Bad) >= allowed {
		out.ticket = true
	}
	return out
}

// check holds the state after a slot against the worlds.
func (tr *trial) check(before map[slo.ID]Alert) error {
	for _, o := range tr.fleet {
		was, is, want := before[o.ID], tr.engine.Alert(o.ID), oracleOf(o, tr.worlds[o.ID])
		err := errors.Join(tr.checkAlert(o, was, is, want), tr.checkShown(o, is))
		if err != nil {
			return fmt.Errorf("%s: %w\nwas %+v\nis  %+v\noracle %+v", o.ID, err, was, is, want)
		}
	}
	for _, i := range tr.engine.incidents {
		if err := errors.Join(tr.checkIncident(i), tr.checkTold(i)); err != nil {
			return fmt.Errorf("%w\n%+v", err, i)
		}
	}
	return tr.checkBounds()
}

// checkAlert is I1, I2 and I8 of one alert.
func (tr *trial) checkAlert(o slo.SLO, was, is Alert, want oracle) error {
	page := slo.SeverityPage
	if o.MaxSeverity != slo.SeverityNone {
		page = min(page, o.MaxSeverity)
	}
	asked := slices.ContainsFunc(slices.Collect(maps.Values(was.Holds)), func(h Hold) bool { return h.Severity == slo.SeverityPage }) // and was capped
	held := was.Holds["steady"].Severity > 0 && is.DecidedAt.Sub(was.Holds["steady"].Since) >= steadyAfter
	switch {
	case want.gone > slo.SeverityNone && (is.Phase != PhaseFiring || is.Severity < min(want.gone, page)):
		return errors.New("I1: nobody is told that data is gone")
	case !want.measured:
		tr.seen["frozen"]++
		return checkFrozen(was, is)
	case want.page && (is.Phase != PhaseFiring || is.Severity < page):
		return errors.New("I1: a page is lost")
	case want.ticket && is.Phase != PhaseFiring:
		return errors.New("I1: a ticket is lost")
	case is.Active() && !was.Active() && !want.ticket:
		return errors.New("I2: an alert nobody asked for")
	case is.Severity == slo.SeverityPage && was.Severity < slo.SeverityPage && !want.page && !asked && !(want.steady && held):
		return errors.New("I2: a page nobody asked for")
	}
	return nil
}

// checkFrozen is I8: data that is not known leaves everything as it was, but that it
// may be missed for too long.
func checkFrozen(was, is Alert) error {
	const gone = "no_data"
	strip := func(holds map[string]Hold) map[string]Hold {
		holds = maps.Clone(holds)
		delete(holds, gone)
		return holds
	}
	_, before := was.Holds[gone]
	_, now := is.Holds[gone]
	switch {
	case is.Frozen == "":
		return errors.New("I8: data that is not measured is not shown as such")
	case !maps.Equal(strip(was.Holds), strip(is.Holds)):
		return errors.New("I8: data that is not measured changed what holds")
	case !before && !now && (was.Phase != is.Phase && was.Phase != "" || was.Severity != is.Severity):
		return errors.New("I8: data that is not measured changed the alert")
	}
	return nil
}

// checkShown is I1 and I8 for what people look at: an alert that fires is part of an
// open incident, muted or not. One closed by force stays closed for a while.
func (tr *trial) checkShown(o slo.SLO, is Alert) error {
	i := tr.engine.incidents[incidentKey(o.ID.Service, o.ID.Function)]
	shown := i.Open() && i.ID != "" || i.ResolvedBy != "" && is.DecidedAt.Sub(i.ResolvedAt) < tr.settings().Reopen
	switch {
	case is.Phase == PhaseFiring && is.Frozen == "" && !shown:
		return fmt.Errorf("I1: an alert fires and no incident is open: %+v", i)
	case is.Active() && tr.muted[o.ID] != is.muted():
		return errors.New("I8: what is muted is not shown as such")
	case is.muted():
		tr.seen["muted"]++
	}
	return nil
}

// checkIncident is I1, I7 and I8 of one incident.
func (tr *trial) checkIncident(i Incident) error {
	if !i.Open() {
		return nil
	}
	active := false
	for _, a := range i.Alerts {
		now, known := tr.engine.alerts[a.ID]
		switch {
		case a.Active() && !known:
			return fmt.Errorf("I7: an open incident lists %s, which is gone, as %s", a.ID, a.Phase)
		case known && now.Active() && i.Severity < now.Severity:
			return fmt.Errorf("I1: the incident is a %s, its alert %s a %s", i.Severity, a.ID, now.Severity)
		}
		active = active || known && now.Active()
	}
	if !active {
		return errors.New("I2: an incident is open and nothing of it burns")
	}
	return nil
}

// checkTold is I1 for the destinations of an open incident, and I4 for those of one
// that is over: each is owed, or was told, as much as is the case.
func (tr *trial) checkTold(i Incident) error {
	if !i.Open() {
		tr.seen["resolved"]++
		return tr.checkClosed(i)
	}
	switch {
	case i.Cause != "":
		return tr.checkCause(i)
	case allMuted(i), !i.Flapping.IsZero():
		return nil
	}
	if err := tr.checkRepeated(i); err != nil {
		return err
	}
	for _, r := range tr.routing.route(routeLabels(i), tr.now()) {
		if r.Muted != "" {
			tr.seen["routes that are silent"]++
			continue
		}
		for _, d := range append(slices.Clip(r.Destinations), tr.escalated(i, r)...) {
			if err := tr.checkKnows(i, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// escalated are the destinations of the steps of a route whose time has come.
func (tr *trial) escalated(i Incident, r Route) (out []Destination) {
	fires := slices.ContainsFunc(i.Alerts, func(a Alert) bool { return tr.engine.Alert(a.ID).Phase == PhaseFiring })
	for _, s := range r.Escalation {
		if fires && i.State != IncidentAcked && tr.post.quiet(i) && !tr.now().Before(i.CallingSince.Add(s.After)) {
			tr.seen["escalations"]++
			out = append(out, s.Destinations...)
		}
	}
	return out
}

// quiet reports whether an incident was told before, and not now: a step that is due
// waits for the next slot when there is news.
func (p *post) quiet(i Incident) bool {
	known := false
	for _, d := range places {
		if owed := p.owed[line{d.Name, i.ID}]; len(owed) > 0 {
			known = true
			if owed[len(owed)-1].DecidedAt.Equal(p.tr.now()) {
				return false
			}
		}
	}
	return known
}

// checkKnows is I1 of one destination: the last that it is owed says that it burns, as
// badly as it does, and it was woken of a page.
func (tr *trial) checkKnows(i Incident, d Destination) error {
	owed := tr.post.owed[line{d.Name, i.ID}]
	if len(owed) == 0 || owed[len(owed)-1].Status != StatusFiring {
		return fmt.Errorf("I1: %s is not told", d.Name)
	}
	if last := owed[len(owed)-1]; last.Incident.Severity < i.audible() {
		return fmt.Errorf("I1: %s was told of a %s", d.Name, last.Incident.Severity)
	}
	if i.audible() == slo.SeverityPage && i.State != IncidentAcked && !loudSinceItsBegin(owed) {
		return fmt.Errorf("I1: %s was told of a page and not woken", d.Name)
	}
	return nil
}

// checkRepeated is I1 of a page that nobody has taken: it is said again.
func (tr *trial) checkRepeated(i Incident) error {
	owed := tr.post.owed[line{places[0].Name, i.ID}]
	asks := tr.routing.variant == answered && tr.routing.silent == "" && i.asks() && i.fires()
	if asks && len(owed) > 0 && tr.now().Sub(owed[len(owed)-1].DecidedAt) >= repeatAfter {
		return errors.New("I1: it is not said again")
	}
	return nil
}

// silent reports whether the routes that lead to where a message goes are silent.
func (tr *trial) silent(n Notification) bool {
	return slices.ContainsFunc(tr.routing.route(routeLabels(n.Incident), n.DecidedAt), func(r Route) bool {
		return r.Muted != "" && slices.Contains(r.Destinations, n.Destination)
	})
}

// checkCause is I1 of an incident that folded: the one it folded into tells of it.
func (tr *trial) checkCause(i Incident) error {
	tr.seen["folded into a cause"]++
	cause := tr.store.incidents[i.Cause]
	lists := func(a Affected) bool { return a.Incident == i.ID }
	switch {
	case tr.slotEnd().Sub(i.CauseOver) <= 2*maxRecovery, !i.fires():
		return nil // it may still leave, or be over
	case !i.CauseOver.IsZero():
		return errors.New("I1: its cause is over for long")
	case !cause.Open() || cause.ID == "":
		return errors.New("I1: it folded into an incident that is over")
	case cause.Cause != "":
		return errors.New("I1: it folded into an incident that folded")
	case !slices.ContainsFunc(cause.Affected, lists):
		return errors.New("I8: its cause does not list it")
	case !allMuted(i) && allMuted(cause):
		return errors.New("I1: it folded into an incident that is muted")
	}
	return nil
}

// allMuted reports whether everything that burns is muted.
func allMuted(i Incident) bool {
	active := 0
	for _, a := range i.Alerts {
		if a.Active() && len(a.MutedBy) == 0 {
			return false
		}
		if a.Active() {
			active++
		}
	}
	return active > 0
}

func loudSinceItsBegin(owed []Notification) bool {
	for _, n := range slices.Backward(owed) {
		if n.Status == StatusResolved {
			return false
		}
		if n.Loud {
			return true
		}
	}
	return false
}

func (tr *trial) checkClosed(i Incident) error {
	for _, d := range places {
		owed := tr.post.owed[line{d.Name, i.ID}]
		if len(owed) > 0 && owed[len(owed)-1].Status != StatusResolved && i.Flapping.IsZero() {
			return fmt.Errorf("I4: the incident is over and %s does not hear of it", d.Name)
		}
	}
	return nil
}

// checkBounds is I7.
func (tr *trial) checkBounds() error {
	for id := range tr.engine.alerts {
		if !tr.inForce(id) {
			return fmt.Errorf("I7: the alert of %s stays, which is gone", id)
		}
	}
	for id := range tr.engine.latest {
		if !tr.engine.alerts[id].Active() {
			return fmt.Errorf("I7: numbers of %s stay, which does not burn", id)
		}
	}
	return nil
}

// checkMemory is I6: the new process remembers what the old one knew.
func (tr *trial) checkMemory(was *Engine) error {
	for id, a := range was.alerts {
		if b := tr.engine.Alert(id); !a.sameDecision(b) && a.Phase != PhaseOK {
			return fmt.Errorf("I6: after a restart %s is %+v, was %+v", id, b, a)
		}
	}
	for key, i := range was.incidents {
		if j := tr.engine.incidents[key]; i.ID != j.ID || i.State != j.State || i.Severity != j.Severity || i.Sequence != j.Sequence {
			return fmt.Errorf("I6: after a restart incident %s is %+v, was %+v", i.ID, j, i)
		}
	}
	return nil
}

// check is what must be true of every message.
func (p *post) check(n Notification, slot bool) error {
	stored, known := p.tr.store.incidents[n.Incident.ID]
	l := lineOf(n)
	var last Notification
	if owed := p.owed[l]; len(owed) > 0 {
		last = owed[len(owed)-1]
	}
	_, twice := p.events[n.EventID]
	switch {
	case !known || n.Incident.Sequence > stored.Sequence:
		return errors.New("I2: a message of a change that was not decided")
	case twice:
		return errors.New("I3: one event is owed twice")
	case n.Incident.Sequence <= last.Incident.Sequence:
		return fmt.Errorf("I4: change %d is owed after change %d", n.Incident.Sequence, last.Incident.Sequence)
	case (n.Status == StatusResolved) == n.Incident.Open():
		return fmt.Errorf("I2: %s is told of an incident that is %s", n.Status, n.Incident.State)
	case n.Status == StatusResolved && last.Status != StatusFiring:
		return errors.New("I2: an end is told to somebody who knows of no begin")
	case n.Loud && n.Incident.State == IncidentAcked:
		return errors.New("I2: somebody is woken by what another one has taken")
	case n.Status == StatusFiring && n.Kind != EventAcked && n.Incident.Cause == "" && allMuted(n.Incident):
		return errors.New("I2: what is muted is told")
	case n.Status == StatusFiring && n.Kind != EventAcked && p.tr.silent(n):
		return errors.New("I2: a route that is silent tells something")
	case n.Kind == EventStillBurning && n.DecidedAt.Sub(last.DecidedAt) < repeatAfter:
		return fmt.Errorf("I2: it is said again after %v", n.DecidedAt.Sub(last.DecidedAt))
	case n.Kind == EventEscalated && n.Incident.State == IncidentEscalated && n.DecidedAt.Sub(n.Incident.CallingSince) < escalateAfter:
		return fmt.Errorf("I2: it escalates after %v", n.DecidedAt.Sub(n.Incident.CallingSince))
	case len(n.Incident.Timeline) > maxTimeline:
		return fmt.Errorf("I7: %d events in one message", len(n.Incident.Timeline))
	case slot:
		return p.checkFacts(n)
	}
	return nil
}

// checkFacts is I6: the counts are those of the world.
func (p *post) checkFacts(n Notification) error {
	for _, f := range n.Facts {
		w := p.tr.worlds[f.ID]
		if w == nil || !p.tr.inForce(f.ID) || f.LongWindow == "" || isLoss(f.Tier) {
			continue
		}
		var length time.Duration
		for _, known := range []time.Duration{10 * time.Minute, 30 * time.Minute, time.Hour, 90 * time.Minute} {
			if slo.FormatDuration(known) == f.LongWindow || known == 90*time.Minute && f.LongWindow == "90m" {
				length = known
			}
		}
		if sum := w.sum(length); f.Bad != sum.Bad || f.Total != sum.Total {
			return fmt.Errorf("I6: %d of %d bad over %s is told of %s, there were %d of %d", f.Bad, f.Total, f.LongWindow, f.ID, sum.Bad, sum.Total)
		}
	}
	return nil
}

// settle is I5: the faults stop, and after the longest window and what follows from
// it everything is resolved, and every destination knows.
func (tr *trial) settle() error {
	tr.offset, tr.failures, tr.post.losing, tr.routing.silent = 0, 0, 0, ""
	tr.engine.Configure(tr.settings())
	clear(tr.muted)
	clear(tr.post.down)
	for _, r := range tr.doing {
		*r = regime{total: 100}
	}
	for range 20 {
		tr.step++
		tr.move(18)
		if err := errors.Join(tr.observe(), tr.post.deliver()); err != nil {
			return err
		}
	}
	return errors.Join(tr.checkQuiet(), tr.checkHeard())
}

func (tr *trial) checkQuiet() error {
	for id, a := range tr.engine.alerts {
		if a.Active() {
			return fmt.Errorf("I5: %s still burns: %+v", id, a)
		}
	}
	for _, i := range tr.store.incidents {
		if i.Open() {
			return fmt.Errorf("I5: an incident stays open: %+v", i)
		}
	}
	return nil
}

func (tr *trial) checkHeard() error {
	for l, owed := range tr.post.waiting {
		return fmt.Errorf("I5: %v still waits for %d messages, the last not before %s: %+v", l, len(owed), owed[len(owed)-1].NotBefore, owed[len(owed)-1])
	}
	for l, owed := range tr.post.owed {
		heard := tr.post.heard[l]
		if len(heard) == 0 || heard[len(heard)-1].EventID != owed[len(owed)-1].EventID {
			return fmt.Errorf("I4: %v does not know the latest", l)
		}
		if last := heard[len(heard)-1]; last.Status != StatusResolved {
			return fmt.Errorf("I4: %v last heard that it burns: %+v", l, last)
		}
	}
	if tr.post.again > tr.post.lost {
		return fmt.Errorf("I3: %d messages came twice, %d answers were lost", tr.post.again, tr.post.lost)
	}
	return nil
}
