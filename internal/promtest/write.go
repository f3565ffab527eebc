package promtest

import (
	"math"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/slofuse/slofuse/internal/promserver"
)

// piece is how much time one request of [Samples.Write] holds.
const piece = 12 * time.Hour

// Write sends every sample of the store, staleness markers included, to a real
// server by remote write: half a day after the other, and of that one series
// after the other.
func (s *Samples) Write(tb testing.TB, server *promserver.Server) {
	tb.Helper()
	first, last := s.span()
	for from := first; from <= last; from += piece.Milliseconds() {
		for _, series := range s.series {
			part := epoch{from: from, to: from + piece.Milliseconds(), now: math.MaxInt64}.visible(series, math.MinInt64, math.MaxInt64)
			for _, run := range runs(part) {
				if err := server.Write(tb.Context(), Series{Labels: series.Labels, Samples: run}.encode()); err != nil {
					tb.Fatal(err)
				}
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

// encode makes the write request of one series.
func (s Series) encode() []byte {
	series := promserver.AppendLabels(nil, s.Labels)
	for _, x := range s.Samples {
		if x.Native != nil {
			series = promserver.AppendBytes(series, 4, encodeNative(x))
			continue
		}
		series = promserver.AppendSample(series, x.Time, x.Value)
	}
	return promserver.AppendSeries(nil, series)
}

// encodeNative makes a Histogram of Prometheus' types.proto, with counts as floats.
func encodeNative(x Sample) []byte {
	h := x.Native
	b := doubleField(nil, 2, h.Count)
	b = doubleField(b, 3, h.Sum)
	b = protowire.AppendVarint(protowire.AppendTag(b, 4, protowire.VarintType), protowire.EncodeZigZag(int64(h.Schema)))
	b = doubleField(b, 5, h.ZeroThreshold)
	b = doubleField(b, 7, h.ZeroCount)
	for _, span := range h.PositiveSpans {
		part := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), protowire.EncodeZigZag(int64(span.Offset)))
		b = promserver.AppendBytes(b, 11, protowire.AppendVarint(protowire.AppendTag(part, 2, protowire.VarintType), uint64(span.Length)))
	}
	b = promserver.AppendBytes(b, 13, packed(h.PositiveBuckets))
	b = protowire.AppendVarint(protowire.AppendTag(b, 15, protowire.VarintType), uint64(x.Time))
	return promserver.AppendBytes(b, 16, packed(h.CustomValues))
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
