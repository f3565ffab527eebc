package web_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/site"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; form-action 'self'; base-uri 'none'"

// TestEveryRouteIsHardened asks every route, and some that do not exist, in
// every method.
func TestEveryRouteIsHardened(t *testing.T) {
	server := newFleet().server(t)
	paths := []string{"/metrics", "/nothing", "/api/v1/nothing", "/static/nothing.js", "/static/..%2fgo.mod"}
	fill := strings.NewReplacer("{service}", "checkout", "{function}", "charge-card", "{slo}", "availability", "{id}", "inc-1", "{file}", "app.css", "/{$}", "/")
	for _, e := range server.Endpoints() {
		paths = append(paths, fill.Replace(e.Path))
	}
	want := map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY",
		"Permissions-Policy":          "camera=(), geolocation=(), microphone=()",
		"Access-Control-Allow-Origin": "", "Server": "", "Set-Cookie": "",
	}
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
			r := httptest.NewRequest(method, path, nil)
			r.Host = "localhost"
			w := do(server, r)
			got := map[string]string{}
			for name := range want {
				got[name] = w.Header().Get(name)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", method, path, diff)
			}
			if w.Code != http.StatusSeeOther && w.Header().Get("Content-Type") == "" {
				t.Errorf("%s %s: a body without a type", method, path)
			}
			if w.Code >= 500 {
				t.Errorf("%s %s: status %d", method, path, w.Code)
			}
		}
	}
}

func TestHostsThatAreAnswered(t *testing.T) {
	server := newFleet().server(t)
	for host, want := range map[string]int{
		"localhost:9095": 200, "localhost": 200, "LOCALHOST.": 200, "demo.localhost": 200, "127.0.0.1:9095": 200, "[::1]:9095": 200,
		"192.168.1.20:9095": 200, "slo.example.com": 200, "SLO.example.com:443": 200, "monitor": 200, "monitor:9095": 200,
		"evil.example.net": 403, "localhost.evil.example.net": 403, "127.0.0.1.evil.example.net": 403, "evil-slo.example.com": 403,
		"": 403, ":9095": 403, "2130706433": 403, "0x7f000001": 403,
	} {
		for _, path := range []string{"/slos", "/api/v1/slos", "/metrics", "/-/healthy"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = host
			if got := do(server, r).Code; got != want {
				t.Errorf("host %q, %s: status %d, want %d", host, path, got, want)
			}
		}
	}
}

// TestOtherSitesMayNotWrite sends what browsers send when a page of another site
// posts a form or fetches.
func TestOtherSitesMayNotWrite(t *testing.T) {
	targets := []string{"/api/v1/incidents/inc-1/ack", "/api/v1/incidents/inc-1/resolve", "/incidents/inc-1/ack", "/incidents/inc-1/resolve", "/-/reload", "/api/v1/gate"}
	for name, c := range map[string]struct {
		headers map[string]string
		allowed bool
	}{
		"a page of another site":         {map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example.net"}, false},
		"a sibling domain":               {map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "https://evil.example.com"}, false},
		"an old browser, another origin": {map[string]string{"Origin": "https://evil.example.net"}, false},
		"an old browser, a sandbox":      {map[string]string{"Origin": "null"}, false},
		"our own page":                   {map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:9095"}, true},
		"an old browser, our own page":   {map[string]string{"Origin": "http://localhost:9095"}, true},
		"a program":                      {nil, true},
	} {
		for _, target := range targets {
			f := newFleet()
			r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(`{"by":"mallory","force":true}`))
			r.Host = "localhost:9095"
			r.Header.Set("Content-Type", "application/json")
			for k, v := range c.headers {
				r.Header.Set(k, v)
			}
			w := do(f.server(t), r)
			if refused := w.Code == http.StatusForbidden; refused == c.allowed {
				t.Errorf("%s, %s: status %d", name, target, w.Code)
			}
			if !c.allowed && (f.reloads > 0 || f.incidents[0].AckedBy != "" || !f.incidents[0].Open()) {
				t.Errorf("%s, %s: refused, and done all the same", name, target)
			}
		}
	}
}

