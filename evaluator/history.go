package evaluator

import (
	"fmt"
	"strings"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// forsakenFor is how long history that the backend did not give is let be.
const forsakenFor = time.Hour

// forsaken is history that the backend refuses, is too slow for or has lost.
// Windows are judged by their coverage then, instead of waiting for it.
type forsaken struct {
	ledger.Span
	err   error
	until time.Time
}

// forsake notes that a page is not to be had.
func (s *source) forsake(p page, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sli := range p.slis {
		if len(s.forsaken[sli.Key]) == 0 {
			s.log.Warn("a part of the history is not to be had", "slo", s.names[sli.Key], "sli", sli.Key, "up_to", time.Unix(p.span.To, 0), "err", err)
		}
		s.forsaken[sli.Key] = append(s.forsaken[sli.Key], forsaken{p.span, err, p.now.Add(forsakenFor)})
	}
}

// forget notes that the backend has lost what a reading says up to an instant.
func (s *source) forget(r read.Reading, upTo int64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lost := forsaken{ledger.Span{From: r.Span.From, To: min(upTo, r.Span.To)}, errLost, now.Add(forsakenFor)}
	for key := range r.Increments {
		s.forsaken[key] = append(s.forsaken[key], lost)
	}
}

var errLost = fmt.Errorf("the backend has lost data that it had before")

// retry lets history be asked for again that was forsaken long ago.
func (s *source) retry(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, all := range s.forsaken {
		var keep []forsaken
		for _, f := range all {
			if now.Before(f.until) {
				keep = append(keep, f)
			}
		}
		if s.forsaken[key] = keep; len(keep) == 0 {
			delete(s.forsaken, key)
		}
	}
}

// hopeless is what of the past of an indicator is not to be had, and why.
func (s *source) hopeless(key string) (spans ledger.Spans, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.forsaken[key] {
		spans, err = spans.Add(f.Span), f.err
	}
	return spans, err
}

// reach is how far back catching up goes, in whole hours, when the newest slot
// that was ever looked at ends at an instant or later.
func (s *source) reach(last time.Time) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newest = later(s.newest, last)
	last = later(s.newest, s.okAt)
	return ledger.Floor(last.Add(-max(s.horizon, read.Lookback)-read.Lookback).Unix(), 3600)
}

// putBack notes that the clock is behind an instant up to which history was looked
// for: that was another clock's.
func (s *source) putBack(last time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.newest.Sub(last) > time.Hour {
		s.newest = last
	}
}

// lacks is what of a span is still to be read for an indicator.
func (e *Evaluator) lacks(src *source, key string, within ledger.Span) ledger.Spans {
	missing := e.cfg.Ledger.Missing(key, within)
	if len(missing) == 0 {
		return nil
	}
	hopeless, _ := src.hopeless(key)
	var out ledger.Spans
	for _, span := range missing {
		out = append(out, hopeless.Missing(span)...)
	}
	return out
}

// unread is what catching up still has to read of the time before an instant.
func (e *Evaluator) unread(s subject, asOf time.Time) ledger.Spans {
	src := e.source(s.SLO)
	if src == nil {
		return nil
	}
	span := ledger.Span{From: src.reach(asOf), To: asOf.Unix()}
	if span.From >= span.To {
		return nil
	}
	return e.lacks(src, s.key, span)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// addReading marks the windows of an assessment that are still being read, and
// says how far that is or why it goes no further.
func (e *Evaluator) addReading(s subject, a *slo.Assessment) {
	unread := e.unread(s, a.AsOf)
	a.Window.Unread = within(a.Window, unread)
	for i, w := range a.Reports {
		a.Reports[i].Unread = within(w, unread)
	}
	for i, w := range a.Burns {
		a.Burns[i].Unread = within(w, unread)
	}
	if a.State.Measured() {
		a.Reason = strings.Join(notEmpty(a.Reason, e.historyOf(s, a.Window)), "; ")
	}
}

func notEmpty(texts ...string) []string {
	var out []string
	for _, text := range texts {
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

// historyOf says for people what of a window is not there yet, or never will be.
func (e *Evaluator) historyOf(s subject, w slo.WindowSum) string {
	if w.Reading() {
		return "history is still being read: " + w.ReadSoFar()
	}
	span := ledger.Span{From: w.From.Unix(), To: w.To.Unix()}
	src := e.source(s.SLO)
	if src == nil {
		return ""
	}
	hopeless, err := src.hopeless(s.key)
	gone := hopeless.Cut(span)
	if len(gone) == 0 || len(e.cfg.Ledger.Missing(s.key, span)) == 0 {
		return ""
	}
	return fmt.Sprintf("history before %s is not to be had: %v", time.Unix(gone[len(gone)-1].To, 0).UTC().Format(time.RFC3339), err)
}

// within is how much of a window spans hold.
func within(w slo.WindowSum, spans ledger.Spans) time.Duration {
	return length(spans.Cut(ledger.Span{From: w.From.Unix(), To: w.To.Unix()}))
}

func length(spans ledger.Spans) time.Duration {
	var sum int64
	for _, s := range spans {
		sum += s.To - s.From
	}
	return time.Duration(sum) * time.Second
}
