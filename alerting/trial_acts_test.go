package alerting

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// act is something that can happen to a trial, with how often it does.
type act struct {
	name   string
	weight int
	do     func(*trial, *rand.Rand) error
}

// allActs lists what can happen. A new one is a line here, and its invariant one in
// invariants_test.go.
func allActs() []act {
	return []act{
		{"a function burns", 14, (*trial).burn},
		{"a chain of functions burns", 3, (*trial).burnChain},
		{"a function flaps", 2, (*trial).flap},
		{"a function is well", 4, (*trial).calm},
		{"nobody calls a function", 2, (*trial).idle},
		{"a function is called rarely", 2, (*trial).rare},
		{"data of a function is unknown", 4, (*trial).lose},
		{"data of all functions is unknown", 1, (*trial).loseAll},
		{"a long time passes at once", 2, (*trial).leap},
		{"the clock jumps", 2, (*trial).jump},
		{"the clock is right again", 2, (*trial).rightClock},
		{"an old slot is observed", 2, (*trial).old},
		{"the slot is observed again", 3, (*trial).again},
		{"a restart", 4, (*trial).crash},
		{"commits fail", 3, (*trial).failCommits},
		{"somebody acknowledges", 5, (*trial).acknowledge},
		{"somebody resolves", 2, (*trial).resolve},
		{"somebody resolves by force", 2, (*trial).force},
		{"an SLO is removed", 2, (*trial).remove},
		{"an SLO is added", 2, (*trial).add},
		{"an SLO is renamed", 2, (*trial).rename},
		{"an SLO moves to another function", 1, (*trial).relocate},
		{"an SLO changes", 2, (*trial).change},
		{"routes are reloaded", 2, (*trial).reroute},
		{"routes are silent", 2, (*trial).silenceRoutes},
		{"routes speak again", 2, (*trial).openRoutes},
		{"an SLO is muted", 3, (*trial).mute},
		{"nothing is muted any more", 2, (*trial).unmute},
		{"a destination goes down", 3, (*trial).breakDestination},
		{"destinations are up", 2, (*trial).mendDestinations},
		{"answers of destinations are lost", 3, (*trial).loseAnswers},
	}
}

func (tr *trial) pick(rng *rand.Rand) slo.SLO { return tr.fleet[rng.IntN(len(tr.fleet))] }

// do makes a function do something else for a number of slots.
func (tr *trial) do(id slo.ID, r regime) {
	tr.note("  %s: %d calls a slot, %.1f%% bad, %s, for %d slots", id, r.total, 100*r.ratio, r.lost, r.left)
	*tr.doing[id] = r
}

func (tr *trial) burn(rng *rand.Rand) error {
	ratios := []float64{0.01, 0.01, 0.02, 0.1, 0.5, 1}
	tr.do(tr.pick(rng).ID, regime{left: 3 + rng.IntN(60), total: 100, ratio: ratios[rng.IntN(len(ratios))]})
	return nil
}

func (tr *trial) flap(rng *rand.Rand) error {
	tr.do(tr.pick(rng).ID, regime{left: 30 + rng.IntN(200), total: 100, ratio: 1, pulse: 15 + rng.IntN(20)})
	return nil
}

func (tr *trial) burnChain(rng *rand.Rand) error {
	left := 5 + rng.IntN(60)
	ratio := []float64{0.01, 0.1, 1}[rng.IntN(3)]
	for _, o := range tr.fleet {
		if o.ID.Service == "shop" {
			tr.do(o.ID, regime{left: left, total: 100, ratio: ratio})
		}
	}
	return nil
}

func (tr *trial) calm(rng *rand.Rand) error {
	tr.do(tr.pick(rng).ID, regime{total: 100})
	return nil
}

func (tr *trial) idle(rng *rand.Rand) error {
	tr.do(tr.pick(rng).ID, regime{left: 5 + rng.IntN(200)})
	return nil
}

func (tr *trial) rare(rng *rand.Rand) error {
	tr.do(tr.pick(rng).ID, regime{left: 5 + rng.IntN(60), total: 1, ratio: float64(rng.IntN(2))})
	return nil
}

func anyLoss(rng *rand.Rand) slo.DataState {
	return []slo.DataState{slo.StateNoData, slo.StateSourceDown, slo.StateStale, slo.StateInvalid}[rng.IntN(4)]
}

func (tr *trial) lose(rng *rand.Rand) error {
	tr.do(tr.pick(rng).ID, regime{left: 2 + rng.IntN(60), lost: anyLoss(rng)})
	return nil
}

func (tr *trial) loseAll(rng *rand.Rand) error {
	r := regime{left: 2 + rng.IntN(30), lost: anyLoss(rng)}
	for _, o := range tr.fleet {
		tr.do(o.ID, r)
	}
	return nil
}

