package prom

import (
	"context"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// Span is what an index is asked about: what had samples in it, as far as the
// server knows without reading them.
type Span struct{ From, To time.Time }

// Series lists at most limit label sets of the series that any of some selectors
// selects. All says that there are no others: some servers leave out the rest, or
// what they could not reach, without failing.
func (c *Client) Series(ctx context.Context, selectors []string, in Span, limit int) (sets []map[string]string, all bool, err error) {
	all, err = c.look(ctx, func(ctx context.Context) (v1.Warnings, int, error) {
		found, warnings, _, err := c.api.Series(ctx, selectors, in.From, in.To, v1.WithLimit(uint64(limit)))
		sets = make([]map[string]string, len(found))
		for i, labels := range found {
			sets[i] = labelsOf(labels)
		}
		return warnings, limit - len(found), err
	})
	return sets[:min(len(sets), limit)], all, err
}

// LabelNames lists at most limit names of labels of the series that a selector
// selects.
func (c *Client) LabelNames(ctx context.Context, selector string, in Span, limit int) (names []string, all bool, err error) {
	all, err = c.look(ctx, func(ctx context.Context) (v1.Warnings, int, error) {
		found, warnings, _, err := c.api.LabelNames(ctx, []string{selector}, in.From, in.To, v1.WithLimit(uint64(limit)))
		names = texts(found)
		return warnings, limit - len(found), err
	})
	return names, all, err
}

// MetricNames lists at most limit names of metrics.
func (c *Client) MetricNames(ctx context.Context, in Span, limit int) (names []string, all bool, err error) {
	all, err = c.look(ctx, func(ctx context.Context) (v1.Warnings, int, error) {
		found, warnings, _, err := c.api.LabelValues(ctx, model.MetricNameLabel, nil, in.From, in.To, v1.WithLimit(uint64(limit)))
		names = texts(found)
		return warnings, limit - len(found), err
	})
	return names, all, err
}

// Types lists what the targets say their metrics are, such as "counter", by the
// name of the metric. Targets may disagree. A server that knows of none answers
// with nothing.
func (c *Client) Types(ctx context.Context) (types map[string][]string, err error) {
	_, err = c.look(ctx, func(ctx context.Context) (v1.Warnings, int, error) {
		found, err := c.api.Metadata(ctx, "", "")
		types = make(map[string][]string, len(found))
		for name, list := range found {
			for _, m := range list {
				types[name] = append(types[name], string(m.Type))
			}
		}
		return nil, 0, err
	})
	return types, err
}

// look asks an index once: nobody depends on it so
// much that it is worth another try.
func (c *Client) look(ctx context.Context, ask func(context.Context) (v1.Warnings, int, error)) (all bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	_, err = c.once(ctx, func(ctx context.Context) (model.Value, v1.Warnings, v1.Infos, error) {
		warnings, left, err := ask(ctx)
		all = len(warnings) == 0 && left >= 0
		return nil, nil, nil, err
	})
	return all && err == nil, err
}

func labelsOf(set model.LabelSet) map[string]string {
	out := make(map[string]string, len(set))
	for name, value := range set {
		out[string(name)] = string(value)
	}
	return out
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = string(text)
	}
	return out
}
