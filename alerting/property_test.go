package alerting

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// TestRandomHistories runs the engine through random outages, silences, gaps in
// the data, acknowledgements, ends by hand, removed SLOs, restarts, failing
// commits and receivers that are down, and checks after each slot what must
// always be true. An oracle of its own says what the policy asks for.
//
// SLOFUSE_SEED runs one history again, SLOFUSE_SEEDS sets how many run from
// there or from the first.
func TestRandomHistories(t *testing.T) {
	first, count := uint64(1), uint64(10)
	if text := os.Getenv("SLOFUSE_SEED"); text != "" {
		first, _ = strconv.ParseUint(text, 10, 64)
		count = 1
	}
	if text := os.Getenv("SLOFUSE_SEEDS"); text != "" {
		count, _ = strconv.ParseUint(text, 10, 64)
	}
	var seen tally
	for seed := first; seed < first+count; seed++ {
		h := newHistory(t, seed)
		if err := h.run(1500); err != nil {
			t.Fatalf("seed %d, slot %d: %v\nrun it again with SLOFUSE_SEED=%d", seed, h.slotNumber, err, seed)
		}
		seen.add(h.tally)
	}
	t.Logf("%d histories: %+v", count, seen)
	if count >= 10 && slices.Contains([]int{seen.pages, seen.ends, seen.falls, seen.frozen, seen.forced, seen.failed, seen.folded, seen.twice}, 0) {
		t.Errorf("the histories never came across something: %+v", seen)
	}
}

// tally counts what histories came across, so that a generator that lost its
// bite is noticed.
type tally struct{ pages, ends, falls, frozen, forced, failed, folded, twice int }

func (a *tally) add(b tally) {
	a.pages, a.ends, a.falls, a.frozen = a.pages+b.pages, a.ends+b.ends, a.falls+b.falls, a.frozen+b.frozen
	a.forced, a.failed, a.folded, a.twice = a.forced+b.forced, a.failed+b.failed, a.folded+b.folded, a.twice+b.twice
}

// history is one random run.
type history struct {
	*scene
	tally      tally
	rng        *rand.Rand
	all        []slo.SLO
	regimes    map[slo.ID]*regime
	down       map[string]bool // destinations that do not answer
	waiting    []Notification  // the outbox
	providers  map[string][]Notification
	slotNumber int
}

// regime is what one function does for a while.
type regime struct {
	left  int
	total int64
	ratio float64
	lost  slo.DataState
	pulse int // bad in three of so many slots only; 0 in all
	slots int
}

func newHistory(t *testing.T, seed uint64) *history {
	h := &history{
		scene: newScene(t, "availability", "latency"), rng: rand.New(rand.NewPCG(seed, 7)),
		regimes: map[slo.ID]*regime{}, down: map[string]bool{}, providers: map[string][]Notification{},
	}
	other := chargeCard("availability")
	other.ID.Function, other.MaxSeverity = "refund", slo.SeverityTicket
	h.slos = append(h.slos, other)
	h.worlds[other.ID] = newWorld().healthy(30 * 24 * time.Hour)
	h.all = slices.Clone(h.slos)
	for _, o := range h.all {
		h.regimes[o.ID] = &regime{left: 5, total: 100}
	}
	return h
}

func (h *history) chance(p float64) bool { return h.rng.Float64() < p }

func (h *history) run(slots int) error {
	for h.slotNumber = range slots {
		if err := h.one(); err != nil {
			return err
		}
	}
	return h.settle()
}

// one is one slot: the world moves on, somebody may do something, the slot is
// observed, perhaps not at the first try, and some of what is owed is sent.
func (h *history) one() error {
	for _, o := range h.all {
		h.move(o.ID)
	}
	if h.chance(0.004) {
		h.slos = slices.Clone(h.all)
		if h.chance(0.5) {
			n := h.rng.IntN(len(h.slos))
			h.slos = slices.Delete(h.slos, n, n+1)
		}
	}
	if h.chance(0.02) {
		h.restart()
	}
	if h.chance(0.05) {
		if err := h.failing(); err != nil {
			return err
		}
	}
	before := h.alerts()
	if err := h.observe(); err != nil {
		return err
	}
	if err := h.check(before); err != nil {
		return err
	}
	if h.chance(0.02) {
		if err := h.again(); err != nil {
			return err
		}
	}
	if err := h.people(); err != nil {
		return err
	}
	h.send()
	return nil
}

