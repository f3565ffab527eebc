package ledger

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/slofuse/slofuse/internal/sqldb"
)

// Ledger is the open book. It is safe for concurrent use.
type Ledger struct {
	store  *store // nil: in memory only
	bodies *bodies
	marks  marks

	recording sync.Mutex // held over disk and memory, so that both see one order
	newest    int64      // up to where anything was read
	done      pass       // of the last compaction
	keys      *dictionary
	classes   *dictionary

	oldScratch, newScratch, withScratch []entry

	mu       sync.RWMutex
	accounts map[string]*account

	faultMu sync.Mutex
	fault   error // the first failure to read a volume since the last compaction
}

// bodyRoom is how many bytes of volumes are kept in memory.
const bodyRoom = 64 << 20

// Open reads the book of a database. A nil database keeps the book in memory
// only, for a single look at the past.
func Open(ctx context.Context, db *sqldb.DB) (*Ledger, error) {
	l := &Ledger{accounts: map[string]*account{}, keys: newDictionary(), classes: newDictionary(), bodies: newBodies(math.MaxInt)}
	if db == nil {
		return l, nil
	}
	l.bodies = newBodies(bodyRoom)
	var err error
	if l.store, err = openStore(ctx, db); err != nil {
		return nil, err
	}
	if err := l.load(ctx); err != nil {
		return nil, fmt.Errorf("load ledger: %w", err)
	}
	if err := l.adopt(ctx); err != nil {
		return nil, fmt.Errorf("bring the ledger into its present form: %w", err)
	}
	return l, nil
}

// commit makes drafts durable and takes them into memory. Nobody may read a head
// in memory and the volume of another on disk, so when volumes change all wait.
func (l *Ledger) commit(ctx context.Context, drafts []*draft) error {
	if len(l.keys.fresh) > 0 && l.keys.last > maxAccounts {
		return errors.New("the ledger is full: there is no room for more indicators")
	}
	locked := false
	for _, d := range drafts {
		if d.binding != nil && !locked {
			locked = true
			l.mu.Lock()
		}
	}
	if l.store != nil {
		if err := l.store.write(ctx, drafts, l.keys, l.classes); err != nil {
			if locked {
				l.mu.Unlock()
			}
			return err
		}
	}
	if !locked {
		l.mu.Lock()
	}
	defer l.mu.Unlock()
	l.apply(drafts)
	return nil
}

// body is a row of a volume.
func (l *Ledger) body(id int64) ([]byte, error) {
	if body, ok := l.bodies.get(id); ok {
		return body, nil
	}
	if l.store == nil {
		return nil, errDamaged
	}
	body, err := l.store.read(id)
	if err != nil {
		return nil, err
	}
	l.bodies.put(id, body)
	return body, nil
}

// failed remembers that a volume could not be read, for [Ledger.Compact] to say.
func (l *Ledger) failed(a *account, err error) {
	l.faultMu.Lock()
	defer l.faultMu.Unlock()
	if l.fault == nil {
		l.fault = fmt.Errorf("%s: %w", a.key, err)
	}
}

// Missing returns what of a span was never read for a key.
func (l *Ledger) Missing(key string, within Span) Spans {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		return Spans{within}
	}
	return a.reads.Missing(within)
}

// ReadTo returns up to when a key has been read, at most an instant.
func (l *Ledger) ReadTo(key string, at time.Time) (to time.Time, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		return to, false
	}
	for _, v := range slices.Backward(a.reads) {
		if v.From < at.Unix() && at.Unix() > 0 {
			return time.Unix(min(v.To, at.Unix()), 0).UTC(), true
		}
	}
	return to, false
}

// knownBeforeBirth is how many seconds of the span before an account's first
// sample were read while the backend had data.
func (l *Ledger) knownBeforeBirth(a *account, backend string, span Span) (int64, error) {
	up := l.accounts[backend]
	if up == nil || a.empty() {
		return 0, nil
	}
	span.To = min(span.To, a.firstStart())
	if span.From >= span.To {
		return 0, nil
	}
	var known int64
	for _, read := range a.reads.Cut(span) {
		_, upTo, err := l.sumAt(up, read.To)
		if err != nil {
			return 0, err
		}
		_, before, err := l.sumAt(up, read.From)
		if err != nil {
			return 0, err
		}
		known += upTo.known - before.known
	}
	return known, nil
}
