package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/site"
)

// slackDesk takes what carries the right header.
type slackDesk struct{ got []byte }

func (d *slackDesk) Receive(_ context.Context, header http.Header, body []byte) error {
	switch header.Get("X-Slack-Signature") {
	case "good":
		d.got = body
		return nil
	case "odd":
		return fmt.Errorf("%w: odd", site.ErrMalformed)
	}
	return fmt.Errorf("%w: bad", site.ErrUnsigned)
}

func TestWhatSlackPostsIsHandedOnAsItCame(t *testing.T) {
	f := newFleet()
	desk := &slackDesk{}
	for _, tc := range []struct {
		why, signature, body string
		on                   site.Interactions
		status               int
	}{
		{"signed", "good", "payload=%7B%7D&x=1", desk, http.StatusOK},
		{"signed and large", "good", "payload=" + strings.Repeat("x", 200<<10), desk, http.StatusOK},
		{"signed and too large", "good", "payload=" + strings.Repeat("x", 256<<10), desk, http.StatusRequestEntityTooLarge},
		{"unsigned", "", "payload=x", desk, http.StatusForbidden},
		{"not Slack's", "odd", "payload=x", desk, http.StatusBadRequest},
		{"no app", "good", "payload=x", nil, http.StatusNotFound},
	} {
		t.Run(tc.why, func(t *testing.T) {
			desk.got = nil
			config := f.config()
			config.Interactions = tc.on
			server, err := web.New(config)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodPost, "http://localhost/api/v1/slack/interactions", strings.NewReader(tc.body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Slack-Signature", tc.signature)
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d: %s", w.Code, tc.status, w.Body)
			}
			if tc.status == http.StatusOK && (string(desk.got) != tc.body || w.Body.Len() > 0) {
				t.Errorf("%d bytes were handed on and %q answered", len(desk.got), w.Body)
			}
		})
	}
}
