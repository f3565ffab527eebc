package revision_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/revision"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// promising is an SLO of checkout/charge.
func promising(name, objective, bad string) slo.SLO {
	return slo.SLO{
		ID:        slo.ID{Service: "checkout", Function: "charge", Name: name},
		Objective: slo.MustObjective(objective), Window: slo.Window{Name: "30d", Length: 30 * 24 * time.Hour},
		SLI: slo.SLI{Fingerprint: []string{"code"}, Ratio: &slo.Ratio{
			Total: []slo.Selector{{Metric: "calls"}},
			Bad:   []slo.Selector{{Metric: "calls", Matchers: []slo.Matcher{{Label: "code", Op: slo.MatchRegexp, Value: bad}}}},
		}},
	}
}

// file is a database that can be opened again and again.
type file struct {
	t    *testing.T
	path string
	db   *sqldb.DB
	book *revision.Book
}

func newFile(t *testing.T) *file {
	t.Helper()
	f := &file{t: t, path: filepath.Join(t.TempDir(), "slofuse.db")}
	f.open()
	t.Cleanup(func() { f.db.Close() })
	return f
}

func (f *file) open() {
	f.t.Helper()
	var err error
	if f.db, err = sqldb.Open(f.t.Context(), f.path, nil); err != nil {
		f.t.Fatal(err)
	}
	if f.book, err = revision.Open(f.t.Context(), f.db); err != nil {
		f.t.Fatal(err)
	}
}

// restart closes the file and opens it again.
func (f *file) restart() {
	f.t.Helper()
	if err := f.db.Close(); err != nil {
		f.t.Fatal(err)
	}
	f.open()
}

// apply puts SLOs in force some hours after Monday morning.
func (f *file) apply(hours int, slos ...slo.SLO) ([]slo.SLO, []revision.Change) {
	f.t.Helper()
	out, changes, err := f.book.Apply(f.t.Context(), monday.Add(time.Duration(hours)*time.Hour), slos)
	if err != nil {
		f.t.Fatal(err)
	}
	return out, changes
}

// told is a history in lines for comparing.
func told(s slo.SLO) []string {
	var lines []string
	for _, r := range s.History {
		lines = append(lines, strconv.Itoa(r.Number)+" since "+r.From.Format("15:04")+": "+r.Objective.String()+" "+r.Change)
	}
	return lines
}

func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestApply_opens_a_revision_for_every_other_promise_and_for_nothing_else(t *testing.T) {
	f := newFile(t)
	if _, changes := f.apply(0, promising("availability", "99.9%", "5..")); len(changes) != 1 || changes[0].Text != "" {
		t.Errorf("the first revision: %v", changes)
	}
	same := promising("availability", "99.9%", "5..")
	same.Owner, same.Description, same.Links, same.Policy = "others", "new words", map[string]string{"runbook": "https://example.com"}, "gentle"
	if _, changes := f.apply(1, same); len(changes) != 0 {
		t.Errorf("an owner, a description, links and a policy made a revision: %v", changes)
	}
	f.apply(2, promising("availability", "99.5%", "5.."))
	f.apply(3, promising("availability", "99.5%", "5..|429"))
	out, _ := f.apply(4, promising("availability", "99.9%", "5..")) // edited back
	expect(t, "history", told(out[0]), []string{
		"1 since 09:00: 99.9% ",
		"2 since 11:00: 99.5% objective 99.9% → 99.5%",
		`3 since 12:00: 99.5% bad selector calls{code=~"5.."} → calls{code=~"5..|429"}`,
		`4 since 13:00: 99.9% objective 99.5% → 99.9%, bad selector calls{code=~"5..|429"} → calls{code=~"5.."}`,
	})
	if out[0].Revision != 4 || out[0].At(monday.Add(150*time.Minute)).Objective != slo.MustObjective("99.5%") {
		t.Errorf("revision %d, and at 11:30 %s", out[0].Revision, out[0].At(monday.Add(150*time.Minute)).Objective)
	}
}

func TestApply_after_a_restart_goes_on_where_it_was(t *testing.T) {
	f := newFile(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	many := []slo.SLO{promising("availability", "99.9%", "5.."), promising("latency", "99%", ""), promising("backlog", "95%", ""), promising("quality", "99%", "")}
	many[0].Reports = []slo.Window{{Name: "month", Length: 30 * 24 * time.Hour, Calendar: slo.Month, Location: berlin}}
	many[1].SLI = slo.SLI{Latency: &slo.Latency{Histogram: slo.Selector{Metric: "d_seconds"}, Threshold: time.Second, Unit: time.Second, Interpolate: true}}
	many[2].SLI = slo.SLI{Threshold: &slo.Threshold{Query: `max(queue{q="a"})`, Op: slo.Less, Value: 0.1}}
	many[3].SLI = slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "scalar(x)", Weight: []slo.Selector{{Metric: "calls"}}}}
	many[3].Backend = "eu"
	before, _ := f.apply(0, many...)
	f.restart()
	after, changes := f.apply(5, many...)
	if len(changes) != 0 {
		t.Errorf("a restart made revisions: %v", changes)
	}
	for i := range before {
		expect(t, before[i].ID.Name, after[i].History[0].ChangeFrom(before[i].History[0]), "")
		expect(t, before[i].ID.Name, told(after[i]), told(before[i]))
	}
}

