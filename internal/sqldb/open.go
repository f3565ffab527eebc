package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

const (
	driverName  = "sqlite3"
	busyTimeout = 5 * time.Second // for a shell or a backup that holds the file
	readers     = 4
)

// DB is the open database file. It is safe for concurrent use; the zero value
// is not usable, see [Open].
type DB struct {
	path   string
	log    *slog.Logger
	lock   *os.File
	writer *sql.DB // exactly one connection
	reader *sql.DB
}

// Open opens the file at path, which may be new, and locks it against other
// processes until [DB.Close] or the end of this one. The file is created
// readable by its owner only. A nil log discards.
func Open(ctx context.Context, path string, log *slog.Logger) (*DB, error) {
	return opened(path, log, func(db *DB) error { return db.open(ctx) })
}

// opened is the database of a file, once it could be opened.
func opened(path string, log *slog.Logger, open func(*DB) error) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	db := &DB{path: path, log: log.With("component", "database")}
	if err := open(db); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	return db, nil
}

// open takes the lock first: nothing may touch a file that another process
// writes, not even to look whether it is sound.
func (db *DB) open(ctx context.Context) (err error) {
	if db.lock, err = lockFile(db.path + ".lock"); err != nil {
		return err
	}
	if err := db.createFile(); err != nil {
		return err
	}
	if db.writer, err = pool(writerDSN(db.path), 1); err != nil {
		return err
	}
	if err := db.probe(ctx); err != nil {
		return err
	}
	db.reader, err = pool(readerDSN(db.path), readers)
	return err
}

// createFile makes sure of the permissions before SQLite creates the file with
// those of the umask. Its side files inherit them.
func (db *DB) createFile() error {
	file, err := os.OpenFile(db.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return withoutPath(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errors.New("it is a directory, not a file")
	}
	if info.Mode().Perm()&0o077 != 0 {
		db.log.Warn("database file can be read by other users of this machine, chmod 600 it",
			"path", db.path, "mode", info.Mode().Perm().String())
	}
	return nil
}

// probe reads the schema through the settings, so that a file that is no
// database, or one cut in its first pages, is refused at start and not at the
// first decision.
func (db *DB) probe(ctx context.Context) error {
	var tables int
	err := db.writer.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables)
	if Classify(err) == FaultCorrupt {
		return fmt.Errorf("the file is damaged or no database of slofuse: move %s and its -wal and -shm files away and start again, "+
			"or put a backup in place; the history is then read again from Prometheus: %w", db.path, err)
	}
	return err
}

// Reader is the pool for reading. Its connections refuse to write.
func (db *DB) Reader() *sql.DB { return db.reader }

// Path is the absolute path of the file.
func (db *DB) Path() string { return db.path }

// Close releases the file and its lock. It must be the last call.
func (db *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{db.reader, db.writer} { // the last one to close folds the log into the file
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}

func pool(dsn string, connections int) (*sql.DB, error) {
	db, err := sql.Open(driverName, dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

func writerDSN(path string) string {
	return dsn(path, url.Values{
		"mode":          {"rw"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"}, // one sync per commit: a commit survives a power loss
		"_foreign_keys": {"on"},
		"_txlock":       {"immediate"}, // a transaction that reads first and writes later must not fail half-way
		"_auto_vacuum":  {"incremental"},
	})
}

func readerDSN(path string) string {
	return dsn(path, url.Values{"mode": {"ro"}, "_query_only": {"on"}})
}

// dsn escapes the path, which may hold spaces, question marks and whatever else
// a folder name does.
func dsn(path string, settings url.Values) string {
	settings.Set("_busy_timeout", fmt.Sprint(busyTimeout.Milliseconds()))
	name := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + name.EscapedPath() + "?" + settings.Encode()
}

// withoutPath drops the path from a file error: the caller has said it.
func withoutPath(err error) error {
	var pathErr *fs.PathError
	if !errors.As(err, &pathErr) {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("its folder does not exist: create it first: %w", pathErr.Err)
	}
	return pathErr.Err
}
