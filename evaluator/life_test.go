package evaluator_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// compareEach is how often a life is compared with the oracle.
const compareEach = 7 * time.Minute

// life is one slofuse in one world, from its first start on.
type life struct {
	t      *testing.T
	world  promtest.World
	step   time.Duration
	oracle promtest.Oracle
	server *promtest.Server
	slos   []slo.SLO
	path   string

	replicaLabels []string
	maintenance   maintenance // none unless a test says so

	allVisible bool // the backend has every sample from the start, however late

	db        *sqldb.DB
	ledger    *ledger.Ledger
	evaluator *evaluator.Evaluator

	checks int
	wrong  map[string]int     // counts out of tolerance, by function
	worst  map[string]float64 // deviation
}

// begin starts slofuse on an empty database, with the world behind an engine.
func begin(t *testing.T, w promtest.World, step time.Duration) *life {
	t.Helper()
	return beginOn(t, w, step, promtest.Serve(t, w.Samples, w.Start))
}

// beginOn starts slofuse on an empty database and a server that has the world.
func beginOn(t *testing.T, w promtest.World, step time.Duration, server *promtest.Server) *life {
	t.Helper()
	l := &life{
		t: t, world: w, step: step, oracle: promtest.Oracle{Samples: w.Truth(), Step: step},
		server: server, path: filepath.Join(t.TempDir(), "slofuse.db"),
		wrong: map[string]int{}, worst: map[string]float64{},
	}
	for _, c := range w.Cases {
		l.slos = append(l.slos, slo.SLO{
			ID:        slo.ID{Service: w.Name, Function: c.Name, Name: "exact"},
			Objective: slo.MustObjective("99.9%"),
			Window:    slo.Window{Name: "30d", Length: 30 * 24 * time.Hour},
			SLI:       c.SLI,
		})
	}
	if w.Undisturbed != nil {
		l.replicaLabels = []string{"replica"}
	}
	l.start()
	t.Cleanup(func() { _ = l.db.Close() })
	return l
}

func (l *life) start() {
	l.t.Helper()
	var err error
	if l.db, err = sqldb.Open(l.t.Context(), l.path, nil); err != nil {
		l.t.Fatal(err)
	}
	if l.ledger, err = ledger.Open(l.t.Context(), l.db); err != nil {
		l.t.Fatal(err)
	}
	l.evaluator, _ = setUp(l.t, clientOf(l.t, l.server), slo.Set{SLOs: l.slos}, func(c *evaluator.Config) {
		c.Backends[0].ReplicaLabels, c.Ledger, c.Step = l.replicaLabels, l.ledger, l.step
		l.maintenance.book(c)
	})
}

// restart closes the database and starts again from the file.
func (l *life) restart() {
	l.t.Helper()
	if err := l.db.Close(); err != nil {
		l.t.Fatal(err)
	}
	l.start()
}

// compact merges what is old enough.
func (l *life) compact() {
	l.t.Helper()
	if err := l.ledger.Compact(l.t.Context(), l.server.Now(), ledger.DefaultAging()); err != nil {
		l.t.Fatal(err)
	}
}

// catchUp moves to an instant and does what the program does there: it reads
// what is missing before the slots of the round, and makes the round.
func (l *life) catchUp(now time.Time) {
	l.t.Helper()
	l.server.Set(now)
	if err := l.evaluator.CatchUp(l.t.Context(), now.Add(-4*l.step), nil); err != nil {
		l.t.Fatal(err)
	}
	if err := l.evaluator.Tick(l.t.Context(), now); err != nil {
		l.t.Fatal(err)
	}
}

// tickThrough makes a round every slot in (from, to]. Rounds fail while the
// backend refuses.
func (l *life) tickThrough(from, to time.Time) {
	l.t.Helper()
	for now := from.Add(l.step); !now.After(to); now = now.Add(l.step) {
		l.server.Set(now)
		if err := l.evaluator.Tick(l.t.Context(), now); err != nil && !l.server.Refusing() {
			l.t.Fatalf("round at %s: %v", clock(now), err)
		}
	}
}

// liveThrough makes a round every slot and compares every few minutes.
func (l *life) liveThrough(from, to time.Time) {
	l.t.Helper()
	for ; from.Before(to); from = from.Add(compareEach) {
		next := from.Add(compareEach)
		if next.After(to) {
			next = to
		}
		l.tickThrough(from, next)
		l.compare()
	}
}

// sameAgain makes the last round a second and a third time.
func (l *life) sameAgain() {
	l.t.Helper()
	now := l.server.Now()
	before := l.assess(now)
	for range 2 {
		if err := l.evaluator.Tick(l.t.Context(), now); err != nil {
			l.t.Fatal(err)
		}
	}
	if diff := cmp.Diff(before, l.assess(now), cmp.AllowUnexported(slo.Objective{})); diff != "" {
		l.t.Errorf("the same round again changed something:\n%s", diff)
	}
}

func (l *life) assess(now time.Time) []slo.Assessment {
	out := make([]slo.Assessment, len(l.slos))
	for i, s := range l.slos {
		out[i] = l.evaluator.Assess(s, now)
	}
	return out
}
