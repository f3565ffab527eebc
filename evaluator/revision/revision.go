package revision

import (
	"context"
	"embed"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Book is the open book of revisions. It is safe for concurrent use.
type Book struct {
	db *sqldb.DB

	mu        sync.Mutex
	histories map[slo.ID][]slo.Revision // oldest first, none empty
}

// Change is a revision that began.
type Change struct {
	ID          slo.ID
	RenamedFrom slo.ID // when the history of another name goes on here; else zero
	Number      int
	Text        string // what changed, for people; empty for the first revision and for a mere new name
}

// Open brings the tables of the book up to date and reads it.
func Open(ctx context.Context, db *sqldb.DB) (*Book, error) {
	if err := db.Migrate(ctx, "revision", migrations); err != nil {
		return nil, err
	}
	histories, err := read(ctx, db.Reader())
	if err != nil {
		return nil, err
	}
	return &Book{db: db, histories: histories}, nil
}

// Histories are the revisions of every SLO the book knows, oldest first.
func (b *Book) Histories() map[slo.ID][]slo.Revision {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.histories)
}

// Apply compares SLOs with the revisions in force and opens new ones from now on
// where something else is promised. It returns the SLOs with their number and
// history, in the same order, and what changed. What it returns is on disk; with
// an error nothing has changed. Applying the same SLOs again changes nothing.
func (b *Book) Apply(ctx context.Context, now time.Time, slos []slo.SLO) ([]slo.SLO, []Change, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := slices.Clone(slos)
	var changes []Change
	taken := map[slo.ID]bool{}
	for _, s := range slos {
		taken[s.ID] = true
	}
	for i := range out {
		if taken[out[i].RenamedFrom] { // it is still there, or goes on elsewhere
			out[i].RenamedFrom = slo.ID{}
		}
		taken[out[i].RenamedFrom] = !out[i].RenamedFrom.IsZero()
		history, change := b.next(out[i], now.UTC().Truncate(time.Second))
		if change != nil {
			changes = append(changes, *change)
		}
		out[i].History, out[i].Revision = history, history[len(history)-1].Number
	}
	if len(changes) > 0 {
		if err := b.save(ctx, out, changes); err != nil {
			return nil, nil, fmt.Errorf("record revisions: %w", err)
		}
	}
	for _, c := range changes {
		delete(b.histories, c.RenamedFrom)
	}
	for _, s := range out {
		b.histories[s.ID] = s.History
	}
	return out, changes, nil
}

// next is the history of an SLO with what it promises now in force, and how that
// differs from what the book has; nil when it does not.
func (b *Book) next(s slo.SLO, now time.Time) ([]slo.Revision, *Change) {
	history, from := b.historyOf(s)
	promise := s.Promise()
	if len(history) == 0 {
		promise.Number, promise.From = 1, now
		return []slo.Revision{promise}, &Change{ID: s.ID, Number: 1}
	}
	last := history[len(history)-1]
	promise.Change = promise.ChangeFrom(last)
	if promise.Change == "" {
		return history, renamed(s.ID, from, last.Number)
	}
	promise.Number, promise.From = last.Number+1, later(now, last.From)
	return append(slices.Clone(history), promise), &Change{ID: s.ID, RenamedFrom: from, Number: promise.Number, Text: promise.Change}
}

// historyOf finds the history of an SLO, and under which other name when that is
// where it is.
func (b *Book) historyOf(s slo.SLO) (history []slo.Revision, from slo.ID) {
	if history, ok := b.histories[s.ID]; ok || s.RenamedFrom.IsZero() {
		return history, slo.ID{}
	}
	if history, ok := b.histories[s.RenamedFrom]; ok {
		return history, s.RenamedFrom
	}
	return nil, slo.ID{}
}

func renamed(id, from slo.ID, number int) *Change {
	if from.IsZero() {
		return nil
	}
	return &Change{ID: id, RenamedFrom: from, Number: number}
}

// later keeps revisions in order when a clock was set back.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