func TestNothingChangesOnGET(t *testing.T) {
	f := newFleet()
	server := f.server(t)
	for _, path := range []string{"/-/reload", "/incidents/inc-1/ack", "/api/v1/incidents/inc-1/resolve?by=x&force=true"} {
		if w := get(t, server, path); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
			t.Errorf("%s: status %d, Allow %q", path, w.Code, w.Header().Get("Allow"))
		}
	}
	if f.reloads > 0 || !f.incidents[0].Open() {
		t.Error("a GET changed something")
	}
}

func TestBodiesThatAreRefused(t *testing.T) {
	const kind = "application/json"
	for name, c := range map[string]struct {
		kind, body string
		want       int
		code       string
	}{
		"too large":             {kind, `{"by":"` + strings.Repeat("x", 70000) + `"}`, 413, api.CodeTooLarge},
		"a form":                {"application/x-www-form-urlencoded", "by=ada", 415, api.CodeMediaType},
		"text, as a form may":   {"text/plain", `{"by":"ada"}`, 415, api.CodeMediaType},
		"no type":               {"", `{"by":"ada"}`, 415, api.CodeMediaType},
		"empty":                 {kind, ``, 400, api.CodeBadRequest},
		"not JSON":              {kind, `by: ada`, 400, api.CodeBadRequest},
		"cut off":               {kind, `{"by":"ada"`, 400, api.CodeBadRequest},
		"a list":                {kind, `[]`, 400, api.CodeBadRequest},
		"an unknown key":        {kind, `{"by":"ada","forse":true}`, 400, api.CodeBadRequest},
		"a key twice":           {kind, `{"by":"ada","by":"eve"}`, 400, api.CodeBadRequest},
		"a key twice, in caps":  {kind, `{"by":"ada","BY":"eve"}`, 400, api.CodeBadRequest},
		"something after it":    {kind, `{"by":"ada"} {"by":"eve"}`, 400, api.CodeBadRequest},
		"a wrong type":          {kind, `{"by":7}`, 400, api.CodeBadRequest},
		"nested deeply":         {kind, `{"by":` + strings.Repeat("[", 20000), 400, api.CodeBadRequest},
		"nobody":                {kind, `{"by":"  "}`, 400, api.CodeBadRequest},
		"a name without end":    {kind, `{"by":"` + strings.Repeat("x", 101) + `"}`, 400, api.CodeBadRequest},
		"a comment without end": {kind, `{"by":"ada","comment":"` + strings.Repeat("x", 2001) + `"}`, 400, api.CodeBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFleet()
			w := post(f.server(t), "/api/v1/incidents/inc-1/ack", c.kind, c.body)
			if w.Code != c.want || problemOf(t, w).Code != c.code {
				t.Errorf("status %d %s, want %d %s", w.Code, w.Body, c.want, c.code)
			}
			if f.incidents[0].AckedBy != "" {
				t.Error("it was acknowledged all the same")
			}
		})
	}
}

func FuzzBodies(f *testing.F) {
	f.Add(`{"by":"ada","comment":"on it"}`)
	f.Add(`{"by":"ada","by":"eve"}`)
	f.Add(`{"by":["`)
	server := newFleet().server(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := post(server, "/api/v1/incidents/inc-1/ack", "application/json", body)
		if w.Code != 200 && w.Code != 400 && w.Code != 413 {
			t.Errorf("status %d for %q", w.Code, body)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("the answer is not JSON: %q", w.Body)
		}
	})
}

func problemOf(t *testing.T, w *httptest.ResponseRecorder) api.Problem {
	t.Helper()
	var e api.ErrorResponse
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("the error is not JSON: %v\n%s", err, w.Body)
	}
	if e.Error.Message == "" || e.Error.Details == nil {
		t.Errorf("the error says nothing: %s", w.Body)
	}
	return e.Error
}

