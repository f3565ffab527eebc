package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

// exemplarBytes bounds an answer of one backend: some ten thousand exemplars.
const exemplarBytes = 4 << 20

var _ site.Exemplars = versions{}

// exemplars is a backend that may be asked for them.
type exemplars interface {
	Exemplars(ctx context.Context, selectors []slo.Selector, in prom.Span, bytes int64) ([]slo.Exemplar, error)
}

// Exemplars asks the backends of SLOs, one after the other and each once.
func (v versions) Exemplars(ctx context.Context, slos []slo.SLO, from, to time.Time) (list []slo.Exemplar, err error) {
	for i, b := range v.backends {
		selectors := selectorsOf(slos, b, i == 0)
		if len(selectors) == 0 {
			continue
		}
		found, failed := askExemplars(ctx, b, selectors, prom.Span{From: from, To: to})
		list, err = append(list, found...), errors.Join(err, failed)
	}
	return list, err
}

// selectorsOf are what to ask one backend about, each once.
func selectorsOf(slos []slo.SLO, of evaluator.Backend, first bool) (out []slo.Selector) {
	asked := map[string]bool{}
	for _, o := range slos {
		if o.Backend != of.Name && (o.Backend != "" || !first) {
			continue
		}
		for _, selector := range o.SLI.ExemplarSelectors() {
			if text := selector.Canonical().String(); !asked[text] {
				asked[text] = true
				out = append(out, selector)
			}
		}
	}
	return out
}

func askExemplars(ctx context.Context, b evaluator.Backend, selectors []slo.Selector, in prom.Span) ([]slo.Exemplar, error) {
	asked, ok := b.Querier.(exemplars)
	if !ok {
		return nil, fmt.Errorf("backend %s: %w", b.Name, site.ErrNoExemplars)
	}
	found, err := asked.Exemplars(ctx, selectors, in, exemplarBytes)
	if failed, ok := errors.AsType[*prom.Error](err); ok && slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented}, failed.Status) {
		return nil, fmt.Errorf("backend %s: %w", b.Name, site.ErrNoExemplars)
	}
	return found, err
}
