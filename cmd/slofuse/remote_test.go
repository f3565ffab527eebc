package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestVerbsShowTheirTokenToTheServer asks a server that takes a token, with each
// verb that asks one.
func TestVerbsShowTheirTokenToTheServer(t *testing.T) {
	const secret = "canary-0123456789abcdef0123456789"
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, secret+"\nan-older-token-0123456789\n")
	var shown []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown = append(shown, r.Header.Get("Authorization"))
		if strings.Contains(r.URL.String(), secret) {
			t.Errorf("the token is in the URL %s", r.URL)
		}
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":{"code":"unauthorized","message":"this token is not known","details":[]}}`))
	}))
	defer server.Close()
	for _, args := range [][]string{{"status"}, {"explain", "a/b/c"}, {"gate"}, {"ledger", "show", "a/b/c"}} {
		for name, c := range map[string]struct {
			flags []string
			env   string
			want  string
		}{
			"the flag":        {[]string{"--token-file", file}, "", "Bearer " + secret},
			"the environment": {nil, file, "Bearer " + secret},
			"neither":         {nil, "", ""},
		} {
			shown = nil
			var out bytes.Buffer
			cli := &cli{stdout: &out, stderr: &out, now: time.Now, getenv: func(name string) string {
				return map[string]string{"SLOFUSE_TOKEN_FILE": c.env}[name]
			}}
			code := cli.run(t.Context(), append(append(args, "--server", server.URL), c.flags...))
			if code != exitUsage || len(shown) != 1 || shown[0] != c.want {
				t.Errorf("%s, %s: exit %d, showed %q, want %q", args[0], name, code, shown, c.want)
			}
			if strings.Contains(out.String(), secret) || !strings.Contains(out.String(), "this token is not known\na verb shows the token that is in --token-file FILE") {
				t.Errorf("%s, %s: %s", args[0], name, out.String())
			}
		}
	}
}

func TestATokenFileThatIsMissingIsNamed(t *testing.T) {
	var out bytes.Buffer
	c := &cli{stdout: &out, stderr: &out, now: time.Now, getenv: func(string) string { return "" }}
	if code := c.run(t.Context(), []string{"status", "--server", "http://localhost:1", "--token-file", "nowhere"}); code != exitUsage {
		t.Errorf("exit %d", code)
	}
	if !strings.Contains(out.String(), "--token-file: secret file nowhere: no such file") {
		t.Error(out.String())
	}
}

// What a pull request names its files, or a server says, runs no command of a pipeline.
func TestErrorsRunNoCommandsOfAPipeline(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":{"code":"x","message":"bad\n::error::owned","details":[]}}`))
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "a\n::error::owned\x1b[31m.yaml")
	writeFile(t, file, "bogus: 1\n")
	for _, args := range [][]string{{"gate", "--server", server.URL}, {"gate", "--prometheus.url", server.URL, file}, {"generate", "rules", file}} {
		var out bytes.Buffer
		c := &cli{stdout: &out, stderr: &out, now: time.Now, getenv: func(string) string { return "" }}
		if code := c.run(t.Context(), args); code != exitUsage || strings.Contains(out.String(), "\n::") || strings.Contains(out.String(), "\x1b") || !strings.Contains(out.String(), "::error::owned") {
			t.Errorf("%s: exit %d: %q", args[0], code, out.String())
		}
	}
}

// A redirect that loses the question had the gate answer another one, and pass.
func TestARedirectAsksTheSame(t *testing.T) {
	const pass = `{"verdict":"pass","checks":[{"id":"a/b/c","verdict":"pass","reason":""}]}`
	for name, c := range map[string]struct {
		to   func(r *http.Request) string
		args []string
		want int
	}{
		"the question goes along": {func(r *http.Request) string { return "/new" + r.URL.String() }, nil, exitPass},
		"the question is dropped": {func(r *http.Request) string { return "/new" + r.URL.Path }, nil, exitUndecided},
		"a POST becomes a GET":    {func(r *http.Request) string { return "/new" + r.URL.String() }, []string{"--override", "x", "--by", "y"}, exitUndecided},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, "/new") {
				http.Redirect(w, r, c.to(r), http.StatusFound)
				return
			}
			_, _ = w.Write([]byte(pass))
		}))
		var out bytes.Buffer
		cli := &cli{stdout: &out, stderr: &out, now: time.Now, getenv: func(string) string { return "" }}
		if code := cli.run(t.Context(), append([]string{"gate", "--server", server.URL}, c.args...)); code != c.want {
			t.Errorf("%s: exit %d: %s", name, code, out.String())
		}
		server.Close()
	}
}

func TestAPassOfWhatDoesNotPassIsNone(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"verdict":"pass","checks":[{"id":"a/b/c","verdict":"fail"},null]}`))
	}))
	defer server.Close()
	var out bytes.Buffer
	c := &cli{stdout: &out, stderr: &out, now: time.Now, getenv: func(string) string { return "" }}
	if code := c.run(t.Context(), []string{"gate", "--server", server.URL}); code != exitUndecided {
		t.Errorf("exit %d: %s", code, out.String())
	}
}
