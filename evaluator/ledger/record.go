package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// Page is what one reading of a span found out about some indicators.
type Page struct {
	Span Span
	// Increments by key, sorted by end, all ending within the span. A key with
	// none was read and had no samples.
	Increments map[string][]slo.Increment
	// Unknown, by key, is when the answer cannot be believed. It was read, so it is
	// not missing, but it does not count as known, however short it is.
	Unknown map[string]Spans
	// Annotations by key, all ending within the span. They replace those that
	// an earlier reading made about the span and the key; seams stay until one of
	// the same slot replaces them. A key that has no Increments was not read.
	Annotations map[string][]slo.Annotation
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
	for _, page := range pages {
		l.newest = max(l.newest, page.Span.To)
	}
	drafts, err := l.draw(pages)
	if err == nil {
		err = l.commit(ctx, drafts)
	}
	l.settle(err == nil)
	if err != nil {
		return fmt.Errorf("record increments: %w", err)
	}
	return nil
}

// draw finds out what pages change.
func (l *Ledger) draw(pages []Page) ([]*draft, error) {
	var drafts []*draft
	for _, page := range pages {
		for _, key := range page.keys() {
			d, err := l.drawOne(page, key)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			drafts = append(drafts, d)
		}
	}
	slices.SortFunc(drafts, func(x, y *draft) int { return int(x.a.id - y.a.id) })
	return drafts, nil
}

func (l *Ledger) drawOne(page Page, key string) (*draft, error) {
	a := l.draftAccount(key)
	d := &draft{a: a, knowledge: a.knowledge, cut: a.cut}
	d.notes = annotate(a.notes, page, page.Annotations[key])
	d.noted = !slices.Equal(d.notes, a.notes)
	incs, read := page.Increments[key]
	if !read {
		return d, nil
	}
	d.span = page.Span
	d.knowledge = a.learn(page.Span, page.Unknown[key])
	with := l.withScratch[:0]
	if err := page.Span.check(incs); err != nil {
		return nil, err
	}
	for _, inc := range incs {
		with = append(with, l.entryOf(inc))
	}
	l.withScratch = with
	return d, l.revise(d, page.Span, with)
}

// check refuses increments that are not what a page of a span may hold: their sums
// would be wrong for good.
func (s Span) check(incs []slo.Increment) error {
	last := s.From
	for _, inc := range incs {
		if inc.End <= last || inc.End > s.To || inc.Width <= 0 || inc.Total < 0 || inc.Bad < 0 {
			return fmt.Errorf("a slot of %d seconds that ends at %d, with %d bad of %d events, is out of place after %d in (%d, %d]",
				inc.Width, inc.End, inc.Bad, inc.Total, last, s.From, s.To)
		}
		last = inc.End
	}
	return nil
}

// draftAccount is the account of a key, or a new one that the book does not have
// before it is on disk.
func (l *Ledger) draftAccount(key string) *account {
	if a := l.accounts[key]; a != nil {
		return a
	}
	return newAccount(l.keys.id(key), key, cutOf(l.newest))
}

// cutOf is up to where everything is sealed at an instant: the last one to two
// hours are open, because rounds read them again.
func cutOf(now int64) int64 { return int64(hourOf(now+1))*hour - hour }

// settle ends a transaction for what it gave ids to.
func (l *Ledger) settle(committed bool) {
	l.keys.settle(committed)
	l.classes.settle(committed)
}

// apply takes drafts into memory. The caller holds mu.
func (l *Ledger) apply(drafts []*draft) {
	for _, d := range drafts {
		l.accounts[d.a.key] = d.a
		d.apply()
		if d.binding != nil {
			l.bodies.take(d.binding.rows, l.store == nil)
			l.marks.forget(d.binding.rows)
		}
	}
}

func (d *draft) apply() {
	a := d.a
	a.knowledge, a.notes, a.cut = d.knowledge, d.notes, d.cut
	a.stale = (a.stale || d.span != Span{}) && !d.heading
	if d.lo < d.hi || len(d.fresh) > 0 {
		a.setOpen(d.lo, d.hi, d.fresh)
	}
	if d.sealed > 0 {
		a.dropOpen(d.sealed)
	}
	if d.binding != nil {
		a.vols = slices.Clip(d.binding.vols)
	}
	if d.heading {
		a.bridge(0, len(a.open))
	}
	if (d.span != Span{}) {
		a.bridge(a.after(d.span.From), a.after(d.span.To))
	}
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
	for i, page := range pages[:max(len(pages), 1)-1] {
		for _, key := range page.keys() {
			if slices.ContainsFunc(pages[i+1:], func(later Page) bool { return later.mentions(key) }) {
				return key, true
			}
		}
	}
	return "", false
}
