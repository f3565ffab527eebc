package evaluator

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// stage says how a part of the past is caught up.
type stage struct {
	age   time.Duration // up to how old; 0 is as old as the longest window
	width time.Duration // of the slots; 0 is the step
	page  time.Duration // read at once
}

// stages go from recent to old: what burns now first, at full resolution.
func stages() []stage {
	const day = 24 * time.Hour
	return []stage{
		{age: 6*time.Hour + 30*time.Minute, page: 2 * time.Hour},
		{age: 3*day + time.Hour, width: 5 * time.Minute, page: day},
		{width: time.Hour, page: 2 * day},
	}
}

// Progress is how far catching up has come.
type Progress struct {
	Backend string
	Done    int       // pages
	Total   int       // pages; 0 when nothing is missing
	At      time.Time // the end of the page that was read last
	Recent  bool      // only what the next round decides on is read; older pages follow
}

// page is one piece of the past that is missing for some indicators.
type page struct {
	whole  ledger.Span // where it was looked for
	span   ledger.Span // the hull of what is missing there
	width  int64
	recent bool // of the first stage
	slis   []plan.SLI
	now    time.Time

	halvings int // how often it was split because it was too much
}

// CatchUp looks for the members of families and reads everything that is missing
// up to an instant, recent first, and reports after every page. It stops at the
// first page a backend does not answer; what was read is kept, and calling it
// again goes on from there.
func (e *Evaluator) CatchUp(ctx context.Context, now time.Time, report func(Progress)) error {
	e.discover(ctx, now, e.everySource())
	return e.catchUp(ctx, catching{now: now, last: e.newest, sources: e.everySource(), report: report})
}

// newest is the end of the newest slot, for whom no round follows.
func (e *Evaluator) newest(_ *source, now time.Time) time.Time { return e.LastSlot(now) }

// catching is what to catch up.
type catching struct {
	now        time.Time
	last       func(src *source, now time.Time) time.Time // the end of the newest slot of a backend
	sources    []*source
	recentOnly bool
	polite     bool           // after every page, pause as long as it took
	report     func(Progress) // may be nil
}

// catchUp catches up the backends beside one another: a slow one keeps none
// waiting.
func (e *Evaluator) catchUp(ctx context.Context, c catching) error {
	e.recount(ctx)
	c.report = oneByOne(c.report)
	failures := make([]error, len(c.sources))
	var reading sync.WaitGroup
	for i, src := range c.sources {
		reading.Go(func() { failures[i] = e.catchUpSource(ctx, src, c) })
	}
	reading.Wait()
	return errors.Join(failures...)
}

// oneByOne lets several report; nil is told nothing.
func oneByOne(report func(Progress)) func(Progress) {
	var mu sync.Mutex
	return func(p Progress) {
		mu.Lock()
		defer mu.Unlock()
		if report != nil {
			report(p)
		}
	}
}

// longestPause bounds how long a page that took long is followed by nothing.
const longestPause = 30 * time.Second

func (e *Evaluator) catchUpSource(ctx context.Context, src *source, c catching) error {
	src.retry(c.now)
	pages := e.missing(src, c.last(src, c.now))
	if c.recentOnly {
		pages = recentCounters(pages)
	}
	if len(pages) == 0 {
		return nil
	}
	defer e.usuals.reset() // what was not known of the weeks before may be by then
	progress := Progress{Backend: src.Name, Total: len(pages), Recent: c.recentOnly}
	e.metrics.progress(progress)
	c.report(progress)
	for _, p := range pages {
		begun := e.cfg.Now()
		if p, lacks := e.missingIn(src, src.sound(p.slis), p); lacks { // and no round was faster
			p.now = c.now
			if err := e.readPage(ctx, src, p); err != nil {
				src.failed(c.now, err)
				return err
			}
		}
		if c.polite && !wait(ctx, min(e.cfg.Now().Sub(begun), longestPause)) {
			return ctx.Err()
		}
		progress.Done++
		progress.At = time.Unix(p.span.To, 0)
		e.metrics.progress(progress)
		c.report(progress)
	}
	return nil
}