// leap is a machine that slept: what happened meanwhile is read afterwards, or lost.
func (tr *trial) leap(rng *rand.Rand) error {
	slots := 10 + rng.IntN(230)
	if rng.IntN(2) == 0 {
		before := map[slo.ID]regime{}
		for id, r := range tr.doing {
			before[id] = *r
			*r = regime{lost: slo.StateSourceDown}
		}
		tr.move(slots)
		for id, r := range before {
			*tr.doing[id] = r
		}
		return nil
	}
	tr.move(slots)
	return nil
}

func (tr *trial) jump(rng *rand.Rand) error {
	tr.offset = time.Duration(rng.IntN(2*7200)-7200) * time.Second
	return nil
}

func (tr *trial) rightClock(*rand.Rand) error {
	tr.offset = 0
	return nil
}

// old observes a slot of the past, as after a clock that was set back: nothing
// changes.
func (tr *trial) old(rng *rand.Rand) error {
	back := 1 + rng.IntN(50)
	before := tr.known()
	failing := tr.arm()
	err := tr.engine.Observe(tr.t.Context(), tr.now().Add(-time.Duration(back)*step), tr.fleet,
		tr.assessments(func(w *world) *world { return w.ago(back) }))
	tr.store.failing = nil
	if err != nil && failing {
		return tr.post.collect(false)
	}
	if err != nil {
		return err
	}
	for id, was := range before {
		if is := tr.engine.Alert(id); tr.inForce(id) && was.DecidedAt.After(tr.slotEnd().Add(-time.Duration(back)*step)) && !was.sameDecision(is) {
			return fmt.Errorf("I2: a slot of the past changed %s: was %+v, is %+v", id, was, is)
		}
	}
	clear(tr.renamed)
	return tr.post.collect(false)
}

// again observes the slot that was decided last, perhaps in a new process: nobody
// hears of it.
func (tr *trial) again(rng *rand.Rand) error {
	if err := tr.observe(); err != nil {
		return err
	}
	if tr.engine.unsure || tr.failures > 0 {
		return nil
	}
	if rng.IntN(2) == 0 {
		tr.restart()
	}
	commits := tr.store.commits
	if err := tr.observe(); err != nil {
		return err
	}
	waited := func(e IncidentEvent) bool { return e.Kind == EventAckExpired || e.Kind == EventEscalated } // for other news to be told
	if d := tr.store.last; tr.store.commits != commits && slices.ContainsFunc(d.Events, func(e IncidentEvent) bool { return !waited(e) }) {
		return fmt.Errorf("I2: the same slot observed again decided %+v", d.Events)
	}
	return nil
}

// crash is the end of a process without a word, and the begin of the next one.
func (tr *trial) crash(*rand.Rand) error {
	was := tr.engine
	tr.restart()
	tr.post.crashed()
	if was.unsure {
		return nil
	}
	return tr.checkMemory(was)
}

func (tr *trial) failCommits(rng *rand.Rand) error {
	tr.failures, tr.saved = 1+rng.IntN(3), rng.IntN(2) == 0
	return nil
}

// respond lets somebody do something with an open incident.
func (tr *trial) respond(rng *rand.Rand, do func(id string) error) error {
	open, err := tr.engine.Incidents(tr.t.Context(), 0)
	if err != nil || len(open) == 0 {
		return err
	}
	failing := tr.arm()
	err = do(open[rng.IntN(len(open))].ID)
	tr.store.failing = nil
	if failing && errors.Is(err, errDisk) || errors.Is(err, ErrBurning) || errors.Is(err, ErrResolved) {
		err = nil
	}
	return errors.Join(err, tr.post.collect(false))
}

func (tr *trial) acknowledge(rng *rand.Rand) error {
	return tr.respond(rng, func(id string) error {
		tr.seen["acknowledgements"]++
		_, err := tr.engine.Acknowledge(tr.t.Context(), id, "ada", "")
		return err
	})
}

func (tr *trial) resolve(rng *rand.Rand) error {
	return tr.respond(rng, func(id string) error {
		i, err := tr.engine.Incident(tr.t.Context(), id)
		if err != nil {
			return err
		}
		burns := !tr.engine.unsure && slices.ContainsFunc(i.Alerts, func(a Alert) bool { return a.Phase == PhaseFiring })
		if _, err = tr.engine.Resolve(tr.t.Context(), id, "ada", "", false); burns && !errors.Is(err, ErrBurning) {
			return fmt.Errorf("I8: an incident that burns was resolved: %v", err) //nolint:errorlint // it may be nil
		}
		return err
	})
}

func (tr *trial) force(rng *rand.Rand) error {
	return tr.respond(rng, func(id string) error {
		tr.seen["ends by force"]++
		_, err := tr.engine.Resolve(tr.t.Context(), id, "ada", "", true)
		return err
	})
}

func (tr *trial) inForce(id slo.ID) bool {
	return slices.ContainsFunc(tr.fleet, func(o slo.SLO) bool { return o.ID == id })
}

