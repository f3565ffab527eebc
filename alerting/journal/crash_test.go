package journal

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/sqldb"
)

// TestKilledAnywhereNothingIsLost runs this binary as processes that evaluate a
// schedule of outages, decide, commit and send, and are killed at one of six
// points; the next process continues. In the end every decision of a run that
// nobody killed was made, everything owed arrived or was told by a later message,
// and what came twice came under one id and no more often than messages were
// under way when a process died.
//
// SLOFUSE_CRASH_CYCLES sets the kills at each point, SLOFUSE_CRASH_TABLE a file
// for the figures in Markdown; scripts/crash.sh sets both.
func TestKilledAnywhereNothingIsLost(t *testing.T) {
	if text := os.Getenv("SLOFUSE_CRASH_LIFE"); text != "" {
		var l life
		must(t, json.Unmarshal([]byte(text), &l))
		must(t, l.run(t.Context()))
		return
	}
	cycles := 5
	if text := os.Getenv("SLOFUSE_CRASH_CYCLES"); text != "" {
		var err error
		cycles, err = strconv.Atoi(text)
		must(t, err)
	}
	points := []string{beforeCommit, withinCommit, beforeSend, withinSend, beforeRecord, withinRecording}
	all := make([]figures, len(points))
	t.Cleanup(func() { writeTable(t, all) })
	for n, point := range points {
		t.Run(strings.ReplaceAll(point, ",", ""), func(t *testing.T) {
			t.Parallel()
			all[n] = crash(t, point, cycles)
			t.Logf("%+v", all[n])
		})
	}
}

// figures are what came of the kills at one point.
type figures struct {
	Point                                      string
	Kills, Kept, Undone                        int // of the kills within a transaction, those it survived and did not
	Decided                                    int // messages: one for each change, destination and incident
	Sent, Folded, Lost, Twice, Most, Uncertain int
	Took                                       time.Duration
}

// crash kills processes at a point, lets a last one finish, and compares.
func crash(t *testing.T, point string, cycles int) figures {
	start := time.Now()
	outside := newReceiver(t)
	l := life{Dir: t.TempDir(), URL: outside.URL, Point: point}
	for n := range cycles {
		l.Seed, l.Nth = uint64(n), 1+int64(n/2%3)
		if !l.process(t, outside) {
			t.Fatalf("kill %d: the process ended by itself", n)
		}
		if (n+1)%50 == 0 {
			t.Logf("%d of %d kills, %d messages accepted", n+1, cycles, len(outside.all()))
		}
	}
	place, err := os.ReadFile(filepath.Join(l.Dir, "slot"))
	must(t, err)
	at, err := strconv.Atoi(string(place))
	must(t, err)
	l.Slots, l.Nth = at+period+apart, 1<<60
	if l.process(t, outside) {
		t.Fatal("a process died that nobody killed")
	}
	f := compare(t, l, outside)
	f.Kills, f.Most = cycles, cycles*2*concurrency+outside.ambiguous
	f.check(t)
	f.Took = time.Since(start).Round(time.Second)
	return f
}

func (f figures) check(t *testing.T) {
	t.Helper()
	if f.Lost > 0 || f.Sent < f.Kills/2 {
		t.Errorf("%d of %d decided messages are lost", f.Lost, f.Decided)
	}
	if f.Twice > f.Most {
		t.Errorf("%d messages came twice, want at most the %d under way in %d kills or answered ambiguously", f.Twice, f.Most, f.Kills)
	}
	if strings.HasPrefix(f.Point, "within the send") && f.Twice < f.Kills/3 || f.Point == beforeRecord && f.Twice < f.Kills {
		t.Errorf("only %d messages came twice in %d kills: the processes die elsewhere", f.Twice, f.Kills)
	}
}

// process runs a life as a process of its own and reports whether it was killed.
func (l life) process(t *testing.T, outside *receiver) (killed bool) {
	t.Helper()
	text, err := json.Marshal(l)
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledAnywhereNothingIsLost$")
	cmd.Env = append(slices.Clone(os.Environ()), "SLOFUSE_CRASH_LIFE="+string(text))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	started := make(chan struct{}) // the process may speak before it is known that it runs
	outside.mu.Lock()
	outside.kill = func() { <-started; _ = cmd.Process.Kill() }
	outside.mu.Unlock()
	must(t, cmd.Start())
	close(started)
	hung := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(syscall.SIGQUIT) }) // says where it stands
	err = cmd.Wait()
	hung()
	if err == nil {
		return false
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return true
	}
	t.Fatalf("process failed: %v\n%s", err, out.String())
	return false
}

// owedRow is a row of the outbox.
type owedRow struct {
	event, incident, destination, state string
	sequence                            int
}

// compare holds what the processes left and what arrived against a run that
// nobody killed.
func compare(t *testing.T, l life, outside *receiver) figures {
	t.Helper()
	calm := life{Dir: t.TempDir(), URL: newReceiver(t).URL, Slots: l.Slots}
	must(t, calm.run(t.Context()))
	want, got := calm.open(t), l.open(t)
	if diff := cmp.Diff(want.story(t), got.story(t)); diff != "" {
		t.Errorf("what was decided (-without kills +with kills):\n%s", diff)
	}
	f := figures{Point: l.Point, Uncertain: outside.ambiguous}
	rows := got.outbox(t)
	f.count(t, rows, outside.all())
	f.last(t, rows, outside.all())
	fates, _ := os.ReadFile(filepath.Join(l.Dir, "fates"))
	f.Kept, f.Undone = strings.Count(string(fates), "kept"), strings.Count(string(fates), "undone")
	return f
}

