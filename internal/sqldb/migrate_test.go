package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestMigrateTwoBooksInOneFile(t *testing.T) {
	db := openNotes(t)
	other := fstest.MapFS{"migrations/00001_marks.sql": {Data: []byte("-- +goose Up\nCREATE TABLE marks (id INTEGER PRIMARY KEY) STRICT;\n")}}
	if err := db.Migrate(t.Context(), "marks", other); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), "notes", secondVersion); err != nil {
		t.Fatal(err)
	}
	for book, want := range map[string]int{"notes": 2, "marks": 1} {
		var got int
		if err := db.Reader().QueryRowContext(t.Context(), "SELECT max(version_id) FROM "+book+"_version").Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("book %s is at version %d, want %d", book, got, want)
		}
	}
}

func TestMigrateAgainChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	for range 2 {
		db := openAt(t, path)
		if err := db.Migrate(t.Context(), "notes", secondVersion); err != nil {
			t.Fatal(err)
		}
		if err := addNote(db, "one more"); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if n := countNotes(t, openAt(t, path)); n != 2 {
		t.Errorf("%d notes after two starts, want 2", n)
	}
}

func TestMigrateRefusesANewerFile(t *testing.T) {
	db := openNotes(t)
	if err := db.Migrate(t.Context(), "notes", secondVersion); err != nil {
		t.Fatal(err)
	}
	err := db.Migrate(t.Context(), "notes", firstVersion)
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "has version 2, this slofuse knows up to 1") {
		t.Errorf("older slofuse on a newer file: %v", err)
	}
}

func TestMigrateUndoesABrokenStep(t *testing.T) {
	db := openNotes(t)
	broken := fstest.MapFS{
		"migrations/00001_notes.sql": firstVersion["migrations/00001_notes.sql"],
		"migrations/00002_half.sql":  {Data: []byte("-- +goose Up\nALTER TABLE notes ADD COLUMN half TEXT;\nALTER TABLE nowhere ADD COLUMN x TEXT;\n")},
	}
	if err := db.Migrate(t.Context(), "notes", broken); err == nil {
		t.Fatal("a broken migration was applied")
	}
	if err := db.Migrate(t.Context(), "notes", secondVersion); err != nil {
		t.Fatalf("the mended migration does not apply: %v", err)
	}
	err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE notes SET half = 'x'`)
		return err
	})
	if err == nil {
		t.Error("the first half of the broken migration was kept")
	}
}

func TestMigrateChecksTheNameOfTheBook(t *testing.T) {
	if err := openNotes(t).Migrate(t.Context(), "notes; DROP TABLE notes", firstVersion); err == nil {
		t.Error("accepted a name that is no table name")
	}
}
