package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// writingKey marks the context of a running [DB.Write].
type writingKey struct{ db *DB }

// Write runs fn in one immediate transaction and commits it to disk. When fn
// returns an error or panics nothing of it is kept. Writers wait for each
// other; fn must use the transaction and the context it is given, and do no
// network I/O. A Write inside a Write is refused: it would wait for itself.
func (db *DB) Write(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	if ctx.Value(writingKey{db}) != nil {
		return errors.New("write database: already inside a transaction")
	}
	if db.writer == nil {
		return fmt.Errorf("write database: %w", ErrReadOnly)
	}
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("write database: begin: %w", err)
	}
	// After a commit this does nothing; after an error or a panic it undoes.
	defer tx.Rollback() //nolint:errcheck // the first error is the one that matters

	if err := fn(context.WithValue(ctx, writingKey{db}, true), tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write database: commit: %w", err)
	}
	return nil
}
