package alerting

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// trial is one schedule under way: a small fleet, an engine, a store that can fail,
// and destinations that can.
type trial struct {
	t        *testing.T
	seed     uint64
	step     int
	store    *memory
	engine   *Engine
	fleet    []slo.SLO          // in force
	spare    []slo.SLO          // can come into force
	worlds   map[slo.ID]*world  // of all of them
	doing    map[slo.ID]*regime // what their functions do
	renamed  map[slo.ID]slo.ID  // new name to old, since the last slot that was decided
	asOf     int                // slots since the beginning
	offset   time.Duration      // of the wall clock
	failures int                // commits still to fail
	saved    bool               // and whether they are saved all the same
	routing  routing
	muted    map[slo.ID]bool
	post     *post
	seen     sightings
	log      *strings.Builder
}

// slo short enough that a story fits in a schedule: the tiers of the policy that is
// shipped, with windows a sixth as long or less.
func shortSLO(service, function, name string) slo.SLO {
	o := chargeCard(name)
	o.ID.Service, o.ID.Function = service, function
	o.Owner, o.Labels = "team-"+service, map[string]string{"kind": name}
	o.Window = slo.Window{Name: "90m", Length: 90 * time.Minute}
	o.Tiers = []slo.Tier{
		{Name: "fast", BurnRate: 14.4, Long: 10 * time.Minute, Short: time.Minute, Severity: slo.SeverityPage},
		{Name: "slow", BurnRate: 6, Long: 30 * time.Minute, Short: 5 * time.Minute, Severity: slo.SeverityPage},
		{Name: "steady", BurnRate: 4, Long: 30 * time.Minute, Short: 5 * time.Minute, Severity: slo.SeverityTicket, PageAfter: steadyAfter},
		{Name: "drain", BurnRate: 1, Long: time.Hour, Short: 10 * time.Minute, Severity: slo.SeverityTicket},
	}
	return o
}

const steadyAfter = 15 * time.Minute

// newTrial begins with five SLOs of four functions, three of which form a chain.
func newTrial(t *testing.T, seed uint64) *trial {
	tr := &trial{
		t: t, seed: seed, store: newMemory(), worlds: map[slo.ID]*world{}, doing: map[slo.ID]*regime{},
		renamed: map[slo.ID]slo.ID{}, muted: map[slo.ID]bool{}, seen: sightings{},
	}
	tr.post = newPost(tr)
	db, send := shortSLO("shop", "db", "availability"), shortSLO("mail", "send", "availability")
	api, slow, front := shortSLO("shop", "api", "availability"), shortSLO("shop", "api", "latency"), shortSLO("shop", "front", "availability")
	api.DependsOn, slow.DependsOn = []slo.ID{functionOf(db)}, []slo.ID{functionOf(db)}
	front.DependsOn = []slo.ID{functionOf(api)}
	send.MaxSeverity, send.NoData, send.TrafficDrop = slo.SeverityTicket, slo.SeverityTicket, slo.SeverityTicket
	db.NoData, api.TrafficDrop = slo.SeverityPage, slo.SeverityPage
	tr.fleet = []slo.SLO{db, api, slow, front, send}
	tr.spare = []slo.SLO{shortSLO("mail", "send", "latency"), shortSLO("mail", "bounce", "availability")}
	for _, o := range append(tr.fleet, tr.spare...) {
		tr.worlds[o.ID], tr.doing[o.ID] = newWorld().healthy(o.Window.Length), &regime{total: 100}
	}
	tr.restart()
	return tr
}

func functionOf(o slo.SLO) slo.ID { return slo.ID{Service: o.ID.Service, Function: o.ID.Function} }

// note writes down what happens, for a schedule that is told.
func (tr *trial) note(format string, args ...any) {
	if tr.log == nil {
		return
	}
	fmt.Fprintf(tr.log, "  step %2d, %s: ", tr.step, tr.now().Format("15:04:05"))
	fmt.Fprintf(tr.log, format+"\n", args...)
}

// now is what the wall clock shows.
func (tr *trial) now() time.Time { return tr.slotEnd().Add(31*time.Second + tr.offset) }

func (tr *trial) slotEnd() time.Time { return tr.worlds[tr.fleet[0].ID].now() }

