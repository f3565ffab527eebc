package prom

import (
	"context"
	"strings"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/slofuse/slofuse/slo"
)

// Exemplars asks once for the exemplars of all series that any of some selectors selects,
// in no order. An answer of more bytes is refused, since no server limits how many
// exemplars it lists: ask about a shorter span then. A server that keeps none answers
// with nothing, or refuses with the status of what it does not know.
func (c *Client) Exemplars(ctx context.Context, selectors []slo.Selector, in Span, bytes int64) (list []slo.Exemplar, err error) {
	texts := make([]string, len(selectors))
	for i, s := range selectors {
		texts[i] = s.String()
	}
	ctx = withCap(ctx, bytes)
	_, err = c.look(ctx, func(ctx context.Context) (v1.Warnings, int, error) {
		found, err := c.api.QueryExemplars(ctx, strings.Join(texts, " or "), in.From, in.To)
		list = exemplarsOf(found)
		return nil, 0, err
	})
	return list, err
}

func exemplarsOf(found []v1.ExemplarQueryResult) (list []slo.Exemplar) {
	for _, series := range found {
		labels := labelsOf(series.SeriesLabels)
		for _, e := range series.Exemplars {
			list = append(list, slo.Exemplar{Time: e.Timestamp.Time().UTC(), Value: float64(e.Value), Labels: labelsOf(e.Labels), Series: labels})
		}
	}
	return list
}
