package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestMessages_never_show_a_password types a password into every URL that a verb
// takes, in forms that are URLs and in forms that are none.
func TestMessages_never_show_a_password(t *testing.T) {
	const secret = "hunter2"
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	for _, form := range []string{"http://eve:%s@" + address, "eve:%s@shop", "http://eve:%s@shop%%zz", "http://eve:%s@" + address + "/x"} {
		raw := fmt.Sprintf(form, secret)
		for _, args := range [][]string{
			{"status", "--server", raw},
			{"status", "--server", raw, "slos"},
			{"gate", "--server", raw},
			{"explain", "pay", "--server", raw},
			{"explain", "pay", "--prometheus.url", raw, t.TempDir()},
			{"status", "--prometheus.url", raw},
			{"gate", "--prometheus.url", raw, t.TempDir()},
			{"check", "--prometheus.url", raw, t.TempDir()},
			{"serve", "--prometheus.url", raw, "--slo.path", t.TempDir()},
		} {
			code, text := typed(t, args...)
			if code == exitPass || strings.Contains(text, secret) {
				t.Errorf("%s: exit %d, %s", strings.Join(args, " "), code, text)
			}
		}
	}
}

func TestMessages_of_a_server_cannot_steer_the_terminal(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":{"message":"no\u001b[2J\u0007","details":["one","two\u202e"]}}`)
	}))
	defer server.Close()
	code, text := typed(t, "status", "--server", server.URL)
	if want := `no\x1b[2J\a` + "\none\n" + `two\u202e`; code != exitUsage || !strings.Contains(text, want) || strings.ContainsAny(text, "\x1b\a\u202e") {
		t.Errorf("exit %d, %q, want %q", code, text, want)
	}
}

func TestStatus_of_a_server_whose_list_never_ends(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"slos":[],"next":"again"}`)
	}))
	defer server.Close()
	if code, text := typed(t, "status", "--server", server.URL); code != exitUndecided || !strings.Contains(text, "end of its list") {
		t.Errorf("exit %d, %s", code, text)
	}
}

// typed runs a command line and returns all it says.
func typed(t *testing.T, args ...string) (code int, text string) {
	t.Helper()
	var out bytes.Buffer
	c := &cli{stdout: &out, stderr: &out, now: time.Now, getenv: func(string) string { return "" }}
	code = c.run(t.Context(), args)
	return code, out.String()
}
