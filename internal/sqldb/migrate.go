package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"

	"github.com/pressly/goose/v3"
)

// bookName keeps the name of a book usable as a part of a table name.
var bookName = regexp.MustCompile(`^[a-z]+$`)

// ErrNewer is returned by [DB.Migrate] when a newer slofuse wrote the file.
var ErrNewer = errors.New("the file was written by a newer slofuse: start that version, or move the file away to begin with an empty one")

// Migrate brings the tables of one book up to the newest of its migrations: the
// files migrations/00001_what.sql and so on, in the form of goose. Each runs in a transaction of its own, so a killed upgrade is continued by the
// next start. A file that is ahead of the migrations is refused untouched.
func (db *DB) Migrate(ctx context.Context, book string, files fs.FS) error {
	if !bookName.MatchString(book) {
		return fmt.Errorf("migrate: %q is no name for a book, use lower-case letters", book)
	}
	migrations, err := fs.Sub(files, "migrations")
	if err != nil {
		return fmt.Errorf("migrate %s: %w", book, err)
	}
	if db.writer == nil {
		return db.checkVersion(ctx, book, migrations)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db.writer, migrations,
		goose.WithTableName(book+"_version"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrate %s: %w", book, err)
	}
	has, knows, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", book, err)
	}
	if has > knows {
		return fmt.Errorf("migrate %s: %s has version %d, this slofuse knows up to %d: %w", book, db.path, has, knows, ErrNewer)
	}
	applied, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", book, err)
	}
	for _, m := range applied {
		db.log.Info("database migrated", "book", book, "migration", m.Source.Path, "took", m.Duration)
	}
	return nil
}
