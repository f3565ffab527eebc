package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// The crash test runs this binary as a process that evaluates a schedule of
// outages, decides, commits and sends, and kills itself at a named point. The
// next process continues. What the receiver got is compared with a run that
// nobody killed.
//
// SLOFUSE_CRASH_CYCLES sets the number of kills, 12 by default.

// crashPoints are where a process dies, in the order they are tried.
var crashPoints = []string{"before commit", "after commit", "after send"}

const slotLength = 30 * time.Second

// crashing is the SLO of the schedule; it has one tier, so the story is short.
var crashing = slo.SLO{
	ID: slo.ID{Service: "shop", Function: "pay", Name: "availability"}, Owner: "team", Objective: slo.MustObjective("99.9%"),
	Window: slo.Window{Name: "30d", Length: 30 * 24 * time.Hour}, MaxSeverity: slo.SeverityPage,
	Tiers: []slo.Tier{{Name: "fast", BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage}},
	Guard: slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2},
}

// badIn is the schedule: three bad slots, then calm, of lengths that make some
// outages reopen an incident and others a new one.
func badIn(slot int) int64 {
	if in := slot % 130; in < 3 || in >= 40 && in < 43 {
		return 100
	}
	return 0
}

func assessSlot(last int) slo.Assessment {
	at := noon.Add(time.Duration(last+1) * slotLength)
	a := slo.Assessment{ID: crashing.ID, Objective: crashing.Objective, AsOf: at, State: slo.StateOK}
	for _, length := range []time.Duration{crashing.Tiers[0].Short, crashing.Tiers[0].Long} {
		sum := slo.WindowSum{Length: length, To: at, Coverage: 1}
		for n := last; n > last-int(length/slotLength); n-- {
			sum.Total += 100
			if n >= 0 && badIn(n) > 0 {
				sum.Bad += badIn(n)
				sum.BadSlots++
			}
		}
		a.Burns = append(a.Burns, sum)
	}
	return a
}

// life is one process: where it dies, where it keeps its place, whom it tells.
type life struct {
	Dir, URL, Point string
	Slots           int
	kill            func()
}

// dyingStore is a journal whose process dies around a commit that owes something.
type dyingStore struct {
	*Journal
	life life
}

func (d dyingStore) Commit(ctx context.Context, c alerting.Decided) error {
	if len(c.Owed) > 0 {
		d.life.die("before commit")
	}
	err := d.Journal.Commit(ctx, c)
	if len(c.Owed) > 0 {
		d.life.die("after commit")
	}
	return err
}

func (l life) die(point string) {
	if point == l.Point {
		l.kill()
	}
}

// run lives: it continues after the last slot that was observed whole.
func (l life) run(ctx context.Context) error {
	db, err := sqldb.Open(ctx, filepath.Join(l.Dir, "slofuse.db"), nil)
	if err != nil {
		return err
	}
	defer db.Close()
	j, err := Open(ctx, db)
	if err != nil {
		return err
	}
	engine, err := alerting.NewEngine(ctx, alerting.Config{
		Store: dyingStore{j, l}, Now: time.Now,
		Settings: alerting.Settings{Route: func(map[string]string, time.Time) []alerting.Route {
			return []alerting.Route{{Destinations: []alerting.Destination{slack, pager}}}
		}},
	})
	if err != nil {
		return err
	}
	place := filepath.Join(l.Dir, "slot")
	text, _ := os.ReadFile(place)
	first, _ := strconv.Atoi(string(text))
	for n := first; n < l.Slots; n++ {
		now := noon.Add(time.Duration(n+2) * slotLength)
		if err := l.send(ctx, j, now); err != nil {
			return err
		}
		if err := engine.Observe(ctx, now, []slo.SLO{crashing}, []slo.Assessment{assessSlot(n)}); err != nil {
			return err
		}
		if err := os.WriteFile(place, []byte(strconv.Itoa(n+1)), 0o600); err != nil {
			return err
		}
	}
	return l.send(ctx, j, noon.Add(time.Duration(l.Slots+2)*slotLength))
}

