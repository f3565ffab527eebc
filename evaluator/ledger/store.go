package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"slices"

	"github.com/slofuse/slofuse/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// store is the book on disk. Only one goroutine writes at a time; see
// [Ledger.Record].
type store struct {
	db   *sqldb.DB
	body *sql.Stmt // reads one row of a volume

	log []logEntry // the rows of the log, oldest first
}

// logEntry is where a row of the log is, and what it speaks of.
type logEntry struct{ id, upTo int64 }

func openStore(ctx context.Context, db *sqldb.DB) (*store, error) {
	if err := db.Migrate(ctx, "ledger", migrations); err != nil {
		return nil, err
	}
	body, err := db.Reader().PrepareContext(ctx, `SELECT body FROM ledger_volumes WHERE id = ?`)
	return &store{db: db, body: body}, err
}

// read returns the body of a row of a volume without its checksum.
func (st *store) read(id int64) ([]byte, error) {
	var row []byte
	err := st.body.QueryRowContext(context.Background(), id).Scan(&row)
	if errors.Is(err, sql.ErrNoRows) {
		err = errDamaged
	}
	var body []byte
	if err == nil {
		body, err = unsealed(id, row)
	}
	if err != nil {
		return nil, fmt.Errorf("volume %d of the ledger: %w", id, err)
	}
	return body, nil
}

// write makes drafts durable in one transaction.
func (st *store) write(ctx context.Context, drafts []*draft, keys, classes *dictionary) error {
	var logged []*draft
	for _, d := range drafts {
		d.heading = d.heading || d.binding != nil
		if d.belongsInLog() {
			logged = append(logged, d)
		}
	}
	var entry logEntry
	err := st.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := writeNames(ctx, tx, "ledger_series", keys); err != nil {
			return err
		}
		if err := writeNames(ctx, tx, "ledger_classes", classes); err != nil {
			return err
		}
		if err := writeDrafts(ctx, tx, drafts); err != nil || len(logged) == 0 {
			return err
		}
		var err error
		entry, err = writeLog(ctx, tx, logged)
		return err
	})
	if err == nil && len(logged) > 0 {
		st.log = append(st.log, entry)
	}
	return err
}

// belongsInLog reports whether a draft changes what no head on disk will say.
func (d *draft) belongsInLog() bool {
	open := d.lo < d.hi || len(d.fresh) > 0
	return open || !d.heading && (!slices.Equal(d.reads, d.a.reads) || !slices.Equal(d.doubts, d.a.doubts))
}

// logged reports whether the log has rows of which all is sealed at a cut.
func (st *store) logged(cut int64) bool {
	return slices.ContainsFunc(st.log, func(e logEntry) bool { return e.upTo <= cut })
}

// lastLogged is the newest row of the log; 0 without one.
func (st *store) lastLogged() int64 {
	if len(st.log) == 0 {
		return 0
	}
	return st.log[len(st.log)-1].id
}

// dropLog deletes the rows up to one of which all is sealed at a cut.
func (st *store) dropLog(ctx context.Context, cut, last int64) error {
	old := func(e logEntry) bool { return e.id <= last && e.upTo <= cut }
	if !slices.ContainsFunc(st.log, old) {
		return nil
	}
	err := st.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, e := range st.log {
			if !old(e) {
				continue
			}
			if _, err := tx.ExecContext(ctx, `DELETE FROM ledger_log WHERE id = ?`, e.id); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		st.log = slices.DeleteFunc(st.log, old)
	}
	return err
}

func writeNames(ctx context.Context, tx *sql.Tx, table string, d *dictionary) error {
	for _, id := range d.fresh {
		if _, err := tx.ExecContext(ctx, `INSERT INTO `+table+` (id, key) VALUES (?, ?)`, id, d.name(id)); err != nil {
			return err
		}
	}
	return nil
}

func writeLog(ctx context.Context, tx *sql.Tx, drafts []*draft) (logEntry, error) {
	body, upTo := logRow(drafts)
	result, err := tx.ExecContext(ctx, `INSERT INTO ledger_log (up_to, body) VALUES (?, ?)`, upTo, body)
	if err != nil {
		return logEntry{}, err
	}
	id, err := result.LastInsertId()
	return logEntry{id: id, upTo: upTo}, err
}

// statements are the ones that many drafts are written with.
type statements struct{ put, remove, head *sql.Stmt }

func writeDrafts(ctx context.Context, tx *sql.Tx, drafts []*draft) error {
	put, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO ledger_volumes (id, body) VALUES (?, ?)`)
	if err != nil {
		return err
	}
	defer put.Close()
	remove, err := tx.PrepareContext(ctx, `DELETE FROM ledger_volumes WHERE id = ?`)
	if err != nil {
		return err
	}
	defer remove.Close()
	head, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO ledger_heads (series, body) VALUES (?, ?)`)
	if err != nil {
		return err
	}
	defer head.Close()
	s := statements{put: put, remove: remove, head: head}
	for _, d := range drafts {
		if err := writeVolumes(ctx, s, d); err != nil {
			return err
		}
		if err := writeNotes(ctx, tx, d); err != nil {
			return err
		}
		if err := writeAdopted(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

func writeVolumes(ctx context.Context, s statements, d *draft) error {
	if !d.heading {
		return nil
	}
	vols := d.a.vols
	if d.binding != nil {
		vols = d.binding.vols
		for id, body := range d.binding.rows {
			var err error
			if body == nil {
				_, err = s.remove.ExecContext(ctx, id)
			} else {
				_, err = s.put.ExecContext(ctx, id, sealed(id, body))
			}
			if err != nil {
				return err
			}
		}
	}
	head := d.a.head(d.knowledge, d.cut, vols)
	_, err := s.head.ExecContext(ctx, d.a.id, sealed(d.a.id, head))
	return err
}

// writeAdopted deletes the rows of the old form.
func writeAdopted(ctx context.Context, tx *sql.Tx, d *draft) error {
	if !d.adopted {
		return nil
	}
	for _, table := range []string{"ledger_increments", "ledger_reads"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE series = ?`, d.a.id); err != nil {
			return err
		}
	}
	return nil
}
