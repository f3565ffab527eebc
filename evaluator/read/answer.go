package read

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// stepsOf evaluates at the end of every slot of a span.
func stepsOf(span ledger.Span, width int64) prom.Range {
	return prom.Range{
		Start: time.Unix(span.From+width, 0), End: time.Unix(span.To, 0), Step: time.Duration(width) * time.Second,
	}
}

// each visits the samples of an answer.
func each(m model.Matrix, visit func(labels map[string]string, end int64, value float64)) {
	for _, stream := range m {
		labels := LabelsOf(stream.Metric)
		for _, sample := range stream.Values {
			visit(labels, sample.Timestamp.Unix(), float64(sample.Value))
		}
	}
}

// LabelsOf are the labels of a series.
func LabelsOf(m model.Metric) map[string]string {
	labels := make(map[string]string, len(m))
	for name, value := range m {
		labels[string(name)] = string(value)
	}
	return labels
}
