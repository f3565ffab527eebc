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
	if err := st.loadNames(ctx); err != nil {
		return err
	}
	byID := map[int64]*series{}
	err := st.each(ctx, `SELECT id, key FROM ledger_series`, func(rows *sql.Rows) error {
		var id int64
		var key string
		if err := rows.Scan(&id, &key); err != nil {
			return err
		}
		byID[id] = account(key)
		return nil
	})
	if err != nil {
		return err
	}
	if err := st.loadReads(ctx, byID); err != nil {
		return err
	}
	return st.loadIncrements(ctx, byID)
}

func (st *store) loadNames(ctx context.Context) error {
	return st.each(ctx, `SELECT id, key FROM ledger_classes`, func(rows *sql.Rows) error {
		var id int64
		var key string
		if err := rows.Scan(&id, &key); err != nil {
			return err
		}
		st.names[id], st.classes[key] = key, id
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
		byID[id].reads = append(byID[id].reads, span)
		return nil
	})
}

func (st *store) loadIncrements(ctx context.Context, byID map[int64]*series) error {
	return st.each(ctx, `SELECT series, slot_end, width, total, bad, classes FROM ledger_increments ORDER BY series, slot_end`, func(rows *sql.Rows) error {
		var id int64
		var inc slo.Increment
		var blob []byte
		if err := rows.Scan(&id, &inc.End, &inc.Width, &inc.Total, &inc.Bad, &blob); err != nil {
			return err
		}
		classes, err := st.unpack(blob)
		if err != nil {
			return fmt.Errorf("slot %d of series %d: %w", inc.End, id, err)
		}
		inc.Classes = classes
		byID[id].cells = append(byID[id].cells, cell{inc: inc})
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

var errDamaged = errors.New("a row of classes is damaged")

func (st *store) unpack(blob []byte) (map[string]int64, error) {
	if len(blob) == 0 {
		return nil, nil
	}
	classes := map[string]int64{}
	for len(blob) > 0 {
		id, n := binary.Uvarint(blob)
		count, m := binary.Uvarint(blob[max(n, 0):])
		name, known := st.names[int64(id)]
		if n <= 0 || m <= 0 || !known {
			return nil, errDamaged
		}
		classes[name] = int64(count)
		blob = blob[n+m:]
	}
	return classes, nil
}
