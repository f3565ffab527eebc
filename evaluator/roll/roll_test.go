package roll_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/roll"
	"github.com/slofuse/slofuse/internal/sqldb"
)

func open(t *testing.T, path string) (*roll.Book, *sqldb.DB) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	book, err := roll.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return book, db
}

func TestRecordReplacesFamiliesAndOutlivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slofuse.db")
	book, db := open(t, path)
	for _, families := range []map[string]roll.Members{
		{"a": {"one": 0, "two\n": time.Hour}, "b": {"one": time.Minute}, "c": {"x": 0}},
		{"a": {"one": 3 * time.Second, "three": 0}, "c": nil},
	} {
		if err := book.Record(t.Context(), families); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	book, _ = open(t, path)
	got, err := book.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]roll.Members{"a": {"one": 3 * time.Second, "three": 0}, "b": {"one": time.Minute}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
