package prom

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/prometheus/common/config"
)

// newTransport stacks what every exchange passes: headers, credentials and TLS
// of http_config at the bottom; compression, the size cap and the status record
// on top.
func newTransport(cfg Config) (http.RoundTripper, error) {
	httpConfig := config.DefaultHTTPClientConfig
	if cfg.HTTP != nil {
		httpConfig = *cfg.HTTP
	}
	base, err := config.NewRoundTripperFromConfig(httpConfig, "slofuse")
	if err != nil {
		return nil, err
	}
	return &transport{next: base, headers: cfg.Headers, maxBytes: cfg.MaxBytes}, nil
}

type transport struct {
	next     http.RoundTripper
	headers  map[string]string
	maxBytes int64
}

// RoundTrip asks for gzip, which the lower transport does not, and limits what
// comes out of it rather than what went in.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.RawQuery = withHonesty(req.URL.Query())
	for name, value := range t.headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("User-Agent", "slofuse")
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	recordStatus(req.Context(), resp.StatusCode)
	body := io.Reader(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(resp.Body); err != nil {
			resp.Body.Close()
			return nil, err
		}
		resp.Header.Del("Content-Encoding")
		resp.ContentLength = -1
	}
	resp.Body = &cappedBody{Reader: body, Closer: resp.Body, left: t.capOf(req.Context())}
	return resp, nil
}

type capKey struct{}

// withCap limits an answer to fewer bytes than the client allows.
func withCap(ctx context.Context, bytes int64) context.Context {
	return context.WithValue(ctx, capKey{}, bytes)
}

func (t *transport) capOf(ctx context.Context) int64 {
	if bytes, ok := ctx.Value(capKey{}).(int64); ok {
		return min(bytes, t.maxBytes)
	}
	return t.maxBytes
}

// withHonesty adds what makes compatible servers answer as Prometheus does, which
// knows none of it: VictoriaMetrics otherwise answers for a moment before the one
// that was asked for and moves the steps of a range, and its cluster leaves out
// what a node that is down has.
func withHonesty(query url.Values) string {
	query.Set("nocache", "1")
	query.Set("deny_partial_response", "1")
	return query.Encode()
}

// cappedBody fails, instead of ending early, when a body is over its limit: cut
// JSON must not look like a network fault.
type cappedBody struct {
	io.Reader
	io.Closer
	left int64
}

// Read passes on what the limit allows.
func (b *cappedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left+1 { // one more, to tell a full body from one that goes on
		p = p[:b.left+1]
	}
	n, err := b.Reader.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

type statusKey struct{}

// withStatus makes room for the HTTP status of the exchange, which the API
// client does not hand on.
func withStatus(ctx context.Context) (context.Context, *int) {
	status := new(int)
	return context.WithValue(ctx, statusKey{}, status), status
}

func recordStatus(ctx context.Context, code int) {
	if status, ok := ctx.Value(statusKey{}).(*int); ok {
		*status = code
	}
}
