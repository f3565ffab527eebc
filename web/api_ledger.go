package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// Ledger shows what is kept of SLOs. Its methods are called by many requests at
// once.
type Ledger interface {
	// Account sums up everything that is kept of an SLO.
	Account(s slo.SLO) slo.Account
	// Increments are the slots that end between two instants, oldest first, or at
	// least as many of them as are wanted.
	Increments(s slo.SLO, from, to time.Time, wanted int) []slo.Increment
	// Annotations are those of a span, by time.
	Annotations(s slo.SLO, from, to time.Time) []slo.Annotation
	// Verify asks the backend again and compares. It reports how far it has come,
	// unless report is nil.
	Verify(ctx context.Context, s slo.SLO, from, to time.Time, report func(time.Time)) (slo.Comparison, error)
}

const (
	maxSlots       = 10_000 // of an answer
	maxAnnotations = 500    // of an answer; the latest are kept
)

// maxSpans is of how many spans the slots are read at once: each is in memory as a whole.
const maxSpans = 2

func (s *Server) getLedger(r *http.Request) (answer, error) {
	o, from, to, err := s.ledgerSpan(r, s.thisSecond(), 24*time.Hour)
	if err != nil {
		return answer{}, err
	}
	if err := s.spans.Acquire(r.Context(), 1); err != nil {
		return answer{}, err
	}
	defer s.spans.Release(1)
	out := api.FromAccount(o, s.Ledger.Account(o))
	incs := s.Ledger.Increments(o, from, to, maxSlots+1)
	if len(incs) > maxSlots {
		incs = incs[:maxSlots]
		to = time.Unix(incs[maxSlots-1].End, 0).UTC()
		out.Next = &to
	}
	out.From, out.To = from.UTC(), to.UTC()
	out.Slots, out.Annotations = api.FromIncrements(o, incs), api.FromAnnotations(s.annotations(o, from, to))
	return jsonAnswer(http.StatusOK, out)
}

// annotations are the latest of a span.
func (s *Server) annotations(o slo.SLO, from, to time.Time) []slo.Annotation {
	all := s.Ledger.Annotations(o, from, to)
	return all[max(0, len(all)-maxAnnotations):]
}

func (s *Server) getVerification(r *http.Request) (answer, error) {
	o, from, to, err := s.ledgerSpan(r, s.thisSecond().Add(-api.Settling), api.MaxVerification)
	if err != nil {
		return answer{}, err
	}
	if to.Sub(from) > api.MaxVerification {
		return answer{}, badRequest(fmt.Sprintf("at most %s are verified at once: ask for one part after the other", slo.FormatDuration(api.MaxVerification)))
	}
	if !s.verifying.TryLock() {
		return answer{}, busy("another verification is under way: the backend is asked by one at a time")
	}
	defer s.verifying.Unlock()
	c, err := s.Ledger.Verify(r.Context(), o, from, to, nil)
	if err != nil {
		return answer{}, unanswered(err)
	}
	return jsonAnswer(http.StatusOK, api.FromComparison(o, c))
}

// ledgerSpan reads from and to. Without them the span ends last, and is of a length.
func (s *Server) ledgerSpan(r *http.Request, last time.Time, length time.Duration) (o slo.SLO, from, to time.Time, err error) {
	if o, err = s.find(pathID(r)); err != nil {
		return o, from, to, err
	}
	if to, err = instant(r, "to", last); err != nil {
		return o, from, to, err
	}
	if from, err = instant(r, "from", to.Add(-length)); err != nil {
		return o, from, to, err
	}
	if !from.Before(to) {
		err = badRequest("from must be before to")
	}
	return o, from, to, err
}
