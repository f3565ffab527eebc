package operate

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/live"
	"github.com/slofuse/slofuse/web/site"
)

// Of a stream of events.
const (
	// beatEvery is how often a stream shows that it is alive. Proxies end what is
	// silent for longer, and a page that misses two beats says that it is stale.
	beatEvery = 20 * time.Second
	// longestWrite is how long a reader may take for what is sent; a slower one is
	// dropped.
	longestWrite = 10 * time.Second
	// longestStream is when a reader has to come back, and to say again who it is.
	longestStream = 15 * time.Minute
	// soonestReturn is when, in milliseconds, a reader that lost its stream comes
	// back, at the earliest; at the latest after twice as long, so that not all do
	// at once.
	soonestReturn = 3000
)

// streamEvents answers with events as they happen, until the reader goes away.
func (s Handlers) streamEvents(r *http.Request) (site.Answer, error) {
	after, err := lastEvent(r)
	if err != nil {
		return site.Answer{}, err
	}
	if r.Method == http.MethodHead {
		return site.Answer{ContentType: site.TypeEvents}, nil
	}
	reader, err := s.Live.Subscribe(after)
	if errors.Is(err, live.ErrSilent) {
		return site.Answer{}, site.NotFound(err.Error())
	}
	if err != nil {
		return site.Answer{}, site.Busy(err.Error())
	}
	return site.Answer{Stream: func(w http.ResponseWriter, r *http.Request) error {
		defer reader.Close()
		return newStream(w).follow(r.Context(), reader, func() bool { return s.Guard.Still(r, auth.Viewer) })
	}}, nil
}

// lastEvent is the number of the event a reader has had: of the header when it
// comes back, else of the parameter. 0 is none.
func lastEvent(r *http.Request) (uint64, error) {
	text := cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after"))
	if text == "" {
		return 0, nil
	}
	after, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, site.BadRequest("the last event is named by its id, a whole number; leave it out to hear what comes")
	}
	return after, nil
}

// stream writes server-sent events.
type stream struct {
	w    http.ResponseWriter
	conn *http.ResponseController
}

func newStream(w http.ResponseWriter) stream {
	h := w.Header()
	h.Set("Content-Type", site.TypeEvents)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would keep events back
	return stream{w: w, conn: http.NewResponseController(w)}
}

// follow sends what a reader hears, and a beat when it hears nothing, for as long as
// they may hear it.
func (s stream) follow(ctx context.Context, reader *live.Reader, may func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, longestStream)
	defer cancel()
	if err := s.conn.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	if err := s.send(fmt.Sprintf("retry: %d\n\n%s", soonestReturn+rand.IntN(soonestReturn), beat)); err != nil {
		return err
	}
	for ctx.Err() == nil {
		text, err := hear(ctx, reader)
		if errors.Is(err, live.ErrClosed) || ctx.Err() != nil || !may() {
			return nil
		}
		if err := s.send(text); err != nil {
			return err
		}
	}
	return nil
}

// beat says that the stream is alive. It is an event and no comment, because a page
// cannot see comments; it has no id, so a reader continues where it was.
const beat = "event: beat\ndata: {}\n\n"

// hear waits for the next events, or for the time of a beat, and writes them as
// the stream has them.
func hear(ctx context.Context, reader *live.Reader) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, beatEvery)
	defer cancel()
	events, err := reader.Next(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return beat, nil
	}
	var text strings.Builder
	for _, e := range events {
		data, failed := json.Marshal(api.LiveEvent{ID: e.ID})
		if failed != nil {
			return "", failed
		}
		fmt.Fprintf(&text, "event: %s\nid: %d\ndata: %s\n\n", e.Kind, e.Seq, data)
	}
	return text.String(), err
}

// send writes within a deadline of its own; the server's is for whole answers. A
// connection knows no clock but that of the machine.
func (s stream) send(text string) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(longestWrite)); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.conn.Flush()
}