func TestApply_of_an_SLO_that_was_away_continues_its_numbers(t *testing.T) {
	f := newFile(t)
	f.apply(0, promising("availability", "99.9%", "5.."), promising("other", "99%", "5.."))
	f.apply(1, promising("other", "99%", "5..")) // availability is removed
	f.restart()
	out, _ := f.apply(2, promising("availability", "99%", "5.."))
	expect(t, "history", told(out[0]), []string{"1 since 09:00: 99.9% ", "2 since 11:00: 99% objective 99.9% → 99%"})
}

func TestApply_moves_the_history_to_a_new_name(t *testing.T) {
	f := newFile(t)
	f.apply(0, promising("availability", "99.9%", "5.."))
	f.apply(1, promising("availability", "99.5%", "5.."))
	renamed := promising("success", "99.5%", "5..")
	renamed.RenamedFrom = slo.ID{Service: "checkout", Function: "charge", Name: "availability"}
	out, changes := f.apply(2, renamed)
	expect(t, "changes", changes, []revision.Change{{ID: renamed.ID, RenamedFrom: renamed.RenamedFrom, Number: 2}})
	expect(t, "history", told(out[0]), []string{"1 since 09:00: 99.9% ", "2 since 10:00: 99.5% objective 99.9% → 99.5%"})
	f.restart()
	if _, changes := f.apply(3, renamed); len(changes) != 0 {
		t.Errorf("the key stays in the file, and the name changed again: %v", changes)
	}
	again, _ := f.apply(4, promising("availability", "99%", "5.."))
	if again[0].Revision != 1 {
		t.Errorf("the old name given to another SLO begins with revision %d, want 1", again[0].Revision)
	}
}

func TestApply_keeps_revisions_in_order_when_the_clock_goes_back(t *testing.T) {
	f := newFile(t)
	f.apply(5, promising("availability", "99.9%", "5.."))
	out, _ := f.apply(3, promising("availability", "99%", "5.."))
	expect(t, "history", told(out[0]), []string{"1 since 14:00: 99.9% ", "2 since 14:00: 99% objective 99.9% → 99%"})
}

func TestApply_that_cannot_be_saved_changes_nothing(t *testing.T) {
	f := newFile(t)
	f.apply(0, promising("availability", "99.9%", "5.."))
	if err := f.db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.book.Apply(t.Context(), monday.Add(time.Hour), []slo.SLO{promising("availability", "99%", "5..")}); err == nil {
		t.Error("no error, and the file is closed")
	}
	if out, changes := f.apply(2, promising("availability", "99.9%", "5..")); len(changes) != 0 || out[0].Revision != 1 {
		t.Errorf("revision %d after a failure, want 1: %v", out[0].Revision, changes)
	}
	f.open()
}

// The stored form outlives the names in the code.
func TestRead_knows_what_older_files_hold(t *testing.T) {
	f := newFile(t)
	const stored = `{"objective":"99.9%","window":{"name":"30d","length":2592000000000000},` +
		`"sli":{"Ratio":{"Total":[{"Metric":"calls","Matchers":null}],"Good":null,"Bad":[{"Metric":"calls","Matchers":[{"Label":"code","Op":"=~","Value":"5.."}]}]},` +
		`"Latency":null,"Threshold":null,"ErrorRatio":null,"Fingerprint":["code"]}}`
	err := f.db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO revisions (slo, number, from_time, change, body) VALUES ('checkout/charge/availability', 7, 0, '', ?)`, stored)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f.restart()
	if out, changes := f.apply(0, promising("availability", "99.9%", "5..")); len(changes) != 0 || out[0].Revision != 7 {
		t.Errorf("revision %d, want the stored 7: %v", out[0].Revision, changes)
	}
}

func BenchmarkApply_of_10000_without_a_change(b *testing.B) {
	db, err := sqldb.Open(b.Context(), filepath.Join(b.TempDir(), "slofuse.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	book, err := revision.Open(b.Context(), db)
	if err != nil {
		b.Fatal(err)
	}
	slos := make([]slo.SLO, 10_000)
	for i := range slos {
		slos[i] = promising(fmt.Sprint("s", i), "99.9%", "5..")
	}
	for b.Loop() {
		if _, _, err := book.Apply(b.Context(), monday, slos); err != nil {
			b.Fatal(err)
		}
	}
}
