package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
)

// adopt brings the rows of the form that books had before volumes into the present
// one, some accounts at a time; a start that is killed is continued by the next.
func (l *Ledger) adopt(ctx context.Context) error {
	ids, err := l.store.oldSeries(ctx)
	if err != nil || ids == nil {
		return err
	}
	for batch := range slices.Chunk(ids, compactBatch) {
		var drafts []*draft
		for _, id := range batch {
			d, err := l.adoptOne(ctx, id)
			if err != nil {
				return fmt.Errorf("series %d: %w", id, err)
			}
			drafts = append(drafts, d)
		}
		if err := l.commit(ctx, drafts); err != nil {
			return err
		}
	}
	return l.store.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DROP TABLE ledger_increments; DROP TABLE ledger_reads`)
		return err
	})
}

// oldSeries are the ids of accounts with rows of the old form: nil when the file
// has no tables for such rows.
func (st *store) oldSeries(ctx context.Context) ([]int64, error) {
	var tables int
	err := st.db.Reader().QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'ledger_increments'`).Scan(&tables)
	if err != nil || tables == 0 {
		return nil, err
	}
	ids := []int64{}
	err = st.each(ctx, `SELECT series FROM ledger_increments UNION SELECT series FROM ledger_reads ORDER BY series`, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// adoptOne drafts an account from its old rows.
func (l *Ledger) adoptOne(ctx context.Context, id int64) (*draft, error) {
	a := l.accounts[l.keys.name(id)]
	if a == nil || !a.empty() {
		return nil, errDamaged
	}
	reads, err := l.store.oldReads(ctx, id)
	if err != nil {
		return nil, err
	}
	cells, err := l.oldCells(ctx, id)
	if err != nil {
		return nil, err
	}
	newest := int64(0)
	if n := len(reads); n > 0 {
		newest = reads[n-1].To
	}
	if n := len(cells); n > 0 {
		newest = max(newest, cells[n-1].end)
	}
	l.newest, a.cut = max(l.newest, newest), cutOf(newest)
	d := &draft{a: a, cut: a.cut, knowledge: knowledge{reads: reads, apart: a.apart}, notes: a.notes, heading: true, adopted: true}
	return d, l.revise(d, Span{From: math.MinInt64 / 2, To: math.MaxInt64 / 2}, cells)
}

func (st *store) oldReads(ctx context.Context, id int64) (Spans, error) {
	var out Spans
	err := st.each(ctx, `SELECT from_time, to_time FROM ledger_reads WHERE series = ? ORDER BY from_time`, func(rows *sql.Rows) error {
		var span Span
		err := rows.Scan(&span.From, &span.To)
		out = out.Add(span)
		return err
	}, id)
	return out, err
}

func (l *Ledger) oldCells(ctx context.Context, id int64) ([]entry, error) {
	var out []entry
	err := l.store.each(ctx, `SELECT slot_end, width, total, bad, classes FROM ledger_increments WHERE series = ? ORDER BY slot_end`, func(rows *sql.Rows) error {
		var e entry
		var classes []byte
		if err := rows.Scan(&e.end, &e.width, &e.total, &e.bad, &classes); err != nil {
			return err
		}
		var err error
		if e.classes, err = l.oldClasses(classes); err != nil || e.width <= 0 {
			return fmt.Errorf("slot %d: %w", e.end, errDamaged)
		}
		out = append(out, e)
		return nil
	}, id)
	return out, err
}

// oldClasses reads pairs of unsigned varints, id and count.
func (l *Ledger) oldClasses(blob []byte) (packed, error) {
	var t tally
	s := scanner{rest: blob}
	for len(s.rest) > 0 {
		id, n := int64(s.uvarint()), int64(s.uvarint())
		if s.failed || !l.classes.knows(id) {
			return nil, errDamaged
		}
		t.addFrom(0, id, n)
	}
	return t.pack(nil), s.end()
}
