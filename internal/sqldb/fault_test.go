package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want Fault
	}{
		{"no error", nil, FaultNone},
		{"a cancelled context", context.Canceled, FaultNone},
		{"a mistake in a statement", sqlite3.Error{Code: sqlite3.ErrError}, FaultNone},
		{"a wrapped busy file", fmt.Errorf("write: %w", sqlite3.Error{Code: sqlite3.ErrBusy}), FaultBusy},
		{"a joined fault", errors.Join(errors.New("x"), sqlite3.Error{Code: sqlite3.ErrIoErr}), FaultIO},
		{"a read-only file system", sqlite3.Error{Code: sqlite3.ErrReadonly}, FaultReadOnly},
		{"no database", sqlite3.Error{Code: sqlite3.ErrNotADB}, FaultCorrupt},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Classify(c.err); got != c.want {
				t.Errorf("Classify(%v) = %q, want %q", c.err, got, c.want)
			}
		})
	}
}

func TestFullFileIsClassifiedAndRecovers(t *testing.T) {
	db := openNotes(t)
	fill := func(pages int) error {
		return db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count=%d", pages)); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `INSERT INTO notes (text) VALUES (?)`, strings.Repeat("x", 1<<20))
			return err
		})
	}
	if err := fill(20); Classify(err) != FaultFull {
		t.Errorf("write to a full file: %v, want a disk-full fault", err)
	}
	if n := countNotes(t, db); n != 0 {
		t.Errorf("%d notes, want none", n)
	}
	if err := fill(1 << 20); err != nil {
		t.Errorf("write after space was made: %v", err)
	}
}
