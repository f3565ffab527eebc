package editbook_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/editbook"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return monday.Add(time.Duration(minutes) * time.Minute) }

// file is a database that can be opened again and again.
type file struct {
	t    testing.TB
	path string
	db   *sqldb.DB
	book *editbook.Book
}

func newFile(t testing.TB) *file {
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
	if f.book, err = editbook.Open(f.t.Context(), f.db); err != nil {
		f.t.Fatal(err)
	}
}

func (f *file) restart() {
	f.t.Helper()
	if err := f.db.Close(); err != nil {
		f.t.Fatal(err)
	}
	f.open()
}

// owned are SLOs by name with their owners.
type owned map[string]string

func (o owned) state() edit.State {
	out := edit.State{}
	for name, owner := range o {
		id := slo.ID{Service: "shop", Function: "pay", Name: name}
		out.Add(edit.Entry{Subject: edit.Subject{ID: id, Owner: owner, File: "shop.yaml", Line: 3}, Facts: edit.Facts{"owner": owner}})
	}
	return out
}

func (f *file) apply(minute int, o owned, promises ...edit.Promise) []edit.Edit {
	f.t.Helper()
	edits, err := f.book.Apply(f.t.Context(), at(minute), o.state(), promises, false)
	if err != nil {
		f.t.Fatal(err)
	}
	return edits
}

// told is what the book tells of a time, and since when it tells everything.
func (f *file) told(from, to int) (lines []string, since time.Time) {
	f.t.Helper()
	edits, since, err := f.book.Edits(f.t.Context(), at(from), at(to))
	if err != nil {
		f.t.Fatal(err)
	}
	for _, e := range edits {
		lines = append(lines, fmt.Sprint(e.At.Sub(monday).Minutes(), " ", e.Kind, " ", e.Subjects[0].Title(), " of ", len(e.Subjects), " ", e.Says()))
	}
	return lines, since
}

func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestWhatChangesAtAReloadAndWhileNothingRunsIsKept(t *testing.T) {
	f := newFile(t)
	if _, since := f.told(0, 60); !since.IsZero() {
		t.Errorf("an empty book tells since %s", since)
	}
	first := edit.Promise{ID: slo.ID{Service: "shop", Function: "pay", Name: "a"}}
	f.apply(1, owned{"a": "x", "b": "x"}, first)
	f.apply(2, owned{"a": "x", "b": "x"})
	f.apply(3, owned{"a": "y", "b": "y"})
	f.restart()
	edits, err := f.book.Apply(t.Context(), at(9), owned{"a": "y"}.state(), nil, true)
	if err != nil || len(edits) != 1 || !edits[0].Start {
		t.Errorf("%+v, %v", edits, err)
	}
	lines, since := f.told(0, 60)
	expect(t, "told", lines, []string{"9 removed shop/pay/b of 1 ", "3 changed shop/pay/a of 2 owner x → y"})
	expect(t, "since", since, at(1))
	some, _ := f.told(2, 3)
	expect(t, "both ends belong to it", some, []string{"3 changed shop/pay/a of 2 owner x → y"})
}

func TestWhatIsFoundBesidesTheFilesIsAdded(t *testing.T) {
	f := newFile(t)
	f.apply(1, owned{"a": "x"})
	found := []edit.Edit{{Kind: edit.Added, Subjects: []edit.Subject{{ID: slo.ID{Service: "shop", Function: "batch", Name: "a"}}}}}
	if err := f.book.Add(t.Context(), at(5), found); err != nil {
		t.Fatal(err)
	}
	lines, _ := f.told(0, 60)
	expect(t, "told", lines, []string{"5 added shop/batch/a of 1 "})
	if edits := f.apply(6, owned{"a": "x"}); len(edits) != 0 {
		t.Errorf("what no file names is missed: %+v", edits)
	}
}

func TestWhatAnOlderSlofuseWroteDownIsTakenOverWithoutComparing(t *testing.T) {
	f := newFile(t)
	f.apply(1, owned{"a": "x"})
	f.write(`UPDATE edits_since SET form = 0`)
	if edits := f.apply(2, owned{"a": "y"}); len(edits) != 0 {
		t.Errorf("%+v", edits)
	}
	if edits := f.apply(3, owned{"a": "z"}); len(edits) != 1 || edits[0].Says() != "owner y → z" {
		t.Errorf("%+v", edits)
	}
}

func (f *file) write(statement string) {
	f.t.Helper()
	err := f.db.Write(f.t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestTheBookIsBoundedAndSaysSinceWhenItTellsEverything(t *testing.T) {
	f := newFile(t)
	f.apply(0, owned{"a": "x"})
	var many []edit.Edit
	for n := range editbook.MaxEdits {
		many = append(many, edit.Edit{Kind: edit.Changed, Subjects: []edit.Subject{{Name: fmt.Sprint("receiver ", n)}}})
	}
	if err := f.book.Add(t.Context(), at(1), many); err != nil {
		t.Fatal(err)
	}
	wide := edit.Edit{Kind: edit.Added, Subjects: make([]edit.Subject, editbook.MaxSubjects-10)}
	if err := f.book.Add(t.Context(), at(2), []edit.Edit{wide}); err != nil {
		t.Fatal(err)
	}
	lines, since := f.told(0, 60)
	if len(lines) != 11 || since != at(1) {
		t.Errorf("%d edits are left, want 10 of one subject and one of many; since %s", len(lines), since)
	}
	wide.Subjects = append(wide.Subjects, make([]edit.Subject, 100)...)
	if err := f.book.Add(t.Context(), at(3), []edit.Edit{wide}); err != nil {
		t.Fatal(err)
	}
	if lines, since := f.told(0, 60); len(lines) != 1 || since != at(3) {
		t.Errorf("%d edits are left, want the last one however large it is; since %s", len(lines), since)
	}
}

func TestWhatCannotBeWrittenDownChangesNothing(t *testing.T) {
	f := newFile(t)
	f.apply(0, owned{"a": "x"})
	if err := f.db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.book.Apply(t.Context(), at(1), owned{"a": "y"}.state(), nil, false); err == nil {
		t.Error("no error, and the file is closed")
	}
	f.open()
	if edits := f.apply(2, owned{"a": "y"}); len(edits) != 1 {
		t.Errorf("%+v", edits)
	}
}

func BenchmarkApply_of_10000_with_one_change(b *testing.B) {
	f := newFile(b)
	o := owned{}
	for n := range 10_000 {
		o[fmt.Sprint("s", n)] = "x"
	}
	f.apply(0, o)
	state, n := o.state(), 0
	for b.Loop() {
		n++
		id := slo.ID{Service: "shop", Function: "pay", Name: "s1"}
		s := edit.Subject{ID: id}
		state[s.Key()] = edit.Entry{Subject: s, Facts: edit.Facts{"owner": fmt.Sprint(n)}}
		if _, err := f.book.Apply(b.Context(), at(n), state, nil, false); err != nil {
			b.Fatal(err)
		}
	}
}
