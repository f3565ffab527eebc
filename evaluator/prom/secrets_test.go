package prom_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/slofuse/slofuse/evaluator/prom"
)

// A server, or a proxy before it, that echoes the request in its error page does
// not bring what we sent onto ours.
func TestErrors_hide_the_credentials_that_a_server_echoes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("canary-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*prom.Config){
		"a password":      func(c *prom.Config) { c.HTTP.BasicAuth = &config.BasicAuth{Username: "u", Password: "canary-1"} },
		"a password file": func(c *prom.Config) { c.HTTP.BasicAuth = &config.BasicAuth{Username: "u", PasswordFile: file} },
		"a token": func(c *prom.Config) {
			c.HTTP.Authorization = &config.Authorization{Type: "Bearer", Credentials: "canary-2"}
		},
		"a token file": func(c *prom.Config) {
			c.HTTP.Authorization = &config.Authorization{Type: "Bearer", CredentialsFile: file}
		},
		"a header": func(c *prom.Config) { c.Headers = map[string]string{"Authorization": "Bearer canary-3"} },
		"a secret header": func(c *prom.Config) {
			c.HTTP.HTTPHeaders = secretHeader(config.Header{Secrets: []config.Secret{"canary-4"}})
		},
		"a header of a file": func(c *prom.Config) { c.HTTP.HTTPHeaders = secretHeader(config.Header{Files: []string{file}}) },
		"a tenant":           func(c *prom.Config) { c.HTTP.HTTPHeaders = secretHeader(config.Header{Values: []string{"canary-5"}}) },
	} {
		for _, status := range []int{http.StatusOK, http.StatusBadRequest, http.StatusServiceUnavailable} {
			serverURL, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				said := fmt.Sprint(r.Header)
				if user, password, ok := r.BasicAuth(); ok {
					said += base64.StdEncoding.EncodeToString([]byte(user+":"+password)) + password
				}
				answer(status, fmt.Sprintf(`{"status":"error","errorType":"bad_data","error":%q}`, said))(w, r)
			})
			c := client(t, serverURL, func(cfg *prom.Config) {
				cfg.HTTP, cfg.Attempts = &config.HTTPClientConfig{}, 1
				change(cfg)
			})
			_, err := c.Query(t.Context(), "m", at)
			encoded := base64.StdEncoding.EncodeToString([]byte("u:canary-1"))
			if err == nil || strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), encoded) || !strings.Contains(err.Error(), "<sec") {
				t.Errorf("%s with status %d: %v", what, status, err)
			}
		}
	}
}

func secretHeader(h config.Header) *config.Headers {
	return &config.Headers{Headers: map[string]config.Header{"X-Secret": h}}
}

func TestQuery_refuses_an_answer_with_too_many_samples(t *testing.T) {
	serverURL, _ := serve(t, answer(http.StatusOK, matrix))
	c := client(t, serverURL, func(cfg *prom.Config) { cfg.MaxSamples = 1 })
	_, err := c.QueryRange(t.Context(), "m", prom.Range{Start: at, End: at.Add(time.Minute), Step: 30 * time.Second})
	if e := failure(t, err); e.Kind != prom.TooMuch || !strings.Contains(err.Error(), "more samples than the limit") {
		t.Errorf("%s: %v", e.Kind, err)
	}
	c = client(t, serverURL, func(cfg *prom.Config) { cfg.MaxSamples = 2 })
	if _, err := c.QueryRange(t.Context(), "m", prom.Range{Start: at, End: at.Add(time.Minute), Step: 30 * time.Second}); err != nil {
		t.Errorf("as many as the limit: %v", err)
	}
}