// send delivers what is due and records it afterwards.
func (l life) send(ctx context.Context, j *Journal, now time.Time) error {
	due, err := j.Due(ctx, now, 10)
	if err != nil {
		return err
	}
	for _, n := range due {
		body, err := json.Marshal(n)
		if err != nil {
			return err
		}
		resp, err := http.Post(l.URL, "application/json", bytes.NewReader(body))
		if err != nil {
			return err
		}
		resp.Body.Close()
		l.die("after send")
		if err := j.Sent(ctx, n.EventID, "", now); err != nil {
			return err
		}
	}
	return nil
}

// receiver records what arrives.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	accepted []alerting.Notification
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var n alerting.Notification
		if err := json.NewDecoder(req.Body).Decode(&n); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.accepted = append(r.accepted, n)
	}))
	t.Cleanup(r.Close)
	return r
}

// story is what one destination heard, each event once.
func (r *receiver) story(destination string) (out []string) {
	seen := map[string]bool{}
	for _, n := range r.accepted {
		if n.Destination.Name == destination && !seen[n.EventID] {
			seen[n.EventID] = true
			out = append(out, fmt.Sprintf("%s %s %s %d folded", n.EventID[:8], n.Kind, n.Incident.ID, len(n.Folded)))
		}
	}
	return out
}

func TestKilledAnywhereNothingIsLost(t *testing.T) {
	if text := os.Getenv("SLOFUSE_CRASH_LIFE"); text != "" {
		var l life
		must(t, json.Unmarshal([]byte(text), &l))
		l.kill = func() { syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} } //nolint:errcheck // it cannot fail
		must(t, l.run(t.Context()))
		return
	}
	cycles := 12
	if text := os.Getenv("SLOFUSE_CRASH_CYCLES"); text != "" {
		var err error
		cycles, err = strconv.Atoi(text)
		must(t, err)
	}
	slots := 130 * (1 + cycles/4)

	calm, killed := newReceiver(t), newReceiver(t)
	must(t, life{Dir: t.TempDir(), URL: calm.URL, Slots: slots}.run(t.Context()))

	l := life{Dir: t.TempDir(), URL: killed.URL, Slots: slots}
	kills := 0
	for n := range cycles {
		l.Point = crashPoints[n%len(crashPoints)]
		if l.process(t) {
			kills++
		}
	}
	l.Point = ""
	if l.process(t) {
		t.Fatal("a process died that nobody killed")
	}
	if kills != cycles {
		t.Fatalf("%d kills in %d cycles: the schedule is too short", kills, cycles)
	}
	for _, d := range []alerting.Destination{slack, pager} {
		want, got := calm.story(d.Name), killed.story(d.Name)
		if len(want) < 4 {
			t.Fatalf("the schedule tells %s only %v", d.Name, want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s heard (-without kills +with kills):\n%s", d.Name, diff)
		}
	}
	extra := len(killed.accepted) - len(calm.accepted)
	if most := kills / len(crashPoints); extra < 0 || extra > most {
		t.Errorf("%d messages came twice in %d kills, want at most the one under way in each of %d", extra, kills, most)
	}
	checkRepeats(t, killed.accepted)
	t.Logf("%d kills, %d messages, %d of them twice", kills, len(killed.accepted), extra)
}

// checkRepeats requires that what came twice came with the same id and
// directly after itself, as far as its destination can tell.
func checkRepeats(t *testing.T, accepted []alerting.Notification) {
	t.Helper()
	last := map[string]alerting.Notification{}
	for _, n := range accepted {
		key := n.Destination.Name + n.Incident.ID
		before := last[key]
		if n.Incident.Sequence < before.Incident.Sequence {
			t.Errorf("%s heard change %d of %s after change %d", n.Destination.Name, n.Incident.Sequence, n.Incident.ID, before.Incident.Sequence)
		}
		if same := n.Incident.Sequence == before.Incident.Sequence; same != (n.EventID == before.EventID) {
			t.Errorf("change %d of %s has the ids %s and %s", n.Incident.Sequence, n.Incident.ID, before.EventID, n.EventID)
		}
		last[key] = n
	}
}

// process runs a life as a process of its own and reports whether it was
// killed.
func (l life) process(t *testing.T) (killed bool) {
	t.Helper()
	text, err := json.Marshal(l)
	must(t, err)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledAnywhereNothingIsLost$")
	cmd.Env = append(slices.Clone(os.Environ()), "SLOFUSE_CRASH_LIFE="+string(text))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return true
	}
	t.Fatalf("process failed: %v\n%s", err, out)
	return false
}
