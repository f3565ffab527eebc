package promserver

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"google.golang.org/protobuf/encoding/protowire"
)

// Write sends a request of the remote-write protocol, version 1: series after
// series as [AppendSeries] encodes them.
func (s *Server) Write(ctx context.Context, request []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/api/v1/write", bytes.NewReader(snappy.Encode(nil, request)))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Encoding", "snappy")
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if why, _ := io.ReadAll(io.LimitReader(resp.Body, 500)); resp.StatusCode/100 != 2 {
		return fmt.Errorf("remote write: %s: %s", resp.Status, why)
	}
	return nil
}

// The numbers below are those of the fields in Prometheus' remote.proto and
// types.proto.

// AppendSeries adds a series to a request. Its content is that of [AppendLabels],
// followed by its samples, oldest first.
func AppendSeries(request, content []byte) []byte { return AppendBytes(request, 1, content) }

// AppendLabels adds the labels to the content of a series.
func AppendLabels(series []byte, ls labels.Labels) []byte {
	ls.Range(func(l labels.Label) {
		series = AppendBytes(series, 1, AppendBytes(AppendBytes(nil, 1, []byte(l.Name)), 2, []byte(l.Value)))
	})
	return series
}

// AppendSample adds a sample, at an instant in Unix milliseconds, to the content of
// a series.
func AppendSample(series []byte, at int64, value float64) []byte {
	sample := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(value))
	sample = protowire.AppendVarint(protowire.AppendTag(sample, 2, protowire.VarintType), uint64(at))
	return AppendBytes(series, 2, sample)
}

// AppendBytes adds a field to a message: a text, a message or packed numbers.
func AppendBytes(message []byte, field protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(message, field, protowire.BytesType), value)
}
