package promload

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"google.golang.org/protobuf/encoding/protowire"
)

// ahead is how much earlier one series is written than another: a server takes
// what is at most an hour older than the newest it has.
const ahead = 30 * time.Minute

// perRequest is how many samples one request writes.
const perRequest = 50_000

// Write puts the fleet's samples of a span into a server by its remote-write
// protocol, oldest first, as if they had been scraped: every process at a moment
// of its own.
func (f Fleet) Write(ctx context.Context, server *Server, from, to time.Time) error {
	w := newWriter(f)
	for begin := from; begin.Before(to); begin = begin.Add(ahead) {
		end := begin.Add(ahead)
		if end.After(to) {
			end = to
		}
		if err := w.send(ctx, server, begin, end); err != nil {
			return err
		}
	}
	return nil
}

// writer keeps what is the same in every request.
type writer struct {
	scrape time.Duration
	series []Series
	labels [][]byte // encoded
	offset []time.Duration
	body   []byte
	packed []byte
}

func newWriter(f Fleet) *writer {
	w := &writer{scrape: f.Scrape, series: f.Series()}
	for _, s := range w.series {
		w.labels = append(w.labels, encodeLabels(s.Labels))
		w.offset = append(w.offset, time.Duration(hash(s.Labels.Get("instance"))%uint64(f.Scrape/time.Millisecond))*time.Millisecond)
	}
	return w
}

// send writes the samples of a span in requests of a bounded size.
func (w *writer) send(ctx context.Context, server *Server, from, to time.Time) error {
	w.body = w.body[:0]
	n := 0
	for i, s := range w.series {
		series := append([]byte{}, w.labels[i]...)
		for at := from.Add(w.offset[i]); at.Before(to); at = at.Add(w.scrape) {
			series = appendSample(series, at, s.Value(at))
			n++
		}
		w.body = protowire.AppendBytes(protowire.AppendTag(w.body, 1, protowire.BytesType), series)
		if n >= perRequest {
			if err := w.flush(ctx, server); err != nil {
				return err
			}
			n = 0
		}
	}
	return w.flush(ctx, server)
}

func (w *writer) flush(ctx context.Context, server *Server) error {
	if len(w.body) == 0 {
		return nil
	}
	w.packed = snappy.Encode(w.packed[:cap(w.packed)], w.body)
	w.body = w.body[:0]
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/api/v1/write", bytes.NewReader(w.packed))
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
	if resp.StatusCode/100 != 2 {
		detail, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
		return fmt.Errorf("remote write: %s: %s", resp.Status, detail)
	}
	return nil
}

// encodeLabels and appendSample write parts of a TimeSeries message of the
// remote-write protocol, version 1.
func encodeLabels(ls labels.Labels) []byte {
	var out []byte
	ls.Range(func(l labels.Label) {
		var label []byte
		label = protowire.AppendString(protowire.AppendTag(label, 1, protowire.BytesType), l.Name)
		label = protowire.AppendString(protowire.AppendTag(label, 2, protowire.BytesType), l.Value)
		out = protowire.AppendBytes(protowire.AppendTag(out, 1, protowire.BytesType), label)
	})
	return out
}

func appendSample(b []byte, at time.Time, value float64) []byte {
	var sample []byte
	sample = protowire.AppendFixed64(protowire.AppendTag(sample, 1, protowire.Fixed64Type), math.Float64bits(value))
	sample = protowire.AppendVarint(protowire.AppendTag(sample, 2, protowire.VarintType), uint64(at.UnixMilli()))
	return protowire.AppendBytes(protowire.AppendTag(b, 2, protowire.BytesType), sample)
}
