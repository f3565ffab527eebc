package promapi

import (
	"errors"
	"net/http"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// seriesExemplars are the exemplars of one series as the API writes them.
type seriesExemplars struct {
	Labels    labels.Labels `json:"seriesLabels"`
	Exemplars []oneExemplar `json:"exemplars"`
}

type oneExemplar struct {
	Labels    labels.Labels     `json:"labels"`
	Value     model.SampleValue `json:"value"`
	Timestamp model.Time        `json:"timestamp"`
}

// queryExemplars finds the exemplars of all series that the selectors of a query
// select.
func (a *api) queryExemplars(r *http.Request) (result, error) {
	start, err := timeParam(r, "start", minTime)
	if err != nil {
		return result{}, err
	}
	end, err := timeParam(r, "end", maxTime)
	if err != nil {
		return result{}, err
	}
	if end.Before(start) {
		return result{}, badData(errors.New("end timestamp must not be before start timestamp"))
	}
	expr, err := a.parser.ParseExpr(r.FormValue("query"))
	if err != nil {
		return result{}, badData(err)
	}
	selectors := parser.ExtractSelectors(expr)
	if a.Exemplars == nil || len(selectors) == 0 {
		return result{data: []any{}}, nil
	}
	querier, err := a.Exemplars.ExemplarQuerier(r.Context())
	if err != nil {
		return result{}, err
	}
	found, err := querier.Select(start.UnixMilli(), min(end.UnixMilli(), a.Now().UnixMilli()), selectors...)
	return result{data: writtenExemplars(found)}, err
}

func writtenExemplars(found []exemplar.QueryResult) []seriesExemplars {
	out := make([]seriesExemplars, len(found))
	for i, series := range found {
		out[i] = seriesExemplars{Labels: series.SeriesLabels, Exemplars: make([]oneExemplar, len(series.Exemplars))}
		for j, e := range series.Exemplars {
			out[i].Exemplars[j] = oneExemplar{Labels: e.Labels, Value: model.SampleValue(e.Value), Timestamp: model.Time(e.Ts)}
		}
	}
	return out
}