// restart is a new process on the same store.
func (tr *trial) restart() {
	tr.t.Helper()
	var err error
	tr.engine, err = NewEngine(tr.t.Context(), Config{
		Store: tr.store, Settings: tr.settings(), Muter: func() Muter { return tr }, Now: tr.now, Wake: func() {},
	})
	if err != nil {
		tr.t.Fatal(err)
	}
}

// settings have short times, so that a schedule sees them pass.
func (tr *trial) settings() Settings {
	return Settings{Route: tr.routing.route, Reopen: 5 * time.Minute, AckPage: 10 * time.Minute, AckTicket: 20 * time.Minute}
}

// Mute implements [Muter].
func (tr *trial) Mute(m Mutable) (by []Muting, pierced []string) {
	if tr.muted[m.SLO.ID] {
		by = []Muting{silence}
	}
	return by, nil
}

// LastDeploy implements [Muter].
func (tr *trial) LastDeploy(string, string, time.Time) *Deploy { return nil }

func (tr *trial) act(m move) error {
	tr.note("%s", m.act.name)
	if err := m.act.do(tr, rand.New(rand.NewPCG(m.seed, 13))); err != nil {
		return fmt.Errorf("%s: %w", m.act.name, err)
	}
	return nil
}

// pass lets one to five slots pass, decides the last of them, checks, and delivers.
func (tr *trial) pass() error {
	rng := rand.New(rand.NewPCG(tr.seed, uint64(tr.step)))
	tr.move(1 + rng.IntN(5))
	if err := tr.observe(); err != nil {
		return err
	}
	return tr.post.deliver()
}

// move lets slots pass in every world.
func (tr *trial) move(slots int) {
	for id, w := range tr.worlds {
		for range slots {
			tr.doing[id].slot(w)
		}
	}
	tr.asOf += slots
}

// slot appends to a world what the regime makes of a slot.
func (r *regime) slot(w *world) {
	if r.left--; r.left == 0 {
		*r = regime{total: 100}
	}
	if r.lost != "" {
		w.lose(r.lost)
		return
	}
	bad := int64(r.ratio*float64(r.total) + 0.5)
	if r.slots++; r.pulse > 0 && r.slots%r.pulse > 2 {
		bad = 0
	}
	w.add(r.total, bad)
}

// usualCalls is what every function is expected to have in slo.TrafficWindow.
const usualCalls = 2000

// assessWhole is what the evaluator says of an SLO, with what is missing.
func (w *world) assessWhole(o slo.SLO) slo.Assessment {
	a := w.assess(o)
	switch {
	case w.state == slo.StateNoData:
		a.Absence = &slo.Absence{Since: w.now().Add(-w.missing()), For: w.missing()}
	case a.State.Measured():
		a.Traffic = &slo.Traffic{Calls: float64(w.sum(slo.TrafficWindow).Total), Expected: usualCalls, Weeks: slo.TrafficWeeks}
	}
	return a
}

func (tr *trial) assessments(at func(*world) *world) (out []slo.Assessment) {
	for _, o := range tr.fleet {
		out = append(out, at(tr.worlds[o.ID]).assessWhole(o))
	}
	return out
}

// observe decides the present slot and checks what came of it. A commit that fails
// is no failure of the trial: the next slot makes up for it.
func (tr *trial) observe() error {
	before := tr.known()
	failing := tr.arm()
	err := tr.engine.Observe(tr.t.Context(), tr.now(), tr.fleet, tr.assessments(func(w *world) *world { return w }))
	tr.store.failing = nil
	if err := tr.post.collect(true); err != nil {
		return err
	}
	switch {
	case err != nil && !failing:
		return fmt.Errorf("the slot is not decided: %w", err)
	case err != nil:
		tr.seen["commits that failed"]++
		return nil
	}
	defer clear(tr.renamed)
	return tr.check(before)
}

// arm makes the next commit fail if one is to.
func (tr *trial) arm() (failing bool) {
	if tr.failures == 0 {
		return false
	}
	tr.failures--
	tr.store.failing, tr.store.lies = errDisk, tr.saved
	return true
}

// known are the alerts that the next decision stands on, by the names of now.
func (tr *trial) known() map[slo.ID]Alert {
	known := map[slo.ID]Alert{}
	from := tr.engine.alerts
	if tr.engine.unsure {
		from = tr.store.alerts
	}
	maps.Copy(known, from)
	for to, old := range tr.renamed {
		if _, both := known[to]; !both {
			known[to] = known[old]
		}
	}
	return known
}
