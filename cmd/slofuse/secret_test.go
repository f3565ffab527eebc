package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretsAreNowhere puts a canary into every secret of a configuration, lets
// everything go wrong at debug level, and looks for them in all that comes out.
func TestSecretsAreNowhere(t *testing.T) {
	const inURL, inPassword, inHeader = "canary-in-the-hook-url", "canary-password-of-the-backend", "canary-token-of-slack"
	s := newStory(t, configuration{
		hook:        "/" + inURL + "?key=" + inURL,
		hookKeys:    "}], slack_configs: [{channel: '#slo', token_file: secrets/slack",
		backendKeys: ", http_config: {basic_auth: {username: us, password: " + inPassword + "}}",
		secrets:     map[string]string{"slack": inHeader},
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
	out := map[string]string{"the log": s.log.String()}
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
		for _, canary := range []string{inURL, inPassword, inHeader, hookSecret, "dXM6Y2FuYXJ5LXBhc3N3b3Jk"} { // the last is of basic auth
			if strings.Contains(text, canary) {
				t.Errorf("%s holds %s:\n%.2000s", where, canary, text)
			}
		}
	}
}
