package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting/notify"
)

func TestClassify(t *testing.T) {
	own := notify.Errorf(notify.KindPermanent, "HTTP 410 Gone")
	for name, tc := range map[string]struct {
		err    error
		kind   notify.Kind
		reason string
	}{
		"a classified error":                  {own, notify.KindPermanent, "HTTP 410 Gone"},
		"a wrapped classified error":          {fmt.Errorf("posting: %w", own), notify.KindPermanent, "HTTP 410 Gone"},
		"one that net/http put the URL to":    {&url.Error{Op: "Post", URL: "https://canary", Err: own}, notify.KindPermanent, "HTTP 410 Gone"},
		"another error with a URL":            {&url.Error{Op: "Post", URL: "https://canary", Err: io.EOF}, notify.KindTemporary, "EOF"},
		"a deadline":                          {fmt.Errorf("canary: %w", context.DeadlineExceeded), notify.KindAmbiguous, "no answer in time"},
		"a cancelled attempt":                 {context.Canceled, notify.KindAmbiguous, "no answer in time"},
		"an error that nobody has thought of": {errors.New("odd"), notify.KindTemporary, "odd"},
	} {
		t.Run(name, func(t *testing.T) {
			got := notify.Classify(tc.err)
			if got.Kind != tc.kind || got.Reason != tc.reason {
				t.Errorf("Classify() = %s %q, want %s %q", got.Kind, got.Reason, tc.kind, tc.reason)
			}
		})
	}
}

// roundTripper answers without a network.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestTransportErrorsNeverHoldTheURL(t *testing.T) {
	client := notify.Harden(&http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("proxy refused %s with %s for %s", req.URL, req.Header.Get("Authorization"), req.URL.Path)
	})})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://user:pass-canary@hooks.example.com/canary/path?key=canary", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer canary")
	_, err = client.Do(req)
	failure := notify.Classify(err)
	if strings.Contains(failure.Reason, "canary") || !strings.Contains(failure.Reason, "proxy refused") {
		t.Errorf("reason = %q, want what happened without the secrets", failure.Reason)
	}
	if failure.Kind != notify.KindTemporary {
		t.Errorf("kind = %s, want temporary: nothing was sent", failure.Kind)
	}
}

func TestAnAnswerWithinTheBoundIsReadWhole(t *testing.T) {
	for size, ok := range map[int]bool{0: true, notify.MaxBody: true, notify.MaxBody + 1: false} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", size))
		}))
		defer server.Close()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := notify.Harden(nil).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if (err == nil) != ok || ok && len(body) != size {
			t.Errorf("of %d bytes %d were read: %v", size, len(body), err)
		}
	}
}

func TestSecretFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := notify.SecretFile(write("good", " xoxb-1 \n"))
	if got, err := good(); got != "xoxb-1" || err != nil {
		t.Errorf("= %q, %v", got, err)
	}
	write("good", "xoxb-2\n")
	if got, err := good(); got != "xoxb-2" || err != nil {
		t.Errorf("after the rotation = %q, %v", got, err)
	}
	for name, path := range map[string]string{
		"it is empty":       write("empty", "\n\t "),
		"it is too large":   write("large", strings.Repeat("canary", notify.MaxBody)),
		"no such file":      filepath.Join(dir, "none"),
		"reading it failed": dir,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := notify.SecretFile(path)()
			if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "canary") {
				t.Fatalf("= %v, want the path and %q", err, name)
			}
			if kind := notify.Classify(err).Kind; kind != notify.KindBlocked {
				t.Errorf("kind = %s", kind)
			}
		})
	}
}
