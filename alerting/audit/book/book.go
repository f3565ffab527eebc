// Package book keeps the audit in the database file, in a table that is only
// ever added to.
package book

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/internal/sqldb"
)

//go:embed migrations
var migrations embed.FS

// Book is the audit of a database file. It is safe for concurrent use.
type Book struct{ db *sqldb.DB }

// Open brings the table up to date and returns the book. The database stays open
// when the book is no longer used.
func Open(ctx context.Context, db *sqldb.DB) (*Book, error) {
	if err := db.Migrate(ctx, "audit", migrations); err != nil {
		return nil, err
	}
	return &Book{db: db}, nil
}

// Record adds an entry and returns it sealed. It is on disk then.
func (b *Book) Record(ctx context.Context, e audit.Entry) (audit.Entry, error) {
	err := b.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var last audit.Entry
		var text string
		err := tx.QueryRowContext(ctx, `SELECT body FROM audit ORDER BY id DESC LIMIT 1`).Scan(&text)
		if err == nil {
			err = json.Unmarshal([]byte(text), &last)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		e = audit.Seal(e, last)
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO audit (id, body) VALUES (?, ?)`, e.ID, string(body))
		return err
	})
	if err != nil {
		return audit.Entry{}, fmt.Errorf("record in the audit: %w", err)
	}
	return e, nil
}

// Entries lists at most limit entries before one, newest first; before 0 the
// newest.
func (b *Book) Entries(ctx context.Context, before int64, limit int) ([]audit.Entry, error) {
	rows, err := b.db.Reader().QueryContext(ctx,
		`SELECT body FROM audit WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2`, before, max(limit, 0))
	if err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	defer rows.Close()
	var out []audit.Entry
	for rows.Next() {
		var text string
		var e audit.Entry
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("read the audit: %w", err)
		}
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return nil, fmt.Errorf("read the audit: %w", err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}