// recentCounters is what a round waits for: the recent pages without free queries,
// any of which may take long. Those are read beside the rounds, and decide nothing
// before.
func recentCounters(pages []page) []page {
	var out []page
	for _, p := range pages {
		p.slis = slices.DeleteFunc(p.slis, plan.SLI.IsProbe)
		if p.recent && len(p.slis) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// missing lists what was never read, newest first.
func (e *Evaluator) missing(src *source, last time.Time) []page {
	src.putBack(last)
	together, _ := src.wanted()
	var pages []page
	hi := last.Unix()
	for _, st := range stages() {
		width := max(int64(st.width/time.Second), e.step)
		lo := src.reach(last)
		if st.age != 0 {
			lo = max(lo, ledger.Floor(last.Add(-st.age).Unix(), 3600))
		}
		for to := hi; to > lo; to -= int64(st.page / time.Second) {
			whole := ledger.Span{From: max(to-int64(st.page/time.Second), lo), To: to}
			at := page{whole: whole, width: width, recent: st.width == 0}
			if p, lacks := e.missingIn(src, together, at); lacks {
				pages = append(pages, p)
			}
		}
		hi = min(hi, lo)
	}
	return pages
}

// missingIn finds the indicators that lack a part of a page, and the hull of
// what they lack, moved out to whole slots.
func (e *Evaluator) missingIn(src *source, slis []plan.SLI, p page) (page, bool) {
	p.slis = nil
	p.span = ledger.Span{From: p.whole.To, To: p.whole.From}
	for _, sli := range slis {
		lacks := e.lacks(src, sli.Key, p.whole)
		if len(lacks) == 0 {
			continue
		}
		p.slis = append(p.slis, sli)
		p.span.From = min(p.span.From, ledger.Floor(e.unsettledBefore(sli.Key, lacks[0].From), p.width))
		p.span.To = max(p.span.To, ledger.Ceil(lacks[len(lacks)-1].To, p.width))
	}
	return p, len(p.slis) > 0
}

// unsettledBefore moves the start of a hole back over what was read just before
// it: samples of those slots may have come after slofuse or the backend went
// down.
func (e *Evaluator) unsettledBefore(key string, from int64) int64 {
	before := ledger.Span{From: from - unsettledSpan, To: from}
	for _, hole := range e.cfg.Ledger.Missing(key, before) {
		if hole.To == from {
			return from
		}
		before.From = hole.To
	}
	return before.From
}

// readPage reads and books one page. One that is too much, or that takes too
// long while the backend answers smaller questions, is halved, and forsaken when
// it is small.
func (e *Evaluator) readPage(ctx context.Context, src *source, p page) error {
	err := e.tryPage(ctx, src, p)
	if prom.KindOf(err) != prom.TooSlow || !e.probe(ctx, src, p.now) {
		return err
	}
	if p.divisible() {
		return e.readHalves(ctx, src, p)
	}
	src.forsake(p, err)
	return nil
}

func (e *Evaluator) tryPage(ctx context.Context, src *source, p page) error {
	r := e.reader(src)
	w := src.watch(p.span)
	defer src.unwatch(w)
	known := len(e.cfg.Ledger.Missing(src.key, p.span)) == 0 // when the backend had data
	var up []slo.Increment
	var err error
	if !known { // asked first, as in a round
		if up, err = r.Presence(ctx, p.span, p.width); err != nil {
			if read.Splittable(err) && p.divisible() {
				return e.readHalves(ctx, src, p)
			}
			return err
		}
	}
	got, err := r.Read(ctx, p.slis, p.span, p.width)
	if err != nil {
		return err
	}
	if err := e.readRefused(ctx, src, p, got.Refused); err != nil {
		return err
	}
	if p.recent { // of older pages it says nothing about now
		src.distrust(got.Invalid, e.LastSlot(p.now))
	}
	_, err = src.bookPage(w, func() error { // what is missing after that is read by the next catching up
		if !known {
			return e.book(ctx, src, p, got, up)
		}
		return e.record(ctx, ledger.Page{Span: got.Span, Increments: got.Increments, Unknown: got.Unknown, Annotations: got.Annotations(got.Span, p.width)})
	})
	return err
}

// maxHalvings bounds how small a page becomes before a refusal is believed.
const maxHalvings = 4

// divisible reports whether a half of the page may be answered where the whole
// is refused.
func (p page) divisible() bool {
	return p.halvings < maxHalvings && p.span.To-p.span.From >= 2*p.width
}

// readRefused tries again, in halves, what was refused: a query over a long
// span may be too much where one over a short span is not.
func (e *Evaluator) readRefused(ctx context.Context, src *source, p page, refused map[string]error) error {
	if len(refused) == 0 {
		return nil
	}
	p.slis = slices.DeleteFunc(slices.Clone(p.slis), func(s plan.SLI) bool { return refused[s.Key] == nil })
	if p.divisible() {
		return e.readHalves(ctx, src, p)
	}
	if p.recent {
		src.refuse(refused, e.LastSlot(p.now))
	}
	for _, sli := range p.slis {
		src.forsake(page{whole: p.whole, span: p.span, slis: []plan.SLI{sli}, now: p.now}, refused[sli.Key])
	}
	return nil
}

func (e *Evaluator) readHalves(ctx context.Context, src *source, p page) error {
	half := p
	half.halvings++
	middle := p.span.From + (p.span.To-p.span.From)/p.width/2*p.width
	for _, span := range []ledger.Span{{From: middle, To: p.span.To}, {From: p.span.From, To: middle}} {
		half.span = span
		if err := e.readPage(ctx, src, half); err != nil {
			return err
		}
	}
	return nil
}
