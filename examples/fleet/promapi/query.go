package promapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/util/annotations"
	"github.com/prometheus/prometheus/util/stats"
)

// queryData is the data of both query endpoints.
type queryData struct {
	ResultType parser.ValueType `json:"resultType"`
	Result     any              `json:"result"`
	Stats      any              `json:"stats,omitempty"`
}

var errTruncated = errors.New("results truncated due to limit")

func (a *api) query(r *http.Request) (result, error) {
	ts, err := timeParam(r, "time", a.Now())
	if err != nil {
		return result{}, err
	}
	return a.run(r, func(ctx context.Context, opts promql.QueryOpts) (promql.Query, error) {
		return a.engine.NewInstantQuery(ctx, a.visible(), opts, r.FormValue("query"), ts)
	})
}

func (a *api) queryRange(r *http.Request) (result, error) {
	start, end, step, err := rangeParams(r)
	if err != nil {
		return result{}, err
	}
	return a.run(r, func(ctx context.Context, opts promql.QueryOpts) (promql.Query, error) {
		return a.engine.NewRangeQuery(ctx, a.visible(), opts, r.FormValue("query"), start, end, step)
	})
}

func rangeParams(r *http.Request) (start, end time.Time, step time.Duration, err error) {
	if start, err = requiredTime(r, "start"); err != nil {
		return start, end, step, err
	}
	if end, err = requiredTime(r, "end"); err != nil {
		return start, end, step, err
	}
	if step, err = parseDuration(r.FormValue("step")); err != nil {
		return start, end, step, invalid("step", err)
	}
	switch {
	case end.Before(start):
		err = invalid("end", errors.New("end timestamp must not be before start time"))
	case step <= 0:
		err = invalid("step", errors.New("zero or negative query resolution step widths are not accepted. Try a positive integer"))
	case end.Sub(start)/step > maxResolution:
		err = badData(errors.New("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"))
	}
	return start, end, step, err
}

// run executes a prepared query. Its result stays valid until close is called.
func (a *api) run(r *http.Request, prepare func(context.Context, promql.QueryOpts) (promql.Query, error)) (result, error) {
	limit, err := limitParam(r)
	if err != nil {
		return result{}, err
	}
	ctx, cancel, err := withTimeout(r)
	if err != nil {
		return result{}, err
	}
	defer cancel()
	opts, err := queryOptions(r)
	if err != nil {
		return result{}, err
	}
	query, err := prepare(ctx, opts)
	if err != nil {
		return result{}, invalid("query", err)
	}
	res := query.Exec(MarkSteps(ctx, r.FormValue("query")))
	if res.Err != nil {
		return result{close: query.Close}, res.Err
	}
	notes := annotations.New().Merge(res.Warnings)
	value, cut := truncate(res.Value, limit)
	if cut {
		notes.Add(errTruncated)
	}
	data := queryData{ResultType: res.Value.Type(), Result: value, Stats: statistics(query, r.FormValue("stats"), &notes)}
	return result{data: data, notes: notes, close: query.Close}, nil
}

// withTimeout shortens the request by its own timeout parameter.
func withTimeout(r *http.Request) (context.Context, context.CancelFunc, error) {
	text := r.FormValue("timeout")
	if text == "" {
		return r.Context(), func() {}, nil
	}
	timeout, err := parseDuration(text)
	if err != nil {
		return nil, nil, invalid("timeout", err)
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	return ctx, cancel, nil
}

// statistics is what the query read, when asked for.
func statistics(query promql.Query, wanted string, notes *annotations.Annotations) any {
	switch wanted {
	case "":
		return nil
	case "true", "all":
	default:
		notes.Add(fmt.Errorf(`value %q for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"`, wanted))
	}
	return stats.NewQueryStats(query.Stats())
}

// truncate keeps the first limit series, 0 keeps all. Empty results become
// empty lists: the JSON of the API never has null for them.
func truncate(value parser.Value, limit int) (any, bool) {
	switch v := value.(type) {
	case promql.Matrix:
		if limit > 0 && len(v) > limit {
			return v[:limit], true
		}
		if v == nil {
			return promql.Matrix{}, false
		}
	case promql.Vector:
		if limit > 0 && len(v) > limit {
			return v[:limit], true
		}
		if v == nil {
			return promql.Vector{}, false
		}
	}
	return value, false
}
