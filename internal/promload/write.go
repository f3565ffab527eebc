package promload

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/internal/promserver"
)

// ahead is how much earlier one series is written than another: a server takes
// what is at most an hour older than the newest it has.
const ahead = 30 * time.Minute

// perRequest is how many samples one request writes.
const perRequest = 50_000

// Write puts the fleet's samples of a span into a server by its remote-write
// protocol, oldest first, as if they had been scraped: every process at a moment
// of its own.
func (f Fleet) Write(ctx context.Context, server Server, from, to time.Time) error {
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
}

func newWriter(f Fleet) *writer {
	w := &writer{scrape: f.Scrape, series: f.Series()}
	for _, s := range w.series {
		w.labels = append(w.labels, promserver.AppendLabels(nil, s.Labels))
		w.offset = append(w.offset, time.Duration(hash(s.Labels.Get("instance"))%uint64(f.Scrape/time.Millisecond))*time.Millisecond)
	}
	return w
}

// send writes the samples of a span in requests of a bounded size.
func (w *writer) send(ctx context.Context, server Server, from, to time.Time) error {
	w.body = w.body[:0]
	n := 0
	for i, s := range w.series {
		series := append([]byte{}, w.labels[i]...)
		for at := from.Add(w.offset[i]); at.Before(to); at = at.Add(w.scrape) {
			series = promserver.AppendSample(series, at.UnixMilli(), s.Value(at))
			n++
		}
		w.body = promserver.AppendSeries(w.body, series)
		if n >= perRequest {
			if err := w.flush(ctx, server); err != nil {
				return err
			}
			n = 0
		}
	}
	return w.flush(ctx, server)
}

func (w *writer) flush(ctx context.Context, server Server) error {
	if len(w.body) == 0 {
		return nil
	}
	defer func() { w.body = w.body[:0] }()
	return server.Write(ctx, w.body)
}