func (tr *trial) remove(rng *rand.Rand) error {
	if len(tr.fleet) < 2 {
		return nil
	}
	n := rng.IntN(len(tr.fleet))
	tr.note("  %s", tr.fleet[n].ID)
	if tr.engine.Alert(tr.fleet[n].ID).Active() {
		tr.seen["removals while burning"]++
	}
	gone := tr.fleet[n]
	gone.RenamedFrom = slo.ID{}
	tr.spare = append(tr.spare, gone)
	tr.fleet = slices.Delete(slices.Clone(tr.fleet), n, n+1)
	return nil
}

func (tr *trial) add(rng *rand.Rand) error {
	if len(tr.spare) == 0 {
		return nil
	}
	n := rng.IntN(len(tr.spare))
	tr.note("  %s", tr.spare[n].ID)
	tr.fleet = append(slices.Clone(tr.fleet), tr.spare[n])
	tr.spare = slices.Delete(slices.Clone(tr.spare), n, n+1)
	return nil
}

func (tr *trial) rename(rng *rand.Rand) error {
	tr.call(rng, func(id *slo.ID) { id.Name = fmt.Sprintf("%s-%d", id.Name, tr.asOf) })
	return nil
}

func (tr *trial) relocate(rng *rand.Rand) error {
	tr.call(rng, func(id *slo.ID) { id.Function = fmt.Sprintf("%s-%d", id.Function, tr.asOf) })
	return nil
}

// call gives an SLO another name; what happened to it and happens goes on.
func (tr *trial) call(rng *rand.Rand, change func(*slo.ID)) {
	n := rng.IntN(len(tr.fleet))
	tr.fleet = slices.Clone(tr.fleet)
	o := &tr.fleet[n]
	from := o.ID
	change(&o.ID)
	if tr.worlds[o.ID] != nil {
		o.ID = from
		return
	}
	tr.worlds[o.ID], tr.doing[o.ID] = tr.worlds[from], tr.doing[from]
	delete(tr.worlds, from)
	delete(tr.doing, from)
	tr.note("  %s to %s", from, o.ID)
	if tr.engine.Alert(from).Active() {
		tr.seen["renamings while burning"]++
	}
	if earlier, twice := tr.renamed[from]; twice { // nothing was decided in between
		delete(tr.renamed, from)
		o.RenamedFrom = earlier
	} else {
		o.RenamedFrom = from
	}
	tr.renamed[o.ID] = o.RenamedFrom
	tr.muted[o.ID] = tr.muted[from]
}

// change edits an SLO in its file.
func (tr *trial) change(rng *rand.Rand) error {
	tr.fleet = slices.Clone(tr.fleet)
	o := &tr.fleet[rng.IntN(len(tr.fleet))]
	switch rng.IntN(6) {
	case 0:
		o.Objective = slo.MustObjective([]string{"99.9%", "99.5%", "99%"}[rng.IntN(3)])
	case 1:
		o.MaxSeverity = []slo.Severity{slo.SeverityTicket, slo.SeverityPage}[rng.IntN(2)]
	case 2:
		n := rng.IntN(len(o.Tiers))
		o.Tiers = slices.Delete(slices.Clone(o.Tiers), n, n+1)
		if len(o.Tiers) == 0 {
			o.Tiers = shortSLO("", "", "").Tiers
		}
	case 3:
		o.Class = []slo.Class{slo.ClassNone, slo.ClassDataLoss}[rng.IntN(2)]
	case 4:
		o.TrafficDrop = []slo.Severity{slo.SeverityNone, slo.SeverityTicket, slo.SeverityPage}[rng.IntN(3)]
	case 5:
		o.NoData = []slo.Severity{slo.SeverityNone, slo.SeverityTicket, slo.SeverityPage}[rng.IntN(3)]
	}
	tr.note("  %s: %s, %d tiers, at most a %s, class %q, no data is %s, no traffic %s",
		o.ID, o.Objective, len(o.Tiers), o.MaxSeverity, o.Class, o.NoData, o.TrafficDrop)
	return nil
}

func (tr *trial) reroute(rng *rand.Rand) error {
	tr.routing.variant = rng.IntN(routingVariants)
	tr.note("  variant %d", tr.routing.variant)
	tr.engine.Configure(tr.settings())
	return nil
}

func (tr *trial) silenceRoutes(*rand.Rand) error {
	tr.routing.silent = "night"
	tr.engine.Configure(tr.settings())
	return nil
}

func (tr *trial) openRoutes(*rand.Rand) error {
	tr.routing.silent = ""
	tr.engine.Configure(tr.settings())
	return nil
}

func (tr *trial) mute(rng *rand.Rand) error {
	id := tr.pick(rng).ID
	tr.note("  %s", id)
	tr.muted[id] = true
	return nil
}

func (tr *trial) unmute(*rand.Rand) error {
	clear(tr.muted)
	return nil
}

func (tr *trial) breakDestination(rng *rand.Rand) error {
	tr.post.down[places[rng.IntN(len(places))].Name] = true
	return nil
}

func (tr *trial) mendDestinations(*rand.Rand) error {
	clear(tr.post.down)
	return nil
}

func (tr *trial) loseAnswers(rng *rand.Rand) error {
	tr.post.losing = 1 + rng.IntN(4)
	return nil
}
