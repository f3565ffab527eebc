package notify

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
)

// MaxBody is how much of an answer is read, in bytes.
const MaxBody = 64 << 10

// Harden returns a copy of client that is fit to send notifications: it follows
// no redirect and keeps no cookies, reads at most [MaxBody] of an answer, and
// turns transport failures and every status but 2xx into an [Error] that names
// neither URL nor credentials. It has no timeout of its own: the context of a
// request bounds it. A nil client is [http.DefaultClient].
func Harden(client *http.Client) *http.Client {
	if client == nil {
		client = http.DefaultClient
	}
	next := client.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	return &http.Client{
		Transport:     transport{next: next},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// transport classifies at the lowest level, because the layers above (net/http
// and the libraries of integrations) add the URL to errors and drop headers.
type transport struct {
	next http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	var sent atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }}
	resp, err := t.next.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return nil, transportError(req, err, sent.Load())
	}
	if failed := ClassifyStatus(resp); failed != nil {
		_ = resp.Body.Close() // nothing in it decides anything
		return nil, failed
	}
	resp.Body = &boundedBody{body: resp.Body, left: MaxBody + 1}
	return resp, nil
}

// transportError tells a request that never left from one that may have
// arrived: only the second can have been accepted.
func transportError(req *http.Request, err error, sent bool) *Error {
	kind, prefix := KindTemporary, "could not connect: "
	if sent {
		kind, prefix = KindAmbiguous, "no answer: "
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return Errorf(kind, "%stimed out", prefix)
	}
	return Errorf(kind, "%s%s", prefix, redact(req, err.Error()))
}

// redact removes what the request holds of its URL and credentials from a text.
func redact(req *http.Request, text string) string {
	secrets := []string{req.URL.String(), req.URL.RequestURI(), req.URL.Path, req.URL.RawQuery, req.Header.Get("Authorization")}
	if password, ok := req.URL.User.Password(); ok {
		secrets = append(secrets, password)
	}
	for _, secret := range secrets {
		if len(secret) > 1 {
			text = strings.ReplaceAll(text, secret, "<secret>")
		}
	}
	return text
}

// boundedBody ends an answer that does not end by itself. What cuts it short is
// ambiguous: the status said that the destination accepted.
type boundedBody struct {
	body io.ReadCloser
	left int
}

// Read implements [io.Reader].
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p[:min(len(p), b.left)])
	b.left -= n
	switch {
	case b.left == 0: // it is one more than may be read
		return n, Errorf(KindAmbiguous, "the answer is longer than %d bytes", MaxBody)
	case err != nil && !errors.Is(err, io.EOF):
		return n, Errorf(KindAmbiguous, "the answer was cut off")
	}
	return n, err
}

// Close implements [io.Closer].
func (b *boundedBody) Close() error { return b.body.Close() }