func TestTimesAndSizesAreBounded(t *testing.T) {
	s := web.HTTPServer(http.NotFoundHandler(), slog.Default())
	got := []time.Duration{s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout, s.IdleTimeout}
	want := []time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute}
	if diff := cmp.Diff(want, got); diff != "" || s.MaxHeaderBytes != 64<<10 || s.ErrorLog == nil {
		t.Errorf("-want +got:\n%s, headers %d", diff, s.MaxHeaderBytes)
	}
}

func TestAnswersAreCompressedForThoseWhoAsk(t *testing.T) {
	server := newFleet().server(t)
	for coding, compressed := range map[string]bool{
		"gzip": true, "br, gzip;q=0.8": true, "GZIP": true, "": false, "br": false, "gzip;q=0": false, "identity": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/slos", nil)
		r.Host = "localhost"
		r.Header.Set("Accept-Encoding", coding)
		w := do(server, r)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != compressed {
			t.Errorf("%q: compressed is %v", coding, got)
			continue
		}
		if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%q: a cache is not told that it varies", coding)
		}
		body := io.Reader(w.Body)
		if compressed {
			var err error
			if body, err = gzip.NewReader(w.Body); err != nil {
				t.Fatal(err)
			}
		}
		var list api.SLOList
		if err := json.NewDecoder(body).Decode(&list); err != nil || len(list.SLOs) != 10 {
			t.Errorf("%q: %d SLOs, %v", coding, len(list.SLOs), err)
		}
	}
}

// TestWhatIsForEverybodyTellsNothingOfTheInside asks for what needs no password and no
// token while much is wrong inside.
func TestWhatIsForEverybodyTellsNothingOfTheInside(t *testing.T) {
	inside := []string{"10.1.2.3", "disk quota", "slos/secret.yaml", "payments-of-acme", "v1.2.3-test"}
	f := newFleet()
	f.status = site.Status{
		Backends: []site.Backend{{Name: "eu", Reason: "dial tcp 10.1.2.3:9090: refused"}}, Storage: "disk quota exceeded",
		Reload: site.Reload{Err: "slos/secret.yaml:3:1: unknown key"}, Families: []string{"payments-of-acme has too many members"},
	}
	config := f.config()
	config.Version = "v1.2.3-test"
	behindPasswords, behindTokens := auth.Rules{Badges: true}, auth.Rules{Tokens: tokens(), Reading: true, Badges: true}
	for _, c := range []struct {
		rules              auth.Rules
		method, host, path string
		secret             string
		tells              bool
	}{
		{behindTokens, "GET", "localhost", "/login", "", false},
		{behindTokens, "POST", "localhost", "/login", "", false},
		{behindTokens, "GET", "localhost", "/nowhere", "", false},
		{behindTokens, "PUT", "localhost", "/incidents", "", false},
		{behindTokens, "GET", "evil.example.net", "/login", "", false},
		{behindTokens, "GET", "localhost", "/static/none.css", "", false},
		{behindTokens, "GET", "localhost", "/badge/checkout", "", false},
		{behindTokens, "GET", "localhost", "/login?next=%zz", "", false},
		{behindTokens, "GET", "localhost", "/login", secrets[auth.Viewer], true},
		{behindTokens, "GET", "localhost", "/slos", secrets[auth.Viewer], true},
		{behindPasswords, "GET", "localhost", "/login", "", false},
		{behindPasswords, "GET", "localhost", "/schema/none", "", false},
		{behindPasswords, "GET", "localhost", "/badge/checkout", "", false},
		{behindPasswords, "GET", "localhost", "/slos", "", true},
	} {
		config.Guard = auth.New(config.Now, c.rules)
		server, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(c.method, c.path, strings.NewReader("token=wrong"))
		r.Host = c.host
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if c.secret != "" {
			r.Header.Set("Authorization", "Bearer "+c.secret)
		}
		body := do(server, r).Body.String()
		for _, text := range inside {
			if strings.Contains(body, text) != c.tells {
				t.Errorf("%s %s of %s, reading takes a token: %v: it tells %q: %v", c.method, c.path, c.host, c.rules.Reading, text, !c.tells)
			}
		}
	}
}
