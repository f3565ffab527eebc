package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// Ledger is the open book. It is safe for concurrent use.
type Ledger struct {
	store *store // nil: in memory only

	recording sync.Mutex // held over disk and memory, so that both see one order
	mu        sync.RWMutex
	series    map[string]*series
}

// Open reads the book of a database into memory. A nil database keeps the book
// in memory only, for a single look at the past.
func Open(ctx context.Context, db *sqldb.DB) (*Ledger, error) {
	l := &Ledger{series: map[string]*series{}}
	if db == nil {
		return l, nil
	}
	var err error
	if l.store, err = openStore(ctx, db); err != nil {
		return nil, err
	}
	if err := l.store.load(ctx, l.account); err != nil {
		return nil, fmt.Errorf("load ledger: %w", err)
	}
	for _, s := range l.series {
		s.sumFrom(0)
	}
	return l, nil
}

// account returns the account of a key, opening it when it is new. The caller
// holds mu or is alone.
func (l *Ledger) account(key string) *series {
	s := l.series[key]
	if s == nil {
		s = &series{apart: !slo.Bridges(key)}
		l.series[key] = s
	}
	return s
}

// Page is what one reading of a span found out about some indicators.
type Page struct {
	Span Span
	// Increments by key, sorted by end, all ending within the span. A key with
	// none was read and had no samples.
	Increments map[string][]slo.Increment

	// Annotations by key, all ending within the span. They replace the remarks that
	// an earlier reading made about the span and the key; seams stay until one of
	// the same slot replaces them. A key that has no Increments was not read.
	Annotations map[string][]slo.Annotation

	merging bool // the span was not read, only its cells are replaced
}

// Record replaces what the book says about the page's span and keys. It is on
// disk when Record returns without an error; with one, nothing has changed. A
// key may stand on one of the pages only.
func (l *Ledger) Record(ctx context.Context, pages ...Page) error {
	if key, twice := repeated(pages); twice {
		return fmt.Errorf("record increments: %q stands on two pages", key)
	}
	l.recording.Lock()
	defer l.recording.Unlock()
	if l.store != nil {
		if err := l.store.write(ctx, l.changes(pages)); err != nil {
			return fmt.Errorf("record increments: %w", err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, page := range pages {
		for _, key := range page.keys() {
			s := l.account(key)
			if !page.merging {
				s.notes = annotate(s.notes, page, page.Annotations[key])
			}
			if page.reads(key) {
				s.replace(page, page.Increments[key])
			}
		}
	}
	return nil
}

// reads reports whether the page says something about what a key counted.
func (p Page) reads(key string) bool {
	_, ok := p.Increments[key]
	return ok
}

func (p Page) mentions(key string) bool {
	_, ok := p.Annotations[key]
	return ok || p.reads(key)
}

// keys are all that the page says something about.
func (p Page) keys() []string {
	keys := slices.Collect(maps.Keys(p.Increments))
	for key := range p.Annotations {
		if !p.reads(key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func repeated(pages []Page) (key string, twice bool) {
	for i, page := range pages {
		for _, key := range page.keys() {
			if slices.ContainsFunc(pages[:i], func(earlier Page) bool { return earlier.mentions(key) }) {
				return key, true
			}
		}
	}
	return "", false
}

// Missing returns what of a span was never read for a key.
func (l *Ledger) Missing(key string, within Span) Spans {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	if s == nil {
		return Spans{within}
	}
	return s.reads.Missing(within)
}

// Sum adds up a key over a window. The window's ends are moved to the start of
// the slot they fall into, and the result says where they are then. Coverage
// counts, before the key's first sample, the time that the backend, booked
// under its own key, had data: a function that did not exist yet was not
// unknown.
func (l *Ledger) Sum(key, backend string, from, to time.Time) slo.WindowSum {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	if s == nil {
		s = &series{}
	}
	start, before := s.at(from.Unix())
	end, upTo := s.at(to.Unix())
	known := upTo.known - before.known + l.knownBeforeBirth(s, backend, Span{From: start, To: end})
	sum := slo.WindowSum{
		Length: to.Sub(from), From: time.Unix(start, 0).UTC(), To: time.Unix(end, 0).UTC(),
		Counts:   slo.Counts{Total: upTo.total - before.total, Bad: upTo.bad - before.bad},
		BadSlots: int(upTo.badSlots - before.badSlots),
	}
	if length := to.Unix() - start; length > 0 {
		sum.Coverage = float64(known) / float64(length)
	}
	return sum
}

// knownBeforeBirth is how many seconds of the span before a series' first
// sample were read while the backend had data.
func (l *Ledger) knownBeforeBirth(s *series, backend string, span Span) int64 {
	up := l.series[backend]
	if up == nil || len(s.cells) == 0 {
		return 0
	}
	span.To = min(span.To, s.cells[0].start)
	var known int64
	for _, read := range s.reads.Cut(span) {
		_, upTo := up.at(read.To)
		_, before := up.at(read.From)
		known += upTo.known - before.known
	}
	return known
}

// Classes adds up the classes of a key over a window.
func (l *Ledger) Classes(key string, from, to time.Time) map[string]int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	if s == nil {
		return nil
	}
	start, _ := s.at(from.Unix())
	end, _ := s.at(to.Unix())
	return s.classes(start, end)
}

// Seen returns when the first and the last slot with samples at or before an
// instant ended.
func (l *Ledger) Seen(key string, at time.Time) (first, last time.Time, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	if s == nil {
		return first, last, false
	}
	i := s.after(at.Unix())
	if i == 0 {
		return first, last, false
	}
	return time.Unix(s.cells[0].inc.End, 0).UTC(), time.Unix(s.cells[i-1].inc.End, 0).UTC(), true
}

// ReadTo returns up to when a key has been read, at most an instant.
func (l *Ledger) ReadTo(key string, at time.Time) (to time.Time, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	if s == nil {
		return to, false
	}
	read := s.reads.Cut(Span{To: at.Unix()})
	if len(read) == 0 {
		return to, false
	}
	return time.Unix(read[len(read)-1].To, 0).UTC(), true
}

// Busiest is the most events a key counted in one slot of a width in seconds
// within a span.
func (l *Ledger) Busiest(key string, within Span, width int64) int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	if s == nil {
		return 0
	}
	var most int64
	for _, inc := range s.in(within) {
		if inc.Width == width {
			most = max(most, inc.Total)
		}
	}
	return most
}

// Ends lists the ends of the slots of a span in which a key had samples.
func (l *Ledger) Ends(key string, within Span) []int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	if s == nil {
		return nil
	}
	var ends []int64
	for _, inc := range s.in(within) {
		ends = append(ends, inc.End)
	}
	return ends
}
