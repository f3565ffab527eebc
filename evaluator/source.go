package evaluator

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/read"
)

// source is one backend with what is asked of it and how it is doing.
type source struct {
	Backend
	key string // the ledger account of the backend's own presence
	log *slog.Logger
	up  prometheus.Gauge

	booking sync.Mutex // held while an answer is booked that another may overtake

	mu      sync.Mutex
	slis    []plan.SLI
	names   map[string]string // for whom indicators and signals are read, by key
	horizon time.Duration
	err     error              // of the last round; nil when it answered
	errAt   time.Time          // when it began to fail
	okAt    time.Time          // end of the last slot that was read
	unsaved error              // why the last round could not be booked
	short   bool               // looks for members over minutes only: a day was too much
	asleep  bool               // it was down and still is
	refused map[string]trouble // queries it does not answer, by indicator
	invalid map[string]trouble // indicators whose numbers cannot be true
	signals map[string]trouble // signals that were not read, by key
	hour    int64              // the last one in which late samples were looked for

	forsaken map[string][]forsaken // history that is not to be had, by indicator
	watches  map[*watch]bool       // pages that are being read
	newest   time.Time             // slot that history was looked for from
}

func newSource(b Backend, log *slog.Logger, up prometheus.Gauge) *source {
	up.Set(1) // until it has failed
	return &source{
		Backend: b, key: "backend:" + b.Name, log: log.With("backend", b.Name), up: up,
		refused: map[string]trouble{}, invalid: map[string]trouble{}, signals: map[string]trouble{},
		forsaken: map[string][]forsaken{}, watches: map[*watch]bool{},
	}
}

func (s *source) setSLIs(slis []plan.SLI, names map[string]string, horizon time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slis, s.names, s.horizon = slis, names, horizon
	wanted := make(map[string]bool, len(slis))
	for _, sli := range slis {
		wanted[sli.Key] = true
	}
	gone := func(key string, _ trouble) bool { return !wanted[key] }
	maps.DeleteFunc(s.refused, gone)
	maps.DeleteFunc(s.invalid, gone)
}

// wanted returns the indicators to read, those that were refused apart: each
// of those is asked for alone.
func (s *source) wanted() (together, alone []plan.SLI) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sli := range s.slis {
		if _, refused := s.refused[sli.Key]; refused {
			alone = append(alone, sli)
		} else {
			together = append(together, sli)
		}
	}
	return together, alone
}

// errNotBooked is behind what fails after the backend has answered.
var errNotBooked = errors.New("the answers cannot be booked")

// failed notes that a round got no answer. That an answer could not be booked, or
// was not waited for because slofuse stops, is not the fault of the backend.
func (s *source) failed(now time.Time, err error) {
	if errors.Is(err, errNotBooked) || errors.Is(err, context.Canceled) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.errAt = now
		s.log.Warn("backend does not answer", "err", err)
	}
	s.err, s.short = err, false
	s.up.Set(0)
}

// shorten notes that a question about members got no answer. If the round that
// follows does, the question was too much, and a smaller one is asked next.
func (s *source) shorten() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.short = true
}

func (s *source) shortened() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.short
}

// down reports whether the backend did not answer when it was asked last.
func (s *source) down() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err != nil
}

// answered notes a round that was read.
func (s *source) answered(end time.Time, r read.Reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		s.log.Info("backend answers again", "down_since", s.errAt)
	}
	s.err, s.okAt = nil, end
	s.up.Set(1)
	for key := range r.Increments {
		s.note(s.refused, "query refused", key, trouble{})
		s.note(s.invalid, "indicator is invalid", key, trouble{err: r.Invalid[key], since: end})
	}
	for key, err := range r.Refused {
		s.note(s.refused, "query refused", key, trouble{err: err, since: end, asked: end})
	}
}

// sleep notes whether the backend is left alone until it is woken.
func (s *source) sleep(asleep bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asleep = asleep
}

func (s *source) sleeps() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asleep
}

// bookRound books what a round read. Pages of that span that were asked for before
// hold older answers.
func (s *source) bookRound(span ledger.Span, book func() error) error {
	s.booking.Lock()
	defer s.booking.Unlock()
	err := book()
	s.booked(span, err)
	return err
}

// bookPage books a page unless a round has read a part of it meanwhile.
func (s *source) bookPage(w *watch, book func() error) (overtaken bool, err error) {
	s.booking.Lock()
	defer s.booking.Unlock()
	if s.overtaken(w) {
		return true, nil
	}
	return false, book()
}

func (s *source) booked(span ledger.Span, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaved = err
	for w := range s.watches {
		w.overtaken = w.overtaken || len(ledger.Spans{w.span}.Cut(span)) > 0
	}
}

// watch is a page while it is being read.
type watch struct {
	span      ledger.Span
	overtaken bool // a round has read a part of it meanwhile
}

func (s *source) watch(span ledger.Span) *watch {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &watch{span: span}
	s.watches[w] = true
	return w
}

func (s *source) unwatch(w *watch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.watches, w)
}

func (s *source) overtaken(w *watch) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return w.overtaken
}

// auditDue reports whether late samples are still to be looked for in an hour.
func (s *source) auditDue(hour int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hour != hour
}

func (s *source) audited(hour int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hour = hour
}

// Health is how a backend is doing.
type Health struct {
	Backend   string
	Err       error     // nil when the last round was answered
	DownSince time.Time // zero when it is not down
	ReadTo    time.Time // end of the last slot read; zero before the first
	SLOs      int       // objectives in force that stand on it
	Unsaved   error     // why the ledger did not take the last answers; nil when it did
}

// standing counts the objectives in force by backend.
func (e *Evaluator) standing() map[string]int {
	e.mu.RLock()
	defer e.mu.RUnlock()
	out := map[string]int{}
	for _, s := range e.slos {
		out[e.backendOf(s)]++
	}
	return out
}

// Health returns the state of every backend, in the order of the configuration.
func (e *Evaluator) Health() []Health {
	standing := e.standing()
	out := make([]Health, 0, len(e.cfg.Backends))
	for _, b := range e.cfg.Backends {
		s := e.sources[b.Name]
		s.mu.Lock()
		h := Health{Backend: b.Name, Err: s.err, ReadTo: s.okAt, SLOs: standing[b.Name], Unsaved: s.unsaved}
		if s.err != nil {
			h.DownSince = s.errAt
		}
		s.mu.Unlock()
		out = append(out, h)
	}
	return out
}
