package promapi

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/annotations"
)

// release is the Prometheus release whose engine is linked: module v0.315.0.
const release = "3.15.0"

func (a *api) series(r *http.Request) (result, error) {
	sets, err := a.matcherSets(r, true)
	if err != nil {
		return result{}, err
	}
	limit, err := limitParam(r)
	if err != nil {
		return result{}, err
	}
	mint, maxt, err := span(r)
	if err != nil {
		return result{}, err
	}
	querier, err := a.visible().Querier(mint, maxt)
	if err != nil {
		return result{}, err
	}
	defer querier.Close()
	hints := &storage.SelectHints{Start: mint, End: maxt, Func: "series"} // the word of Prometheus for "no samples needed"
	return found(r.Context(), selectAll(r.Context(), querier, hints, sets), limit)
}

// selectAll is the union of what the matcher sets select, each series once.
func selectAll(ctx context.Context, q storage.Querier, hints *storage.SelectHints, matcherSets [][]*labels.Matcher) storage.SeriesSet {
	sets := make([]storage.SeriesSet, 0, len(matcherSets))
	for _, matchers := range matcherSets {
		sets = append(sets, q.Select(ctx, true, hints, matchers...))
	}
	return storage.NewMergeSeriesSet(sets, 0, storage.ChainedSeriesMerge)
}

func found(ctx context.Context, set storage.SeriesSet, limit int) (result, error) {
	metrics := []labels.Labels{}
	notes := annotations.New().Merge(set.Warnings())
	for set.Next() {
		if err := ctx.Err(); err != nil {
			return result{}, err
		}
		if limit > 0 && len(metrics) == limit {
			notes.Add(errTruncated)
			break
		}
		metrics = append(metrics, set.At().Labels())
	}
	return result{data: metrics, notes: notes}, set.Err()
}

func (a *api) labelNames(r *http.Request) (result, error) {
	return a.labelStrings(r, func(q storage.Querier) labelCall {
		return func(ms ...*labels.Matcher) ([]string, annotations.Annotations, error) {
			return q.LabelNames(r.Context(), nil, ms...)
		}
	})
}

func (a *api) labelValues(r *http.Request) (result, error) {
	name := r.PathValue("name")
	if strings.HasPrefix(name, "U__") {
		name = model.UnescapeName(name, model.ValueEncodingEscaping)
	}
	if !model.UTF8Validation.IsValidLabelName(name) {
		return result{}, badData(fmt.Errorf("invalid label name: %q", name))
	}
	return a.labelStrings(r, func(q storage.Querier) labelCall {
		return func(ms ...*labels.Matcher) ([]string, annotations.Annotations, error) {
			return q.LabelValues(r.Context(), name, nil, ms...)
		}
	})
}

type labelCall func(...*labels.Matcher) ([]string, annotations.Annotations, error)

// labelStrings answers both label endpoints: sorted, bounded strings.
func (a *api) labelStrings(r *http.Request, ask func(storage.Querier) labelCall) (result, error) {
	sets, err := a.matcherSets(r, false)
	if err != nil {
		return result{}, err
	}
	limit, err := limitParam(r)
	if err != nil {
		return result{}, err
	}
	mint, maxt, err := span(r)
	if err != nil {
		return result{}, err
	}
	querier, err := a.visible().Querier(mint, maxt)
	if err != nil {
		return result{}, err
	}
	defer querier.Close()
	values, notes, err := collect(sets, ask(querier))
	if err != nil {
		return result{}, err
	}
	sorted := slices.AppendSeq([]string{}, maps.Keys(values))
	slices.Sort(sorted)
	if limit > 0 && len(sorted) > limit {
		sorted = sorted[:limit]
		notes.Add(errTruncated)
	}
	return result{data: sorted, notes: notes}, nil
}

// metadata is empty: nothing is scraped, so nobody sent types or help texts.
func (a *api) metadata(*http.Request) (result, error) {
	return result{data: map[string]any{}}, nil
}

func (a *api) buildInfo(*http.Request) (result, error) {
	return result{data: map[string]string{
		"version": release, "revision": "", "branch": "", "buildUser": "", "buildDate": "", "goVersion": runtime.Version(),
	}}, nil
}
