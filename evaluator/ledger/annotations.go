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

// Annotations returns what is noted about slots of a key that end in (from, to],
// by time: those that were recorded, and a bridged one for every cell that holds
// growth over slots without samples, as wide as the bridge.
func (l *Ledger) Annotations(key string, from, to time.Time) []slo.Annotation {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		return nil
	}
	within := Span{From: from.Unix(), To: to.Unix()}
	var out []slo.Annotation
	for _, note := range a.notes {
		if within.holds(note.End) {
			out = append(out, note)
		}
	}
	l.eachRun(key, within, func(*volume) bool { return false }, func(cells []cell) {
		for _, c := range cells {
			if c.bridged() && within.holds(c.end) {
				out = append(out, c.bridge())
			}
		}
	})
	slices.SortStableFunc(out, byEndAndKind)
	return out
}

func byEndAndKind(a, b slo.Annotation) int {
	return cmp.Or(cmp.Compare(a.End, b.End), cmp.Compare(a.Kind, b.Kind))
}

// bridge says over what the growth of a bridged cell was spread.
func (c cell) bridge() slo.Annotation {
	text := func(seconds int64) string { return slo.FormatDuration(time.Duration(seconds) * time.Second) }
	whole := c.end - c.start()
	return slo.Annotation{
		End: c.end, Width: whole, Kind: slo.Bridged,
		Text: fmt.Sprintf("%d events are spread evenly over these %s: there were no samples in the first %s",
			c.total, text(whole), text(c.slot()-c.start())),
	}
}

// annotate is what a key's annotations are after a page: those that an earlier
// reading made about its span give way. Seams stay, no reading makes them.
func annotate(have []slo.Annotation, page Page, with []slo.Annotation) []slo.Annotation {
	out := slices.DeleteFunc(slices.Clone(have), func(a slo.Annotation) bool {
		within := a.Kind != slo.Seam && page.Span.holds(a.End)
		return within || slices.ContainsFunc(with, func(b slo.Annotation) bool { return a.End == b.End && a.Kind == b.Kind })
	})
	out = append(out, with...)
	slices.SortStableFunc(out, byEndAndKind)
	return out
}

func writeNotes(ctx context.Context, tx *sql.Tx, d *draft) error {
	if !d.noted {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM ledger_annotations WHERE series = ?`, d.a.id); err != nil {
		return err
	}
	for _, a := range d.notes {
		if _, err := tx.ExecContext(ctx, `INSERT INTO ledger_annotations (series, slot_end, kind, width, text) VALUES (?, ?, ?, ?, ?)`,
			d.a.id, a.End, a.Kind, a.Width, a.Text); err != nil {
			return err
		}
	}
	return nil
}
