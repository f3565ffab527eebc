package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting/audit"
)

// TestSecretsAreNowhere puts a canary into every secret of a configuration, lets
// everything go wrong at debug level, and looks for them in all that comes out.
func TestSecretsAreNowhere(t *testing.T) {
	const inURL, inPassword, inHeader = "canary-in-the-hook-url", "canary-password-of-the-backend", "canary-token-of-slack"
	const ours, inBeat = "canary-token-0123456789abcdef", "canary-of-the-heartbeat"
	s := newStory(t, configuration{
		hook:        "/" + inURL + "?key=" + inURL,
		hookKeys:    "}], slack_configs: [{channel: '#slo', token_file: secrets/slack",
		backendKeys: ", http_config: {basic_auth: {username: us, password: " + inPassword + "}}",
		extra:       "tokens: [{name: oncall, role: operator, token_file: secrets/ours}]\nheartbeats: [{name: outside, url: 'http://127.0.0.1:1/" + inBeat + "'}]\n",
		secrets:     map[string]string{"slack": inHeader, "ours": ours},
	})
	s.pager.failing(func(w http.ResponseWriter, r *http.Request) { // one that says what it was told
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(r.URL.String() + " " + hookSecret))
	})
	s.breakIt()
	s.pass(4)
	s.log.await(t, "notification failed, will try again")
	incident := s.alert().Incident
	if incident == nil {
		t.Fatal("there is no incident")
	}
	s.prom.shut(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != inPassword {
			t.Errorf("the backend is asked with the password %q", password)
		}
		w.WriteHeader(http.StatusUnauthorized)
	})
	s.pass(1)
	writeFile(t, filepath.Join(filepath.Dir(s.file), "slos", "quick.yaml"), "version: 2")
	if err := s.Reload(t.Context()); err == nil {
		t.Error("nonsense was put in force")
	}
	for _, shown := range []string{ours, ours + "x"} {
		r := httptest.NewRequest(http.MethodPost, "/-/reload?token="+shown, nil)
		r.Host = "localhost"
		r.Header.Set("Authorization", "Bearer "+shown)
		s.web.ServeHTTP(httptest.NewRecorder(), r)
	}
	entries, err := s.audit.Entries(t.Context(), 0, 10)
	if err != nil || len(entries) != 2 || entries[1].Actor != "oncall" || entries[0].Outcome != audit.Refused {
		t.Errorf("the audit: %+v, %v", entries, err)
	}
	out := map[string]string{"the log": s.log.String(), "the audit": fmt.Sprint(entries)}
	for _, path := range []string{
		"/metrics", "/", "/slos", "/slos/checkout/create-order/availability", "/incidents", "/incidents/" + *incident,
		"/api/v1/slos", "/api/v1/slos/checkout/create-order/availability", "/api/v1/incidents", "/api/v1/incidents/" + *incident, "/api/v1/gate", "/-/ready",
	} {
		code, body := s.get(path)
		if code != http.StatusOK {
			t.Errorf("%s: status %d", path, code)
		}
		out[path] = body
	}
	for where, text := range out {
		for _, canary := range []string{inURL, inPassword, inHeader, hookSecret, ours, inBeat, "dXM6Y2FuYXJ5LXBhc3N3b3Jk"} { // the last is of basic auth
			if strings.Contains(text, canary) {
				t.Errorf("%s holds %s:\n%.2000s", where, canary, text)
			}
		}
	}
}
