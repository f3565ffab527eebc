package alerting

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// TestRandomDependencies lets functions that depend on each other at random, in circles
// too, burn and recover at random, with people, mutes and restarts in between, and
// checks after each slot what must always be true of what folds.
func TestRandomDependencies(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(12) {
		w := newNetwork(t, seed)
		for n := range 300 {
			if err := w.one(); err != nil {
				t.Fatalf("seed %d, slot %d: %v", seed, n, err)
			}
		}
		if err := w.settle(); err != nil {
			t.Fatalf("seed %d, at the end: %v", seed, err)
		}
		for what, n := range w.seen {
			seen[what] += n
		}
	}
	t.Logf("came across %v", seen)
	for _, what := range []string{"folded", "left", "moved to another cause", "woken for a cause", "acknowledged", "flapping", "a circle", "muted"} {
		if seen[what] == 0 {
			t.Errorf("never came across: %s", what)
		}
	}
}

// network is functions that depend on each other.
type network struct {
	*scene
	rng    *rand.Rand
	bad    map[string]int64
	woken  map[string]bool            // open incidents that were told loudly
	heard  map[[2]string]Notification // the last of each destination and incident
	causes map[string]string
	seen   map[string]int
}

func newNetwork(t *testing.T, seed uint64) *network {
	w := &network{
		rng: rand.New(rand.NewPCG(seed, 3)), bad: map[string]int64{}, woken: map[string]bool{},
		heard: map[[2]string]Notification{}, causes: map[string]string{}, seen: map[string]int{},
	}
	names := strings.Split("abcdefgh", "")
	var texts []string
	for _, name := range names {
		var deps []string
		for _, dep := range names {
			if dep != name && w.rng.Float64() < 0.25 {
				deps = append(deps, dep)
			}
		}
		texts = append(texts, name+": "+strings.Join(deps, ", "))
	}
	w.scene = newChain(t, texts...)
	for n := range w.slos {
		w.slos[n].Tiers = []slo.Tier{
			{Name: "fast", BurnRate: 50, Long: 10 * time.Minute, Short: time.Minute, Severity: slo.SeverityPage},
			{Name: "slow", BurnRate: 5, Long: 20 * time.Minute, Short: 2 * time.Minute, Severity: slo.SeverityTicket},
		}
		if w.rng.Float64() < 0.2 {
			w.slos[n].MaxSeverity = slo.SeverityTicket
		}
	}
	w.seen["a circle"] = w.circles()
	return w
}

func (w *network) chance(p float64) bool { return w.rng.Float64() < p }

// one is one slot and what people do in it.
func (w *network) one() error {
	for _, o := range w.slos {
		if w.chance(0.03) {
			w.bad[o.ID.Name] = []int64{0, 0, 1, 20}[w.rng.IntN(4)]
		}
	}
	if w.chance(0.02) { // what they all call fails
		for _, o := range w.slos {
			w.bad[o.ID.Name] = 20
		}
	}
	if w.chance(0.02) {
		w.mutes = silenced([]string{"none", "a", "b"}[w.rng.IntN(3)])
	}
	if w.chance(0.02) {
		w.restart()
	}
	if err := w.slot(w.bad); err != nil {
		return err
	}
	w.listen()
	if err := w.check(); err != nil {
		return err
	}
	return w.people()
}

func (w *network) people() error {
	for _, o := range w.slos {
		i := w.engine.incidents[incidentKey("shop", o.ID.Name)]
		var err error
		switch {
		case i.ID == "" || !i.Open():
		case w.chance(0.005):
			w.seen["acknowledged"]++
			_, err = w.engine.Acknowledge(w.t.Context(), i.ID, "ada", "")
		case w.chance(0.002):
			_, err = w.engine.Resolve(w.t.Context(), i.ID, "ada", "", true)
		}
		if err != nil {
			return err
		}
	}
	w.listen()
	return nil
}