func (h *history) move(id slo.ID) {
	r := h.regimes[id]
	if r.left--; r.left <= 0 {
		*r = h.regime()
	}
	if r.lost != "" {
		h.worlds[id].lose(r.lost)
		return
	}
	total, bad := r.total, int64(0)
	if r.total < 3 { // a rare caller
		total = int64(h.rng.IntN(2))
	}
	for range total {
		if h.chance(r.ratio) {
			bad++
		}
	}
	h.worlds[id].add(total, bad)
}

func (h *history) regime() regime {
	pick := func(list ...float64) float64 { return list[h.rng.IntN(len(list))] }
	switch h.rng.IntN(10) {
	case 0, 1:
		return regime{left: 1 + h.rng.IntN(150), lost: []slo.DataState{slo.StateNoData, slo.StateSourceDown, slo.StateStale, slo.StateInvalid}[h.rng.IntN(4)]}
	case 2:
		return regime{left: 1 + h.rng.IntN(160)}
	case 3:
		return regime{left: 1 + h.rng.IntN(100), total: 1, ratio: pick(0, 0.2, 1)}
	case 4, 5, 6:
		return regime{left: 1 + h.rng.IntN(40), total: 100, ratio: pick(0.003, 0.01, 0.02, 0.1, 1)}
	case 7:
		return regime{left: 400 + h.rng.IntN(300), total: 100, ratio: pick(0.002, 0.0045, 0.005)}
	}
	return regime{left: 1 + h.rng.IntN(120), total: 100}
}

func (h *history) alerts() map[slo.ID]Alert {
	out := map[slo.ID]Alert{}
	for _, o := range h.all {
		out[o.ID] = h.engine.Alert(o.ID)
	}
	return out
}

// failing observes the slot with a store that fails.
func (h *history) failing() error {
	h.store.failing, h.store.lies = errDisk, h.chance(0.5)
	err := h.observe()
	h.store.failing = nil
	if err != nil {
		h.tally.failed++
	}
	return nil
}

// again observes the same slot once more, perhaps in a new process.
func (h *history) again() error {
	if h.chance(0.5) {
		h.restart()
	}
	commits := h.store.commits
	if err := h.observe(); err != nil {
		return err
	}
	if h.store.commits != commits {
		return fmt.Errorf("the same slot observed again was committed again: alerts %+v, removed %v, events %+v", h.store.last.Alerts, h.store.last.Removed, h.store.last.Events)
	}
	return nil
}

