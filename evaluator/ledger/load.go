package ledger

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/slofuse/slofuse/slo"
)

// load fills the accounts; account returns the one of a key.
func (st *store) load(ctx context.Context, account func(key string) *series) error {
	for _, d := range []*dictionary{st.series, st.classes} {
		if err := st.loadDictionary(ctx, d); err != nil {
			return err
		}
	}
	byID := make(map[int64]*series, len(st.series.ids))
	for key, id := range st.series.ids {
		byID[id] = account(key)
	}
	if err := st.loadReads(ctx, byID); err != nil {
		return err
	}
	if err := st.loadNotes(ctx, byID); err != nil {
		return err
	}
	return st.loadIncrements(ctx, byID)
}

func (st *store) loadDictionary(ctx context.Context, d *dictionary) error {
	return st.each(ctx, `SELECT id, key FROM `+d.table, func(rows *sql.Rows) error {
		var id int64
		var key string
		if err := rows.Scan(&id, &key); err != nil {
			return err
		}
		d.ids[key] = id
		return nil
	})
}

func (st *store) loadReads(ctx context.Context, byID map[int64]*series) error {
	return st.each(ctx, `SELECT series, from_time, to_time FROM ledger_reads ORDER BY series, from_time`, func(rows *sql.Rows) error {
		var id int64
		var span Span
		if err := rows.Scan(&id, &span.From, &span.To); err != nil {
			return err
		}
		s := byID[id]
		if s == nil {
			return fmt.Errorf("a span of series %d: %w", id, errDamaged)
		}
		s.reads = append(s.reads, span)
		return nil
	})
}

func (st *store) loadIncrements(ctx context.Context, byID map[int64]*series) error {
	names := make(map[int64]string, len(st.classes.ids))
	for name, id := range st.classes.ids {
		names[id] = name
	}
	return st.each(ctx, `SELECT series, slot_end, width, total, bad, classes FROM ledger_increments ORDER BY series, slot_end`, func(rows *sql.Rows) error {
		var id int64
		var inc slo.Increment
		var blob []byte
		if err := rows.Scan(&id, &inc.End, &inc.Width, &inc.Total, &inc.Bad, &blob); err != nil {
			return err
		}
		classes, err := unpack(blob, names)
		s := byID[id]
		if err == nil && s == nil {
			err = errDamaged
		}
		if err != nil {
			return fmt.Errorf("slot %d of series %d: %w", inc.End, id, err)
		}
		inc.Classes = classes
		s.cells = append(s.cells, cell{inc: inc})
		return nil
	})
}

func (st *store) each(ctx context.Context, query string, scan func(*sql.Rows) error) error {
	rows, err := st.db.Reader().QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

var errDamaged = errors.New("the row is damaged: move the database file away and start again, the history is then read again from the backends")

// unpack reads what pack writes.
func unpack(blob []byte, names map[int64]string) (map[string]int64, error) {
	if len(blob) == 0 {
		return nil, nil
	}
	classes := map[string]int64{}
	for len(blob) > 0 {
		id, n := binary.Uvarint(blob)
		if n <= 0 {
			return nil, errDamaged
		}
		count, m := binary.Uvarint(blob[n:])
		name, known := names[int64(id)]
		if m <= 0 || !known {
			return nil, errDamaged
		}
		classes[name] = int64(count)
		blob = blob[n+m:]
	}
	return classes, nil
}
