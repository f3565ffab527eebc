package promtest

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"google.golang.org/protobuf/encoding/protowire"
)

// piece is how much time one request of [Samples.Write] holds.
const piece = 12 * time.Hour

// Write sends every sample of the store, staleness markers included, to a real
// server by remote write: half a day after the other, and of that one series
// after the other.
func (s *Samples) Write(tb testing.TB, url string) {
	tb.Helper()
	first, last := s.span()
	for from := first; from <= last; from += piece.Milliseconds() {
		for _, series := range s.series {
			part := epoch{from: from, to: from + piece.Milliseconds(), now: math.MaxInt64}.visible(series, math.MinInt64, math.MaxInt64)
			for _, run := range runs(part) {
				post(tb, url, Series{Labels: series.Labels, Samples: run}.encode())
			}
		}
	}
}

// runs cuts samples where numbers, which staleness markers are, and native
// histograms meet: within one request a server takes all of a kind together.
func runs(samples []Sample) [][]Sample {
	var out [][]Sample
	for begin := 0; begin < len(samples); {
		end := begin + 1
		for end < len(samples) && (samples[end].Native == nil) == (samples[begin].Native == nil) {
			end++
		}
		out = append(out, samples[begin:end])
		begin = end
	}
	return out
}

// span is from the first sample to the last.
func (s *Samples) span() (first, last int64) {
	first, last = math.MaxInt64, math.MinInt64
	for _, series := range s.series {
		first = min(first, series.Samples[0].Time)
		last = max(last, series.Samples[len(series.Samples)-1].Time)
	}
	return first, last
}

func post(tb testing.TB, url string, request []byte) {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, url, bytes.NewReader(snappy.Encode(nil, request)))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Content-Encoding", "snappy")
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	if why, _ := io.ReadAll(resp.Body); resp.StatusCode/100 != 2 {
		tb.Fatalf("remote write: %s: %s", resp.Status, why)
	}
}

// encode makes the write request of one series: the numbers are those of the
// fields in Prometheus' remote.proto and types.proto.
func (s Series) encode() []byte {
	var series []byte
	s.Labels.Range(func(l labels.Label) {
		series = bytesField(series, 1, textField(textField(nil, 1, l.Name), 2, l.Value))
	})
	for _, x := range s.Samples {
		if x.Native != nil {
			series = bytesField(series, 4, encodeNative(x))
			continue
		}
		sample := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(x.Value))
		sample = protowire.AppendVarint(protowire.AppendTag(sample, 2, protowire.VarintType), uint64(x.Time))
		series = bytesField(series, 2, sample)
	}
	return bytesField(nil, 1, series)
}

// encodeNative makes a Histogram of types.proto, with counts as floats.
func encodeNative(x Sample) []byte {
	h := x.Native
	b := doubleField(nil, 2, h.Count)
	b = doubleField(b, 3, h.Sum)
	b = protowire.AppendVarint(protowire.AppendTag(b, 4, protowire.VarintType), protowire.EncodeZigZag(int64(h.Schema)))
	b = doubleField(b, 5, h.ZeroThreshold)
	b = doubleField(b, 7, h.ZeroCount)
	for _, span := range h.PositiveSpans {
		part := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), protowire.EncodeZigZag(int64(span.Offset)))
		b = bytesField(b, 11, protowire.AppendVarint(protowire.AppendTag(part, 2, protowire.VarintType), uint64(span.Length)))
	}
	b = bytesField(b, 13, packed(h.PositiveBuckets))
	b = protowire.AppendVarint(protowire.AppendTag(b, 15, protowire.VarintType), uint64(x.Time))
	return bytesField(b, 16, packed(h.CustomValues))
}

func packed(list []float64) []byte {
	var b []byte
	for _, v := range list {
		b = protowire.AppendFixed64(b, math.Float64bits(v))
	}
	return b
}

func doubleField(b []byte, field protowire.Number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), math.Float64bits(v))
}

func textField(b []byte, field protowire.Number, text string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), text)
}

func bytesField(b []byte, field protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), value)
}
