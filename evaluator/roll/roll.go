// Package roll remembers on disk who is a member of each family, so that a
// restart while a backend is down takes nobody out of force.
package roll

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Members are the values of a family, each with how long it has not been seen in
// whole seconds.
type Members map[string]time.Duration

// Book is the open book of members. It is safe for concurrent use.
type Book struct{ db *sqldb.DB }

// Open brings the table of the book up to date.
func Open(ctx context.Context, db *sqldb.DB) (*Book, error) {
	if err := db.Migrate(ctx, "roll", migrations); err != nil {
		return nil, err
	}
	return &Book{db: db}, nil
}

// All returns the members of every family, by its key.
func (b *Book) All(ctx context.Context) (map[string]Members, error) {
	rows, err := b.db.Reader().QueryContext(ctx, `SELECT family, value, absent FROM members`)
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	defer rows.Close()
	all := map[string]Members{}
	for rows.Next() {
		var family, value string
		var absent int64
		if err := rows.Scan(&family, &value, &absent); err != nil {
			return nil, fmt.Errorf("read members: %w", err)
		}
		if all[family] == nil {
			all[family] = Members{}
		}
		all[family][value] = time.Duration(absent) * time.Second
	}
	return all, rows.Err()
}

// Record replaces the members of families; one without members is forgotten.
func (b *Book) Record(ctx context.Context, families map[string]Members) error {
	err := b.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT INTO members (family, value, absent) VALUES (?, ?, ?)`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for family, members := range families {
			if err := replace(ctx, tx, insert, family, members); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record members: %w", err)
	}
	return nil
}

func replace(ctx context.Context, tx *sql.Tx, insert *sql.Stmt, family string, members Members) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM members WHERE family = ?`, family); err != nil {
		return err
	}
	for value, absent := range members {
		if _, err := insert.ExecContext(ctx, family, value, int64(absent/time.Second)); err != nil {
			return err
		}
	}
	return nil
}
