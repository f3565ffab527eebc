package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"github.com/slofuse/slofuse/slo"
)

// load reads heads and log. Volumes stay on disk until they are asked for.
func (l *Ledger) load(ctx context.Context) error {
	if err := l.store.names(ctx, "ledger_classes", l.classes); err != nil {
		return err
	}
	if err := l.store.names(ctx, "ledger_series", l.keys); err != nil {
		return err
	}
	byID := make(map[int64]*account, len(l.keys.ids))
	for key, id := range l.keys.ids {
		a := newAccount(id, key, math.MinInt64)
		byID[id], l.accounts[key] = a, a
	}
	for _, step := range []func(context.Context, map[int64]*account) error{l.loadHeads, l.loadNotes, l.loadLog} {
		if err := step(ctx, byID); err != nil {
			return err
		}
	}
	for _, a := range byID {
		if err := l.settleLoaded(a); err != nil {
			return err
		}
	}
	return nil
}

// settleLoaded finishes an account after heads and log have been read.
func (l *Ledger) settleLoaded(a *account) error {
	if a.cut == math.MinInt64 { // sealing has not been here yet
		a.cut = cutOf(l.newest)
		if len(a.open) > 0 {
			a.cut = min(a.cut, int64(hourOf(a.open[0].end))*hour)
		}
	}
	a.bridge(0, len(a.open))
	known := true
	check := func(p packed) {
		known = p.each(func(id, _ int64) { known = known && l.classes.knows(id) }) && known
	}
	for i := range a.open {
		check(a.openClasses(i))
	}
	for i := range a.vols {
		check(a.vols[i].classes)
	}
	if !known {
		return fmt.Errorf("classes of %s: %w", a.key, errDamaged)
	}
	return nil
}

func (st *store) names(ctx context.Context, table string, d *dictionary) error {
	return st.each(ctx, `SELECT id, key FROM `+table, func(rows *sql.Rows) error {
		var id int64
		var key string
		err := rows.Scan(&id, &key)
		d.know(id, key)
		return err
	})
}

func (l *Ledger) loadHeads(ctx context.Context, byID map[int64]*account) error {
	return l.store.each(ctx, `SELECT series, body FROM ledger_heads`, func(rows *sql.Rows) error {
		var id int64
		var row sql.RawBytes
		if err := rows.Scan(&id, &row); err != nil {
			return err
		}
		body, err := unsealed(id, row)
		a := byID[id]
		if err == nil && a == nil {
			err = errDamaged
		}
		if err == nil {
			err = a.readHead(body)
		}
		if err != nil {
			return fmt.Errorf("head of series %d: %w", id, err)
		}
		if n := len(a.reads); n > 0 {
			l.newest = max(l.newest, a.reads[n-1].To)
		}
		return nil
	})
}

func (l *Ledger) loadNotes(ctx context.Context, byID map[int64]*account) error {
	return l.store.each(ctx, `SELECT series, slot_end, kind, width, text FROM ledger_annotations ORDER BY series, slot_end, kind`, func(rows *sql.Rows) error {
		var id int64
		var note slo.Annotation
		if err := rows.Scan(&id, &note.End, &note.Kind, &note.Width, &note.Text); err != nil {
			return err
		}
		a := byID[id]
		if a == nil {
			return fmt.Errorf("an annotation of series %d: %w", id, errDamaged)
		}
		a.notes = append(a.notes, note)
		return nil
	})
}

func (l *Ledger) loadLog(ctx context.Context, byID map[int64]*account) error {
	return l.store.each(ctx, `SELECT id, up_to, body FROM ledger_log ORDER BY id`, func(rows *sql.Rows) error {
		var entry logEntry
		var row sql.RawBytes
		if err := rows.Scan(&entry.id, &entry.upTo, &row); err != nil {
			return err
		}
		if err := l.replay(row, byID); err != nil {
			return fmt.Errorf("row %d of the log: %w", entry.id, err)
		}
		l.store.log = append(l.store.log, entry)
		return nil
	})
}

func (st *store) each(ctx context.Context, query string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := st.db.Reader().QueryContext(ctx, query, args...)
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