// people acknowledge and resolve.
func (h *history) people() error {
	incidents, err := h.engine.Incidents(h.t.Context(), 0)
	if err != nil {
		return err
	}
	for _, i := range incidents {
		switch {
		case h.chance(0.01):
			_, err = h.engine.Acknowledge(h.t.Context(), i.ID, "ada", "")
		case h.chance(0.004):
			h.tally.forced++
			_, err = h.engine.Resolve(h.t.Context(), i.ID, "ada", "", true)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// send delivers some of what waits, as the outbox hands it out. Now and then
// an accepted message is not recorded, and comes again.
func (h *history) send() {
	h.waiting = append(h.waiting, h.store.told()...)
	for _, d := range pagers(map[string]string{"severity": "page"}, time.Time{})[0].Destinations {
		if h.chance(0.02) {
			h.down[d.Name] = !h.down[d.Name]
		}
		if h.down[d.Name] {
			continue
		}
		h.deliver(d)
	}
}

func (h *history) deliver(d Destination) {
	byIncident := map[string][]Notification{}
	h.waiting = slices.DeleteFunc(h.waiting, func(n Notification) bool {
		if n.Destination == d {
			byIncident[n.Incident.ID] = append(byIncident[n.Incident.ID], n)
		}
		return n.Destination == d
	})
	for _, incident := range slices.Sorted(maps.Keys(byIncident)) {
		owed := byIncident[incident]
		key := d.Name + " " + incident
		n := Fold(owed, len(h.providers[key]) > 0)
		h.tally.folded += len(n.Folded)
		h.providers[key] = append(h.providers[key], n)
		if h.chance(0.05) {
			h.tally.twice++
			h.waiting = append(h.waiting, owed...)
		}
	}
}

// oracle is what the policy asks for. Gone is what is asked for data that is missed
// for too long.
type oracle struct {
	measured, page, ticket, steady bool
	gone                           slo.Severity
}

// check holds the state after a slot against the oracle.
func (h *history) check(before map[slo.ID]Alert) error {
	for _, o := range h.slos {
		was, is, want := before[o.ID], h.engine.Alert(o.ID), oracleOf(o, h.worlds[o.ID])
		if err := h.checkAlert(o, was, is, want); err != nil {
			return fmt.Errorf("%s: %w\nwas %+v\nis  %+v\noracle %+v", o.ID, err, was, is, want)
		}
		if err := h.checkIncident(o, is); err != nil {
			return fmt.Errorf("%s: %w\nis %+v", o.ID, err, is)
		}
	}
	return nil
}

func (h *history) checkAlert(o slo.SLO, was, is Alert, want oracle) error {
	page := slo.SeverityPage
	if o.MaxSeverity != 0 {
		page = min(page, o.MaxSeverity)
	}
	held := is.DecidedAt.Sub(was.Holds["steady"].Since) >= 4*time.Hour && was.Holds["steady"].Severity > 0
	switch {
	case !want.measured:
		h.tally.frozen++
		if was.Phase != is.Phase || was.Severity != is.Severity || len(was.Holds) != len(is.Holds) {
			return fmt.Errorf("data that is not measured changed the alert")
		}
		return nil
	case want.page && (is.Phase != PhaseFiring || is.Severity < page):
		return fmt.Errorf("a page is lost")
	case want.ticket && is.Phase != PhaseFiring:
		return fmt.Errorf("a ticket is lost")
	case is.Active() && !was.Active() && !want.ticket:
		return fmt.Errorf("an alert nobody asked for")
	case is.Severity == slo.SeverityPage && was.Severity < slo.SeverityPage && !want.page && !(want.steady && held):
		return fmt.Errorf("a page nobody asked for")
	}
	if is.Severity > was.Severity && is.Severity == slo.SeverityPage {
		h.tally.pages++
	}
	if was.Active() && !is.Active() {
		h.tally.ends++
	}
	if was.Severity == slo.SeverityPage && is.Severity == slo.SeverityTicket {
		h.tally.falls++
	}
	return nil
}

// checkIncident requires an open incident, as severe, for an alert that fires.
// One closed by force stays closed for a while.
func (h *history) checkIncident(o slo.SLO, is Alert) error {
	i := h.engine.incidents[incidentKey(o.ID.Service, o.ID.Function)]
	burns := i.Open() && i.ID != "" || i.ResolvedBy != "" && is.DecidedAt.Sub(i.ResolvedAt) < DefaultReopen
	if is.Phase == PhaseFiring && is.Frozen == "" && !burns {
		return fmt.Errorf("an alert fires and no incident is open: %+v", i)
	}
	for _, a := range i.Alerts {
		if _, known := h.engine.alerts[a.ID]; i.Open() && a.Active() && !known {
			return fmt.Errorf("the incident lists %s, which is gone, as %s", a.ID, a.Phase)
		}
	}
	if i.Open() && i.ID != "" && is.Active() && i.Severity < is.Severity {
		return fmt.Errorf("the incident is %s, its alert is %s", i.Severity, is.Severity)
	}
	return nil
}

// settle lets everything be delivered and compares what each destination heard
// with the end of the story.
func (h *history) settle() error {
	for d := range h.down {
		h.down[d] = false
	}
	for range 50 {
		h.send()
		for d := range h.down {
			h.down[d] = false
		}
	}
	if len(h.waiting) > 0 {
		return fmt.Errorf("%d messages are never delivered", len(h.waiting))
	}
	for key, heard := range h.providers {
		last := heard[len(heard)-1]
		for n := 1; n < len(heard); n++ {
			if heard[n].Incident.Sequence < heard[n-1].Incident.Sequence {
				return fmt.Errorf("%s heard change %d after %d", key, heard[n].Incident.Sequence, heard[n-1].Incident.Sequence)
			}
		}
		i := h.store.incidents[last.Incident.ID]
		if i.Open() != (last.Status == StatusFiring) || i.Sequence != last.Incident.Sequence {
			return fmt.Errorf("%s last heard %s (change %d), the incident is %s (change %d)", key, last.Status, last.Incident.Sequence, i.State, i.Sequence)
		}
	}
	for _, i := range h.store.incidents {
		if len(h.providers["team/slack/0 "+i.ID]) == 0 {
			return fmt.Errorf("incident %s was told to nobody", i.ID)
		}
	}
	return nil
}
