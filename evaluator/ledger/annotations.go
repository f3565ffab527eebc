package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Annotations returns the remarks about slots of a key that end in (from, to],
// by time: those that were recorded, and a bridged one for every cell that holds
// growth over slots without samples, as wide as the bridge.
func (l *Ledger) Annotations(key string, from, to time.Time) []slo.Annotation {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	if s == nil {
		return nil
	}
	var out []slo.Annotation
	for _, a := range s.notes {
		if a.End > from.Unix() && a.End <= to.Unix() {
			out = append(out, a)
		}
	}
	for _, c := range s.cells[s.after(from.Unix()):s.after(to.Unix())] {
		if c.bridged() {
			out = append(out, c.bridge())
		}
	}
	slices.SortStableFunc(out, byEndAndKind)
	return out
}

func byEndAndKind(a, b slo.Annotation) int {
	return cmp.Or(cmp.Compare(a.End, b.End), cmp.Compare(a.Kind, b.Kind))
}

// bridge says over what the growth of a bridged cell was spread.
func (c cell) bridge() slo.Annotation {
	gap := time.Duration(c.inc.End-c.inc.Width-c.start) * time.Second
	return slo.Annotation{
		End: c.inc.End, Width: c.inc.End - c.start, Kind: slo.Bridged,
		Text: fmt.Sprintf("%d events are spread evenly over these %s: there were no samples in the first %s",
			c.inc.Total, slo.FormatDuration(time.Duration(c.inc.End-c.start)*time.Second), slo.FormatDuration(gap)),
	}
}

// annotate is what a key's remarks are after a page: those that an earlier
// reading made about its span give way. Seams stay, no reading makes them.
func annotate(have []slo.Annotation, page Page, with []slo.Annotation) []slo.Annotation {
	out := slices.DeleteFunc(slices.Clone(have), func(a slo.Annotation) bool {
		within := a.Kind != slo.Seam && a.End > page.Span.From && a.End <= page.Span.To
		return within || slices.ContainsFunc(with, func(b slo.Annotation) bool { return a.End == b.End && a.Kind == b.Kind })
	})
	out = append(out, with...)
	slices.SortStableFunc(out, byEndAndKind)
	return out
}

func writeNotes(ctx context.Context, tx *sql.Tx, id int64, c change) error {
	if !c.annotated {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM ledger_annotations WHERE series = ?`, id); err != nil {
		return err
	}
	for _, a := range c.notes {
		if _, err := tx.ExecContext(ctx, `INSERT INTO ledger_annotations (series, slot_end, kind, width, text) VALUES (?, ?, ?, ?, ?)`,
			id, a.End, a.Kind, a.Width, a.Text); err != nil {
			return err
		}
	}
	return nil
}

func (st *store) loadNotes(ctx context.Context, byID map[int64]*series) error {
	return st.each(ctx, `SELECT series, slot_end, kind, width, text FROM ledger_annotations ORDER BY series, slot_end, kind`, func(rows *sql.Rows) error {
		var id int64
		var a slo.Annotation
		if err := rows.Scan(&id, &a.End, &a.Kind, &a.Width, &a.Text); err != nil {
			return err
		}
		s := byID[id]
		if s == nil {
			return fmt.Errorf("an annotation of series %d: %w", id, errDamaged)
		}
		s.notes = append(s.notes, a)
		return nil
	})
}
