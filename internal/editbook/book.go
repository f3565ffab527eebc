package editbook

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo/edit"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Bounds of the book: edits, and SLOs and settings in all of them.
const (
	MaxEdits    = 5_000
	MaxSubjects = 100_000
)

// form is raised when facts are taken down differently than before: what an older
// slofuse wrote is then taken over without being compared.
const form = 1

// Book is the book of a database file. It is safe for concurrent use.
type Book struct{ db *sqldb.DB }

// Open brings the tables up to date and returns the book. The database stays open
// when the book is no longer used.
func Open(ctx context.Context, db *sqldb.DB) (*Book, error) {
	if err := db.Migrate(ctx, "edits", migrations); err != nil {
		return nil, err
	}
	return &Book{db: db}, nil
}

// Apply compares what files say with what they said last, writes down the edits, and
// returns them. What began are the revisions that were opened for it; start says that
// the service starts. With an error nothing has changed.
func (b *Book) Apply(ctx context.Context, now time.Time, state edit.State, began []edit.Promise, start bool) (edits []edit.Edit, err error) {
	err = b.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		before, err := takeOver(ctx, tx, now, state)
		if err != nil {
			return err
		}
		edits = dated(edit.Between(before, state, began), now, start)
		return add(ctx, tx, edits)
	})
	if err != nil {
		return nil, fmt.Errorf("record edits: %w", err)
	}
	return edits, nil
}

// Add writes edits down that were made without the files being read again.
func (b *Book) Add(ctx context.Context, now time.Time, edits []edit.Edit) error {
	if len(edits) == 0 {
		return nil
	}
	err := b.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error { return add(ctx, tx, dated(edits, now, false)) })
	if err != nil {
		return fmt.Errorf("record edits: %w", err)
	}
	return nil
}

func dated(edits []edit.Edit, now time.Time, start bool) []edit.Edit {
	for i := range edits {
		edits[i].At, edits[i].Start = now.UTC().Truncate(time.Second), start
	}
	return edits
}

// Edits lists those between two instants, both within and the latest first, and
// since when the book tells everything; zero when it tells nothing yet.
func (b *Book) Edits(ctx context.Context, from, to time.Time) (edits []edit.Edit, since time.Time, err error) {
	var at int64
	switch err := b.db.Reader().QueryRowContext(ctx, `SELECT at FROM edits_since`).Scan(&at); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, time.Time{}, nil
	case err != nil:
		return nil, time.Time{}, fmt.Errorf("read edits: %w", err)
	}
	rows, err := b.db.Reader().QueryContext(ctx, `SELECT body FROM edits WHERE at BETWEEN ? AND ? ORDER BY at DESC, id`, from.Unix(), to.Unix())
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read edits: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		var e edit.Edit
		if err := rows.Scan(&text); err != nil {
			return nil, time.Time{}, fmt.Errorf("read edits: %w", err)
		}
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return nil, time.Time{}, fmt.Errorf("read edits: %w", err)
		}
		edits = append(edits, e)
	}
	return edits, time.Unix(at, 0).UTC(), rows.Err()
}

func add(ctx context.Context, tx *sql.Tx, edits []edit.Edit) error {
	for _, e := range edits {
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO edits (at, subjects, body) VALUES (?, ?, ?)`, e.At.Unix(), len(e.Subjects), string(body)); err != nil {
			return err
		}
	}
	if len(edits) == 0 {
		return nil
	}
	return forget(ctx, tx)
}

// forget drops the oldest edits above the bounds. What came right after the last one
// dropped is where the book begins now.
func forget(ctx context.Context, tx *sql.Tx) error {
	dropped, err := tx.ExecContext(ctx, `DELETE FROM edits WHERE id IN (
		SELECT id FROM (SELECT id, row_number() OVER latest AS edits, sum(subjects) OVER latest AS subjects FROM edits WINDOW latest AS (ORDER BY id DESC))
		WHERE edits > ? OR edits > 1 AND subjects > ?)`, MaxEdits, MaxSubjects)
	if err != nil {
		return err
	}
	if n, err := dropped.RowsAffected(); n == 0 || err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE edits_since SET at = max(at, (SELECT min(at) FROM edits))`)
	return err
}
