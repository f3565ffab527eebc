package slos

import (
	"fmt"
	"net/http"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) getLedger(r *http.Request) (site.Answer, error) {
	o, from, to, err := s.ledgerSpan(r, s.ThisSecond(), 24*time.Hour)
	if err != nil {
		return site.Answer{}, err
	}
	if err := s.Spans.Acquire(r.Context(), 1); err != nil {
		return site.Answer{}, err
	}
	defer s.Spans.Release(1)
	out := api.FromAccount(o, s.Ledger.Account(o))
	incs := s.Ledger.Increments(o, from, to, site.MaxSlots+1)
	if len(incs) > site.MaxSlots {
		incs = incs[:site.MaxSlots]
		to = time.Unix(incs[site.MaxSlots-1].End, 0).UTC()
		out.Next = &to
	}
	out.From, out.To = from.UTC(), to.UTC()
	out.Slots, out.Annotations = api.FromIncrements(o, incs), api.FromAnnotations(s.Annotations(o, from, to))
	return site.JSONAnswer(http.StatusOK, out)
}

func (s Handlers) getVerification(r *http.Request) (site.Answer, error) {
	o, from, to, err := s.ledgerSpan(r, s.ThisSecond().Add(-api.Settling), api.MaxVerification)
	if err != nil {
		return site.Answer{}, err
	}
	if to.Sub(from) > api.MaxVerification {
		return site.Answer{}, site.BadRequest(fmt.Sprintf("at most %s are verified at once: ask for one part after the other", slo.FormatDuration(api.MaxVerification)))
	}
	if !s.Verifying.TryLock() {
		return site.Answer{}, site.Busy("another verification is under way: the backend is asked by one at a time")
	}
	defer s.Verifying.Unlock()
	c, err := s.Ledger.Verify(r.Context(), o, from, to, nil)
	if err != nil {
		return site.Answer{}, site.Unanswered(err)
	}
	return site.JSONAnswer(http.StatusOK, api.FromComparison(o, c))
}

// ledgerSpan reads from and to. Without them the span ends last, and is of a length.
func (s Handlers) ledgerSpan(r *http.Request, last time.Time, length time.Duration) (o slo.SLO, from, to time.Time, err error) {
	if o, err = s.Find(pathID(r)); err != nil {
		return o, from, to, err
	}
	if to, err = site.Instant(r, "to", last); err != nil {
		return o, from, to, err
	}
	if from, err = site.Instant(r, "from", to.Add(-length)); err != nil {
		return o, from, to, err
	}
	if !from.Before(to) {
		err = site.BadRequest("from must be before to")
	}
	return o, from, to, err
}