func (w *network) listen() {
	for _, n := range w.store.told() {
		w.heard[[2]string{n.Destination.Name, n.Incident.ID}] = n
		if n.Loud {
			w.woken[n.Incident.ID] = true
		}
		if n.Status == StatusResolved {
			delete(w.woken, n.Incident.ID)
		}
		if n.Kind == EventEscalated {
			w.seen["woken for a cause"]++
		}
	}
}

func (w *network) check() error {
	byID, affects := map[string]Incident{}, map[string]int{}
	for _, i := range w.engine.incidents {
		byID[i.ID] = i
		if i.Open() && i.Cause != "" {
			affects[i.Cause]++
		}
	}
	for _, i := range byID {
		if err := w.checkOne(i, byID, affects); err != nil {
			return fmt.Errorf("%w\n%s of %s: cause %q over %v, affected %+v", err, i.ID, i.Function, i.Cause, i.CauseOver, i.Affected)
		}
		w.tally(i)
	}
	return nil
}

func (w *network) checkOne(i Incident, byID map[string]Incident, affects map[string]int) error {
	if !i.Open() {
		return nil
	}
	cause, known := byID[i.Cause]
	switch {
	case i.Cause == i.ID:
		return fmt.Errorf("it is its own cause")
	case i.Cause == "" && len(i.Affected) != affects[i.ID]:
		return fmt.Errorf("it lists %d affected functions, there are %d", len(i.Affected), affects[i.ID])
	case i.Cause != "" && len(i.Affected) > 0:
		return fmt.Errorf("it folded and has affected functions itself")
	case i.Cause != "" && known && cause.Cause != "" && cause.Open():
		return fmt.Errorf("its cause folded, too")
	case i.Cause != "" && i.CauseOver.IsZero() && (!cause.Open() || cause.Severity < i.audible()):
		return fmt.Errorf("its cause %s (%s, %s) does not explain it", cause.Function, cause.State, cause.Severity)
	case !w.isTold(i, cause):
		return fmt.Errorf("it is a page and nobody was woken")
	}
	return nil
}

// isTold reports whether somebody was woken where somebody must be.
func (w *network) isTold(i, cause Incident) bool {
	if i.Cause != "" {
		return !i.CauseOver.IsZero() || i.audible() < slo.SeverityPage || w.isTold(cause, Incident{})
	}
	quiet := i.audible() < slo.SeverityPage || i.State == IncidentAcked || !i.Flapping.IsZero()
	return quiet || w.woken[i.ID]
}

// tally notes what was come across.
func (w *network) tally(i Incident) {
	before := w.causes[i.ID]
	switch now := i.Cause; {
	case !i.Open():
		delete(w.causes, i.ID)
		return
	case before == "" && now != "":
		w.seen["folded"]++
	case before != "" && now == "":
		w.seen["left"]++
	case before != now:
		w.seen["moved to another cause"]++
	}
	w.causes[i.ID] = i.Cause
	if !i.Flapping.IsZero() {
		w.seen["flapping"]++
	}
	if slices.ContainsFunc(i.Alerts, Alert.muted) {
		w.seen["muted"]++
	}
}

// circles counts functions that depend on one that depends on them.
func (w *network) circles() (n int) {
	for _, o := range w.slos {
		for _, p := range w.slos {
			if slices.Contains(o.DependsOn, function(p.ID.Function)) && slices.Contains(p.DependsOn, function(o.ID.Function)) {
				n++
			}
		}
	}
	return n
}

// settle is peace: everything ends, and whoever heard of it hears of its end.
func (w *network) settle() error {
	w.mutes = silenced()
	w.slots(3*time.Hour, quiet)
	w.listen()
	for _, i := range w.store.incidents {
		if i.Open() || !i.Flapping.IsZero() {
			return fmt.Errorf("an incident stays open: %+v", i)
		}
	}
	for to, n := range w.heard {
		if n.Status != StatusResolved {
			return fmt.Errorf("%v last heard %s: %s", to, n.Kind, n.Reason)
		}
	}
	return nil
}
