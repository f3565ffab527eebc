package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/pressly/goose/v3"
)

// ErrReadOnly is returned by [DB.Write] of a file that was opened for reading.
var ErrReadOnly = errors.New("the database was opened for reading only")

// ErrOlder is returned by [DB.Migrate] of a file that was opened for reading and
// was written by an older slofuse.
var ErrOlder = errors.New("the file was written by an older slofuse: start `slofuse serve` of this version on it once, or read it with that version")

// OpenReadOnly opens an existing file for reading, also while another process
// writes it. Nothing is written, not even a migration. A nil log discards.
func OpenReadOnly(ctx context.Context, path string, log *slog.Logger) (*DB, error) {
	return opened(path, log, func(db *DB) error { return db.openReader(ctx) })
}

func (db *DB) openReader(ctx context.Context) (err error) {
	if _, err := os.Stat(db.path); errors.Is(err, fs.ErrNotExist) {
		return fs.ErrNotExist
	} else if err != nil {
		return withoutPath(err)
	}
	if db.reader, err = pool(readerDSN(db.path), readers); err != nil {
		return err
	}
	var tables int
	err = db.reader.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables)
	if Classify(err) == FaultCorrupt {
		return fmt.Errorf("the file is damaged or no database of slofuse: %w", err)
	}
	return err
}

// checkVersion makes sure that the tables of a book are those of the migrations.
func (db *DB) checkVersion(ctx context.Context, book string, migrations fs.FS) error {
	provider, err := goose.NewProvider(goose.DialectSQLite3, db.reader, migrations,
		goose.WithTableName(book+"_version"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read %s: %w", book, err)
	}
	var has, knows int64
	for _, source := range provider.ListSources() {
		knows = max(knows, source.Version)
	}
	err = db.reader.QueryRowContext(ctx, `SELECT max(version_id) FROM `+book+`_version`).Scan(&has)
	switch {
	case err != nil: // there is no such table
		return fmt.Errorf("read %s: %s: %w: %w", book, db.path, ErrOlder, err)
	case has < knows:
		return fmt.Errorf("read %s: %s has version %d, this slofuse needs %d: %w", book, db.path, has, knows, ErrOlder)
	case has > knows:
		return fmt.Errorf("read %s: %s has version %d, this slofuse knows up to %d: %w", book, db.path, has, knows, ErrNewer)
	}
	return nil
}