// count finds what was lost and what came twice.
func (f *figures) count(t *testing.T, rows []owedRow, accepted []arrival) {
	t.Helper()
	times, known := map[string]int{}, map[string]bool{}
	for _, a := range accepted {
		if times[a.id]++; times[a.id] > 1 {
			f.Twice++
		}
	}
	f.Decided = len(rows)
	for _, r := range rows {
		known[r.event] = true
		later := func(o owedRow) bool {
			return o.incident == r.incident && o.destination == r.destination && o.sequence > r.sequence && times[o.event] > 0
		}
		switch {
		case r.state == alerting.DeliverySent && times[r.event] > 0:
			f.Sent++
		case r.state == alerting.DeliveryFolded && (times[r.event] > 0 || slices.ContainsFunc(rows, later)):
			f.Folded++
		default:
			f.Lost++
			t.Errorf("lost: %+v, arrived %d times", r, times[r.event])
		}
	}
	for _, a := range accepted {
		if !known[a.id] {
			t.Errorf("a message that nobody decided: %+v", a)
		}
	}
}

// last requires that every destination hears of an incident in the order of its
// changes, the latest last.
func (f *figures) last(t *testing.T, rows []owedRow, accepted []arrival) {
	t.Helper()
	sequence, newest, heard := map[string]int{}, map[string]int{}, map[string]int{}
	for _, r := range rows {
		sequence[r.event] = r.sequence
		key := r.destination + " " + r.incident
		newest[key] = max(newest[key], r.sequence)
	}
	for _, a := range accepted {
		key := a.destination + " " + a.incident
		if sequence[a.id] < heard[key] {
			t.Errorf("%s heard change %d after change %d", key, sequence[a.id], heard[key])
		}
		heard[key] = sequence[a.id]
	}
	if diff := cmp.Diff(newest, heard); diff != "" {
		t.Errorf("the latest change (-decided +arrived last):\n%s", diff)
	}
}

// openFree opens a database that this process has just closed. A process that was being
// started meanwhile has the files of this one, with their locks, until the kernel closes
// them on exec, and that is after the parent goes on; other points start theirs at the
// same time.
func openFree(ctx context.Context, path string) (*sqldb.DB, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		db, err := sqldb.Open(ctx, path, nil)
		if !errors.Is(err, sqldb.ErrLocked) {
			return db, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(time.Millisecond):
		}
	}
}

// aftermath is the database that processes left.
type aftermath struct{ db *sqldb.DB }

func (l life) open(t *testing.T) aftermath {
	t.Helper()
	db, err := openFree(t.Context(), filepath.Join(l.Dir, "slofuse.db"))
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return aftermath{db}
}

func (a aftermath) outbox(t *testing.T) []owedRow {
	t.Helper()
	return query(t, a.db, `SELECT event_id, incident, destination, state, sequence FROM outbox ORDER BY incident, destination, sequence`,
		func(scan func(...any) error) (r owedRow, err error) {
			return r, scan(&r.event, &r.incident, &r.destination, &r.state, &r.sequence)
		})
}

// story is what was decided: the events of all incidents, but for what became of
// messages.
func (a aftermath) story(t *testing.T) []string {
	t.Helper()
	return query(t, a.db, `SELECT incident || ' ' || at || ' ' || kind || ' ' || who || ' ' || text FROM timeline
		WHERE kind NOT IN ('notified', 'undeliverable') ORDER BY incident, id`,
		func(scan func(...any) error) (s string, err error) { return s, scan(&s) })
}

func query[T any](t *testing.T, db *sqldb.DB, text string, row func(scan func(...any) error) (T, error)) (out []T) {
	t.Helper()
	var rows *sql.Rows
	rows, err := db.Reader().QueryContext(t.Context(), text)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		v, err := row(rows.Scan)
		must(t, err)
		out = append(out, v)
	}
	must(t, rows.Err())
	return out
}

// writeTable writes the figures where they are asked for.
func writeTable(t *testing.T, all []figures) {
	path := os.Getenv("SLOFUSE_CRASH_TABLE")
	if path == "" {
		return
	}
	var b strings.Builder
	b.WriteString("| killed | kills | transaction undone / kept | messages decided | sent | folded | **lost** | ambiguous answers | came twice | at most | time |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, f := range all {
		within := ""
		if f.Kept+f.Undone > 0 {
			within = fmt.Sprintf("%d / %d", f.Undone, f.Kept)
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %d | %d | %d | **%d** | %d | %d | %d | %s |\n",
			f.Point, f.Kills, within, f.Decided, f.Sent, f.Folded, f.Lost, f.Uncertain, f.Twice, f.Most, f.Took)
	}
	must(t, os.WriteFile(path, []byte(b.String()), 0o600))
}
