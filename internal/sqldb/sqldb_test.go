package sqldb

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	firstVersion = fstest.MapFS{"migrations/00001_notes.sql": {Data: []byte(
		"-- +goose Up\nCREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;\n")}}
	secondVersion = fstest.MapFS{
		"migrations/00001_notes.sql": firstVersion["migrations/00001_notes.sql"],
		"migrations/00002_by.sql":    {Data: []byte("-- +goose Up\nALTER TABLE notes ADD COLUMN author TEXT;\n")},
	}
)

func openAt(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openNotes(t *testing.T) *DB {
	t.Helper()
	db := openAt(t, filepath.Join(t.TempDir(), "test.db"))
	if err := db.Migrate(t.Context(), "notes", firstVersion); err != nil {
		t.Fatal(err)
	}
	return db
}

func addNote(db *DB, text string) error {
	return db.Write(context.Background(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO notes (text) VALUES (?)`, text)
		return err
	})
}

func countNotes(t *testing.T, db *DB) (n int) {
	t.Helper()
	if err := db.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM notes`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOpenSettings(t *testing.T) {
	db := openNotes(t)
	for _, c := range []struct {
		name, pragma string
		pool         *sql.DB
		want         string
	}{
		{"the log is written ahead", "journal_mode", db.writer, "wal"},
		{"a commit is synced", "synchronous", db.writer, "2"},
		{"foreign keys hold", "foreign_keys", db.writer, "1"},
		{"a busy file is waited for", "busy_timeout", db.writer, "5000"},
		{"freed pages can be given back", "auto_vacuum", db.writer, "2"},
		{"readers are query only", "query_only", db.reader, "1"},
		{"readers wait too", "busy_timeout", db.reader, "5000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got string
			if err := c.pool.QueryRowContext(t.Context(), "PRAGMA "+c.pragma).Scan(&got); err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("%s = %s, want %s", c.pragma, got, c.want)
			}
		})
	}
}

func TestOpenTakesAnyPath(t *testing.T) {
	for _, name := range []string{"plain.db", "with space.db", "what?.db", "mode=ro&x=?.db", "50%.db", "%41.db", "a#b.db", "naïve+plus.db", ":memory:"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			db := openAt(t, path)
			if err := db.Migrate(t.Context(), "notes", firstVersion); err != nil {
				t.Fatal(err)
			}
			if err := addNote(db, "kept"); err != nil {
				t.Fatal(err)
			}
			if n := countNotes(t, db); n != 1 {
				t.Errorf("the reader sees %d notes, want 1: it reads another file", n)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.Size() == 0 || info.Mode().Perm() != 0o600 {
				t.Errorf("file has %d bytes and mode %v, want content and -rw-------", info.Size(), info.Mode())
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	garbage := bytes.Repeat([]byte("this is no database. "), 500)
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, path string)
		want    string
	}{
		{"a folder that is not there", func(t *testing.T, path string) {
			if err := os.Remove(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}, "its folder does not exist"},
		{"a directory", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "is a directory"},
		{"a file that is no database", func(t *testing.T, path string) {
			if err := os.WriteFile(path, garbage, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "move " + "PATH" + " and its -wal and -shm files away"},
		{"a database whose schema page is destroyed", func(t *testing.T, path string) {
			db, err := Open(t.Context(), path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(db.Migrate(t.Context(), "notes", firstVersion), db.Close()); err != nil {
				t.Fatal(err)
			}
			file, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			_, err = file.WriteAt(garbage[:200], 100)
			if err := errors.Join(err, file.Close()); err != nil {
				t.Fatal(err)
			}
		}, "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data", "test.db")
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			c.prepare(t, path)
			db, err := Open(t.Context(), path, nil)
			if err == nil {
				db.Close()
				t.Fatal("opened")
			}
			if want := strings.ReplaceAll(c.want, "PATH", path); !strings.Contains(err.Error(), want) {
				t.Errorf("error does not say %q:\n%v", want, err)
			}
		})
	}
}

func TestOpenWarnsAboutAFileOthersCanRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	db, err := Open(t.Context(), path, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if !strings.Contains(log.String(), "chmod 600") {
		t.Errorf("no warning in the log: %q", log.String())
	}
}

func TestSecondOpenerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	first := openAt(t, path)
	_, err := Open(t.Context(), path, nil)
	if !errors.Is(err, ErrLocked) {
		t.Fatalf("second Open: %v, want ErrLocked", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	openAt(t, path)
}

// TestKilledProcess runs this binary as the process that owns a file, commits,
// leaves a transaction open, and is killed.
func TestKilledProcess(t *testing.T) {
	if path := os.Getenv("SQLDB_TEST_HOLD"); path != "" {
		holdUntilKilled(path)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
	cmd.Env = append(os.Environ(), "SQLDB_TEST_HOLD="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill() //nolint:errcheck // it may be gone already
	said := make([]byte, len("ready"))
	if _, err := out.Read(said); err != nil || string(said) != "ready" {
		t.Fatalf("the child said %q: %v", said, err)
	}
	if _, err := Open(t.Context(), path, nil); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "(process ") {
		t.Fatalf("Open beside a living process: %v, want ErrLocked with its id", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait() //nolint:errcheck // killed

	db := openAt(t, path)
	if n := countNotes(t, db); n != 1 {
		t.Errorf("%d notes after the kill, want the committed one and not the open one", n)
	}
	var check string
	if err := db.Reader().QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&check); err != nil || check != "ok" {
		t.Errorf("integrity check: %q, %v", check, err)
	}
}

func holdUntilKilled(path string) {
	db, err := Open(context.Background(), path, nil)
	if err == nil {
		err = db.Migrate(context.Background(), "notes", firstVersion)
	}
	if err == nil {
		err = addNote(db, "committed")
	}
	if err == nil {
		err = db.Write(context.Background(), func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, `INSERT INTO notes (text) VALUES ('open')`); err != nil {
				return err
			}
			os.Stdout.WriteString("ready") //nolint:errcheck // the parent times out
			select {}
		})
	}
	panic(err)
}

func TestReaderCannotWrite(t *testing.T) {
	db := openNotes(t)
	_, err := db.Reader().ExecContext(t.Context(), `INSERT INTO notes (text) VALUES ('x')`)
	if Classify(err) != FaultReadOnly {
		t.Errorf("write through the reader: %v, want a read-only fault", err)
	}
	_, err = db.Reader().ExecContext(t.Context(), `PRAGMA query_only=off; INSERT INTO notes (text) VALUES ('x')`)
	if Classify(err) != FaultReadOnly {
		t.Errorf("write through a reader that unlocked itself: %v, want a read-only fault", err)
	}
	if n := countNotes(t, db); n != 0 {
		t.Errorf("%d notes, want none", n)
	}
}

func TestWriteKeepsAllOrNothing(t *testing.T) {
	insert := func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO notes (text) VALUES ('x')`)
		return err
	}
	broken := errors.New("broken")
	for _, c := range []struct {
		name string
		then func(context.Context, *DB) error // after the insert, inside the transaction
		want int
	}{
		{"a nil error commits", func(context.Context, *DB) error { return nil }, 1},
		{"an error undoes", func(context.Context, *DB) error { return broken }, 0},
		{"a panic undoes", func(context.Context, *DB) error { panic(broken) }, 0},
		{"a write in a write is refused and undoes", func(ctx context.Context, db *DB) error { return db.Write(ctx, insert) }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := openNotes(t)
			func() {
				defer func() { _ = recover() }()
				err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
					if err := insert(ctx, tx); err != nil {
						t.Error(err)
					}
					return c.then(ctx, db)
				})
				if (err == nil) != (c.want == 1) {
					t.Errorf("Write: %v", err)
				}
			}()
			if n := countNotes(t, db); n != c.want {
				t.Errorf("%d notes, want %d", n, c.want)
			}
			if err := addNote(db, "next"); err != nil { // the connection is free again
				t.Error(err)
			}
		})
	}
}

func TestWriteWithACancelledContext(t *testing.T) {
	db := openNotes(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO notes (text) VALUES ('x')`)
		cancel()
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Write: %v, want the cancellation", err)
	}
	if n := countNotes(t, db); n != 0 {
		t.Errorf("%d notes, want none", n)
	}
}
