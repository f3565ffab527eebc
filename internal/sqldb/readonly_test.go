package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/slofuse/slofuse/internal/sqldb"
)

// books are migrations up to a version.
func books(versions ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, statement := range versions {
		fsys["migrations/0000"+string(rune('1'+i))+"_step.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + statement + ";\n")}
	}
	return fsys
}

const (
	createPages = "CREATE TABLE pages (text TEXT)"
	addPage     = "INSERT INTO pages VALUES ('one')"
)

func count(t *testing.T, db *sqldb.DB) (pages int) {
	t.Helper()
	if err := db.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM pages`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	return pages
}

func TestOpenReadOnly_reads_while_another_writes_and_after_it_stopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slofuse.db")
	writer, err := sqldb.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Migrate(t.Context(), "book", books(createPages)); err != nil {
		t.Fatal(err)
	}
	write := func() {
		t.Helper()
		err := writer.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, addPage)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write()
	reader, err := sqldb.OpenReadOnly(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Migrate(t.Context(), "book", books(createPages)); err != nil {
		t.Error(err)
	}
	write()
	if got := count(t, reader); got != 2 {
		t.Errorf("the reader sees %d pages, want 2", got)
	}
	if err := reader.Write(t.Context(), nil); !errors.Is(err, sqldb.ErrReadOnly) {
		t.Errorf("writing: %v", err)
	}
	if err := errors.Join(reader.Close(), writer.Close()); err != nil {
		t.Fatal(err)
	}
	alone, err := sqldb.OpenReadOnly(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	if got := count(t, alone); got != 2 {
		t.Errorf("after the writer stopped: %d pages, want 2", got)
	}
}

func TestOpenReadOnly_changes_nothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "slofuse.db")
	if db, err := sqldb.OpenReadOnly(t.Context(), path, nil); err == nil {
		db.Close()
		t.Error("a file that is not there was opened")
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("it left %v behind: %v", files, err)
	}
	writer, err := sqldb.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if err := writer.Migrate(t.Context(), "book", books(createPages, addPage)); err != nil {
		t.Fatal(err)
	}
	reader, err := sqldb.OpenReadOnly(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for what, tc := range map[string]struct {
		book string
		fsys fstest.MapFS
		want error
	}{
		"a newer file":            {"book", books(createPages), sqldb.ErrNewer},
		"an older file":           {"book", books(createPages, addPage, addPage), sqldb.ErrOlder},
		"a file without the book": {"other", books(createPages), sqldb.ErrOlder},
	} {
		if err := reader.Migrate(t.Context(), tc.book, tc.fsys); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", what, err, tc.want)
		}
	}
	if got := count(t, reader); got != 1 {
		t.Errorf("%d pages, want 1", got)
	}
}
