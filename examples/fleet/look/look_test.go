package look_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/examples/fleet/look"
)

func page() http.Handler {
	mux := http.NewServeMux()
	look.Mount(mux)
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		}
	})
	return look.Secure(mux, 10)
}

func send(t *testing.T, method, path, body, site string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if site != "" {
		r.Header.Set("Sec-Fetch-Site", site)
	}
	r.Host = "localhost:8481"
	w := httptest.NewRecorder()
	page().ServeHTTP(w, r)
	return w
}

func TestPostsOfOtherOriginsAndLongBodiesAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		body, site string
		want       int
	}{
		"a program":        {"short", "", http.StatusOK},
		"our own page":     {"short", "same-origin", http.StatusOK},
		"somebody's page":  {"short", "cross-site", http.StatusForbidden},
		"a body too large": {"longer than ten bytes", "", http.StatusRequestEntityTooLarge},
	} {
		if w := send(t, http.MethodPost, "/", test.body, test.site); w.Code != test.want {
			t.Errorf("%s: got %d, want %d", name, w.Code, test.want)
		}
	}
}

func TestEveryAnswerMayLoadNothingButTheStylesheet(t *testing.T) {
	w := send(t, http.MethodGet, look.Path, "", "")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") || !strings.Contains(w.Body.String(), "color-scheme") {
		t.Errorf("stylesheet: %d %s", w.Code, w.Header())
	}
	policy := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script") {
		t.Errorf("policy %q", policy)
	}
	if w := send(t, http.MethodPost, "/", "", "cross-site"); w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Error("a refusal has no security headers")
	}
}

func TestOnlyNamesOfThisMachineAreAnswered(t *testing.T) {
	for host, want := range map[string]int{
		"localhost": http.StatusOK, "LOCALHOST:8481": http.StatusOK, "127.0.0.1:8481": http.StatusOK, "[::1]:8481": http.StatusOK, "sink:8482": http.StatusOK, "192.168.1.5:8481": http.StatusOK,
		"rebound.example:8481": http.StatusForbidden, "localhost.example": http.StatusForbidden, "localhost.": http.StatusForbidden, "127.0.0.1.example": http.StatusForbidden, "": http.StatusForbidden,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, look.Path, nil)
		r.Host = host
		w := httptest.NewRecorder()
		if page().ServeHTTP(w, r); w.Code != want {
			t.Errorf("%q: got %d, want %d", host, w.Code, want)
		}
	}
}
