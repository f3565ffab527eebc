package ledger

import (
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"io/fs"
	"maps"
	"reflect"
	"slices"

	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

//go:embed migrations/*.sql
var migrations embed.FS

// store is the book on disk. Only one goroutine writes at a time; see
// [Ledger.Record].
type store struct {
	db      *sqldb.DB
	series  *dictionary
	classes *dictionary
}

func openStore(ctx context.Context, db *sqldb.DB) (*store, error) {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "ledger", sub); err != nil {
		return nil, err
	}
	return &store{db: db, series: newDictionary("ledger_series"), classes: newDictionary("ledger_classes")}, nil
}

// change is what a page changes about one key.
type change struct {
	key    string
	put    []slo.Increment
	remove []int64 // slot ends
	reads  Spans   // all spans of the key afterwards; nil: unchanged

	annotated bool             // notes are all remarks afterwards
	notes     []slo.Annotation // by end and kind
}

// changes compares pages with memory, so that what is read again and found the
// same is not written again. The caller holds recording.
func (l *Ledger) changes(pages []Page) []change {
	var out []change
	for _, page := range pages {
		for _, key := range page.keys() {
			out = append(out, l.change(key, page))
		}
	}
	return out
}

func (l *Ledger) change(key string, page Page) change {
	c := change{key: key}
	have := map[int64]slo.Increment{}
	s := l.series[key]
	if s == nil {
		s = &series{}
	}
	for _, inc := range s.in(page.Span) {
		have[inc.End] = inc
	}
	for _, inc := range overlay(s.in(page.Span), page.Increments[key]) {
		if old, ok := have[inc.End]; !ok || !same(old, inc) {
			c.put = append(c.put, inc)
		}
		delete(have, inc.End)
	}
	c.remove = slices.Sorted(maps.Keys(have))
	if reads := s.reads.Add(page.Span); !page.merging && page.reads(key) && !slices.Equal(reads, s.reads) {
		c.reads = reads
	}
	if notes := annotate(s.notes, page, page.Annotations[key]); !page.merging && !slices.Equal(notes, s.notes) {
		c.annotated, c.notes = true, notes
	}
	return c
}

func same(a, b slo.Increment) bool {
	return a.Width == b.Width && a.Counts == b.Counts && (len(a.Classes) == 0 && len(b.Classes) == 0 || reflect.DeepEqual(a.Classes, b.Classes))
}

func (st *store) write(ctx context.Context, changes []change) error {
	err := st.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, c := range changes {
			if err := st.writeOne(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	st.series.settle(err == nil)
	st.classes.settle(err == nil)
	return err
}

func (st *store) writeOne(ctx context.Context, tx *sql.Tx, c change) error {
	if len(c.put) == 0 && len(c.remove) == 0 && c.reads == nil && !c.annotated {
		return nil
	}
	id, err := st.series.id(ctx, tx, c.key)
	if err != nil {
		return err
	}
	for _, end := range c.remove {
		if _, err := tx.ExecContext(ctx, `DELETE FROM ledger_increments WHERE series = ? AND slot_end = ?`, id, end); err != nil {
			return err
		}
	}
	for _, inc := range c.put {
		classes, err := st.pack(ctx, tx, inc.Classes)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO ledger_increments (series, slot_end, width, total, bad, classes) VALUES (?, ?, ?, ?, ?, ?)`,
			id, inc.End, inc.Width, inc.Total, inc.Bad, classes); err != nil {
			return err
		}
	}
	if err := writeReads(ctx, tx, id, c.reads); err != nil {
		return err
	}
	return writeNotes(ctx, tx, id, c)
}

func writeReads(ctx context.Context, tx *sql.Tx, id int64, reads Spans) error {
	if reads == nil {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM ledger_reads WHERE series = ?`, id); err != nil {
		return err
	}
	for _, span := range reads {
		if _, err := tx.ExecContext(ctx, `INSERT INTO ledger_reads (series, from_time, to_time) VALUES (?, ?, ?)`, id, span.From, span.To); err != nil {
			return err
		}
	}
	return nil
}

// pack writes classes as pairs of unsigned varints, id and count; a negative count
// as what it is modulo 2^64.
func (st *store) pack(ctx context.Context, tx *sql.Tx, classes map[string]int64) ([]byte, error) {
	var out []byte
	for _, name := range slices.Sorted(maps.Keys(classes)) {
		id, err := st.classes.id(ctx, tx, name)
		if err != nil {
			return nil, err
		}
		out = binary.AppendUvarint(out, uint64(id))
		out = binary.AppendUvarint(out, uint64(classes[name]))
	}
	return out, nil
}

// forget deletes what of these accounts ended at or before an instant.
func (st *store) forget(ctx context.Context, keys []string, before int64) error {
	return st.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, key := range keys {
			for _, table := range []string{"ledger_increments", "ledger_annotations"} {
				if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE series = ? AND slot_end <= ?`, st.series.ids[key], before); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
