package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// secrets are the tokens of the tests, by the role that has them.
var secrets = map[auth.Role]string{
	auth.Viewer:   "viewer-0123456789abcdef01234567",
	auth.Deploy:   "deploy-0123456789abcdef01234567",
	auth.Operator: "operator-0123456789abcdef0123456",
}

const scopedKey = "scoped-fedcba9876543210fedcba98"

func token(name string, role auth.Role, secret string, services ...string) auth.Token {
	return auth.Token{Name: name, Role: role, Services: services, Read: func() (string, error) { return secret, nil }}
}

func tokens() []auth.Token {
	out := []auth.Token{token("media", auth.Operator, scopedKey, "media")}
	for role, secret := range secrets {
		out = append(out, token(role.String()+"-token", role, secret))
	}
	return out
}

// guardedServer is a server that goes by rules.
func guardedServer(t testing.TB, f *fleet, rules auth.Rules) *web.Server {
	t.Helper()
	config := f.config()
	config.Guard = auth.New(config.Now, rules)
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// as sends a request with a token; with none when it is empty.
func as(h http.Handler, secret, method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/json")
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	return do(h, r)
}

// needs is the role that every route takes. A route that is not listed takes an
// operator, unless it is a GET.
var needs = map[string]auth.Role{
	"GET /-/healthy": auth.Nobody, "GET /-/ready": auth.Nobody, "GET /static/{file}": auth.Nobody, "GET /favicon.ico": auth.Nobody, "GET /schema/{file}": auth.Nobody,
	"GET /login": auth.Nobody, "POST /login": auth.Nobody, "POST /logout": auth.Nobody,
	"POST /api/v1/slack/interactions": auth.Nobody, // signed by Slack
	"POST /api/v1/gate":               auth.Viewer, // it only asks
	"POST /api/v1/deploys":            auth.Deploy, "POST /api/v1/deploys/{id}/end": auth.Deploy, "DELETE /api/v1/deploys/{id}": auth.Deploy,
	"GET /api/v1/audit": auth.Operator, "GET /audit": auth.Operator, "GET /audit.csv": auth.Operator,
}

func need(e web.Endpoint) auth.Role {
	if role, listed := needs[e.Method+" "+e.Path]; listed {
		return role
	}
	if e.Method == http.MethodGet {
		return auth.Viewer
	}
	return auth.Operator
}

var fillPath = strings.NewReplacer("{service}", "checkout", "{function}", "charge-card", "{slo}", "availability", "{id}", "inc-1", "{file}", "app.css", "/{$}", "/")

// TestEveryRouteForEveryRole asks every route of the router in every role: it
// answers who has the role it takes, and refuses everybody else.
func TestEveryRouteForEveryRole(t *testing.T) {
	for _, reading := range []bool{false, true} {
		rules := auth.Rules{Tokens: tokens(), Reading: reading}
		for _, e := range append(newFleet().server(t).Endpoints(), web.Endpoint{Method: "GET", Path: "/metrics"}, web.Endpoint{Method: "GET", Path: "/metrics/slos"}) {
			for role := auth.Nobody; role <= auth.Operator; role++ {
				has := role
				if role == auth.Nobody && !reading {
					has = auth.Viewer // whoever shows nothing
				}
				w := as(guardedServer(t, newFleet(), rules), secrets[role], e.Method, fillPath.Replace(e.Path), "{}")
				refused := w.Code == http.StatusUnauthorized || w.Code == http.StatusForbidden && e.Path != "/login"
				if want := has < need(e); refused != want {
					t.Errorf("%s %s as %s (reading takes a token: %v): status %d, refused should be %v", e.Method, e.Path, role, reading, w.Code, want)
				}
				if challenged := w.Header().Get("WWW-Authenticate") != ""; challenged != (w.Code == http.StatusUnauthorized) {
					t.Errorf("%s %s as %s: status %d, challenge %v", e.Method, e.Path, role, w.Code, challenged)
				}
			}
		}
	}
}

func TestEveryRoleOfTheMatrixIsOfARoute(t *testing.T) {
	served := map[string]bool{}
	for _, e := range newFleet().server(t).Endpoints() {
		served[e.Method+" "+e.Path] = true
	}
	for line := range needs {
		if !served[line] {
			t.Errorf("there is no route %s", line)
		}
	}
}

// TestWithoutTokens changes state from this machine, and from elsewhere.
func TestWithoutTokens(t *testing.T) {
	for _, alone := range []bool{true, false} {
		for _, e := range newFleet().server(t).Endpoints() {
			w := as(guardedServer(t, newFleet(), auth.Rules{Alone: alone}), "", e.Method, fillPath.Replace(e.Path), "{}")
			if want := !alone && need(e) > auth.Viewer; (w.Code == http.StatusForbidden && !strings.HasPrefix(e.Path, "/login")) != want {
				t.Errorf("%s %s, alone %v: status %d", e.Method, e.Path, alone, w.Code)
			} else if want && !strings.Contains(w.Body.String(), "tokens in the configuration") {
				t.Errorf("%s %s does not say what to do: %s", e.Method, e.Path, w.Body)
			}
		}
	}
}

func TestATokenForSomeServicesChangesNoOther(t *testing.T) {
	for _, e := range newFleet().server(t).Endpoints() {
		if need(e) < auth.Deploy || e.Method == http.MethodGet {
			continue
		}
		w := as(guardedServer(t, newFleet(), auth.Rules{Tokens: tokens()}), scopedKey, e.Method, fillPath.Replace(e.Path),
			`{"service":"checkout","functions":["charge-card"],"matchers":["service=\"checkout\""]}`)
		if w.Code != http.StatusForbidden && w.Code != http.StatusNotFound {
			t.Errorf("%s %s: status %d", e.Method, e.Path, w.Code)
		}
	}
	f := newFleet()
	f.incidents[0].Service = "media"
	if w := as(guardedServer(t, f, auth.Rules{Tokens: tokens()}), scopedKey, "POST", "/api/v1/incidents/inc-1/ack", "{}"); w.Code != http.StatusOK {
		t.Errorf("its own service: status %d %s", w.Code, w.Body)
	}
}

func TestTheTokenStandsBesideTheName(t *testing.T) {
	for body, want := range map[string]string{
		`{}`: "token operator-token", `{"by":"anna"}`: "anna (token operator-token)", `{"by":"  "}`: "token operator-token",
	} {
		f := newFleet()
		w := as(guardedServer(t, f, auth.Rules{Tokens: tokens()}), secrets[auth.Operator], "POST", "/api/v1/incidents/inc-1/ack", body)
		if w.Code != http.StatusOK || f.incidents[0].AckedBy != want {
			t.Errorf("%s: status %d, acknowledged by %q, want %q", body, w.Code, f.incidents[0].AckedBy, want)
		}
	}
}

// TestWaysInThatAreNone tries what lets people into other programs.
func TestWaysInThatAreNone(t *testing.T) {
	secret := secrets[auth.Operator]
	for name, change := range map[string]func(*http.Request){
		"the token in the query":       func(r *http.Request) { r.URL.RawQuery = "token=" + secret + "&access_token=" + secret },
		"the token in the path":        func(r *http.Request) { r.URL.User = url.UserPassword("oncall", secret) },
		"a password":                   func(r *http.Request) { r.SetBasicAuth("oncall", secret) },
		"another scheme":               func(r *http.Request) { r.Header.Set("Authorization", "Token "+secret) },
		"the header twice":             func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + secret, "Bearer " + secret} },
		"a header of a proxy":          func(r *http.Request) { r.Header.Set("X-Forwarded-User", "oncall") },
		"a header of a proxy, spelt _": func(r *http.Request) { r.Header["X_forwarded_user"] = []string{"oncall"} },
		"an address of this machine":   func(r *http.Request) { r.Header.Set("X-Forwarded-For", "127.0.0.1"); r.RemoteAddr = "127.0.0.1:1" },
		"another method by header": func(r *http.Request) {
			r.Header.Set("X-HTTP-Method-Override", "GET")
			r.Header.Set("X-Method-Override", "GET")
		},
		"another path by header": func(r *http.Request) { r.Header.Set("X-Original-URL", "/-/healthy") },
		"a huge header":          func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+strings.Repeat(secret, 1900)) },
		"the token as a cookie":  func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "slofuse", Value: secret}) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFleet()
			r := httptest.NewRequest(http.MethodPost, "/api/v1/incidents/inc-1/ack", strings.NewReader(`{"by":"mallory"}`))
			r.Host = "localhost"
			r.Header.Set("Content-Type", "application/json")
			change(r)
			w := do(guardedServer(t, f, auth.Rules{Tokens: tokens(), Alone: true}), r)
			if w.Code < 400 || f.incidents[0].AckedBy != "" {
				t.Errorf("status %d, acknowledged by %q", w.Code, f.incidents[0].AckedBy)
			}
			if strings.Contains(w.Body.String(), secret) {
				t.Errorf("the answer holds the token: %s", w.Body)
			}
		})
	}
}

func TestAMethodThatIsNotServedChangesNothing(t *testing.T) {
	f := newFleet()
	server := guardedServer(t, f, auth.Rules{Tokens: tokens()})
	for _, method := range []string{"PUT", "PATCH", "DELETE", "post", "TRACE", "ACK"} {
		if w := as(server, secrets[auth.Deploy], method, "/api/v1/incidents/inc-1/ack", `{"by":"x"}`); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: status %d", method, w.Code)
		}
	}
	if f.incidents[0].AckedBy != "" {
		t.Error("it was acknowledged")
	}
}

// browser sends a form as a browser does that has a cookie.
func browser(h http.Handler, target string, cookie *http.Cookie, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://localhost")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept", "text/html")
	if cookie != nil {
		r.AddCookie(cookie)
	}
	return do(h, r)
}

func open(h http.Handler, target string, cookie *http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "localhost"
	r.Header.Set("Accept", "text/html")
	if cookie != nil {
		r.AddCookie(cookie)
	}
	return do(h, r)
}

func TestAPersonSignsInActsAndSignsOut(t *testing.T) {
	f := newFleet()
	server := guardedServer(t, f, auth.Rules{Tokens: tokens(), Reading: true})
	if w := open(server, "/incidents/inc-1?x=1", nil); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/login?next=%2Fincidents%2Finc-1%3Fx%3D1" {
		t.Fatalf("without a token: status %d to %q", w.Code, w.Header().Get("Location"))
	}
	wrong := browser(server, "/login", nil, url.Values{"token": {"wrong"}, "next": {"/incidents"}})
	if wrong.Code != http.StatusForbidden || !strings.Contains(wrong.Body.String(), "not known") || !strings.Contains(wrong.Body.String(), `value="/incidents"`) {
		t.Errorf("a wrong token: status %d", wrong.Code)
	}
	in := browser(server, "/login", nil, url.Values{"token": {" " + secrets[auth.Operator] + "\n"}, "next": {"/incidents/inc-1"}})
	if in.Code != http.StatusSeeOther || in.Header().Get("Location") != "/incidents/inc-1" || len(in.Result().Cookies()) != 1 {
		t.Fatalf("signing in: status %d, %v", in.Code, in.Header())
	}
	cookie := in.Result().Cookies()[0]
	if w := open(server, "/incidents/inc-1", cookie); !strings.Contains(w.Body.String(), "operator-token") || !strings.Contains(w.Body.String(), "Sign out") {
		t.Error("the page does not say who is signed in")
	}
	if w := browser(server, "/incidents/inc-1/ack", cookie, url.Values{"by": {"anna"}}); w.Code != http.StatusSeeOther || f.incidents[0].AckedBy != "anna (token operator-token)" {
		t.Errorf("acknowledging: status %d, by %q", w.Code, f.incidents[0].AckedBy)
	}
	out := browser(server, "/logout", cookie, nil)
	if out.Code != http.StatusSeeOther || len(out.Result().Cookies()) != 1 || out.Result().Cookies()[0].MaxAge >= 0 {
		t.Errorf("signing out: status %d, %v", out.Code, out.Header())
	}
	if w := browser(server, "/incidents/inc-1/ack", cookie, url.Values{"by": {"eve"}}); w.Code != http.StatusUnauthorized {
		t.Errorf("the cookie after signing out: status %d", w.Code)
	}
}

func TestSigningInLeadsNowhereElse(t *testing.T) {
	server := guardedServer(t, newFleet(), auth.Rules{Tokens: tokens()})
	for next, want := range map[string]string{
		"/slos?q=a": "/slos?q=a", "": "/", "https://evil.example.net/": "/", "//evil.example.net/": "/", `/\evil.example.net`: "/",
		"javascript:alert(1)": "/", "/a\nSet-Cookie: x=y": "/", "slos": "/", "/" + strings.Repeat("a", 3000): "/",
	} {
		w := browser(server, "/login", nil, url.Values{"token": {secrets[auth.Viewer]}, "next": {next}})
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("next %q leads to %q, want %q", next, got, want)
		}
	}
}

func TestACookieDoesNotWorkFromAnotherSite(t *testing.T) {
	f := newFleet()
	server := guardedServer(t, f, auth.Rules{Tokens: tokens()})
	cookie := browser(server, "/login", nil, url.Values{"token": {secrets[auth.Operator]}}).Result().Cookies()[0]
	for name, headers := range map[string][2]string{
		"a page of another site": {"Sec-Fetch-Site", "cross-site"}, "another origin": {"Origin", "https://evil.example.net"}, "a program with a cookie": {"X-A", "b"},
	} {
		for _, target := range []string{"/incidents/inc-1/ack", "/-/reload", "/api/v1/incidents/inc-1/resolve"} {
			r := httptest.NewRequest(http.MethodPost, target, strings.NewReader("by=mallory"))
			r.Host = "localhost"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(headers[0], headers[1])
			r.AddCookie(cookie)
			if w := do(server, r); w.Code != http.StatusForbidden {
				t.Errorf("%s, %s: status %d", name, target, w.Code)
			}
		}
	}
	if f.incidents[0].AckedBy != "" || f.reloads > 0 {
		t.Error("it was done all the same")
	}
}

func TestThePageOfAnIncidentOffersWhatMayBeDone(t *testing.T) {
	for name, c := range map[string]struct {
		rules    auth.Rules
		key      string
		has, not string
	}{
		"alone":                    {auth.Rules{Alone: true}, "", "/incidents/inc-1/ack", "Sign in"},
		"over the network":         {auth.Rules{}, "", "no tokens are configured", "/incidents/inc-1/ack"},
		"tokens, not signed in":    {auth.Rules{Tokens: tokens()}, "", `href="/login?next=%2Fincidents%2Finc-1"`, "/incidents/inc-1/ack"},
		"signed in as a viewer":    {auth.Rules{Tokens: tokens()}, secrets[auth.Viewer], "you have viewer", "/incidents/inc-1/ack"},
		"signed in as an operator": {auth.Rules{Tokens: tokens()}, secrets[auth.Operator], "/incidents/inc-1/ack", "you have"},
	} {
		server := guardedServer(t, newFleet(), c.rules)
		var cookie *http.Cookie
		if c.key != "" {
			cookie = browser(server, "/login", nil, url.Values{"token": {c.key}}).Result().Cookies()[0]
		}
		body := open(server, "/incidents/inc-1", cookie).Body.String()
		if !strings.Contains(body, c.has) || strings.Contains(body, c.not) {
			t.Errorf("%s: has %q: %v, has %q: %v", name, c.has, strings.Contains(body, c.has), c.not, strings.Contains(body, c.not))
		}
	}
}

// TestATokenForOtherServicesIsOfferedNothing: a button that answers 403 is a trap.
func TestATokenForOtherServicesIsOfferedNothing(t *testing.T) {
	server := guardedServer(t, newFleet(), auth.Rules{Tokens: tokens()})
	for key, offered := range map[string]bool{scopedKey: false, secrets[auth.Operator]: true} {
		cookie := browser(server, "/login", nil, url.Values{"token": {key}}).Result().Cookies()[0]
		for _, path := range []string{"/", "/incidents", "/incidents/inc-1"} {
			if got := strings.Contains(open(server, path, cookie).Body.String(), "/incidents/inc-1/ack"); got != offered {
				t.Errorf("%s: it can be acknowledged: %v, want %v", path, got, offered)
			}
		}
		if got := strings.Contains(open(server, "/incidents/inc-1", cookie).Body.String(), "is for other services"); got == offered {
			t.Errorf("the page says why not: %v", got)
		}
	}
}

// TestPagesWithoutTheirFormsSayWhy: links lead to them from an incident.
func TestPagesWithoutTheirFormsSayWhy(t *testing.T) {
	for name, c := range map[string]struct {
		rules auth.Rules
		key   string
		says  string // empty: the form is there
	}{
		"alone":                    {auth.Rules{Alone: true}, "", ""},
		"over the network":         {auth.Rules{}, "", "no tokens are configured"},
		"tokens, not signed in":    {auth.Rules{Tokens: tokens()}, "", `href="/login?next=%2F`},
		"signed in as a viewer":    {auth.Rules{Tokens: tokens()}, secrets[auth.Viewer], "takes the role operator; you have viewer"},
		"signed in as an operator": {auth.Rules{Tokens: tokens()}, secrets[auth.Operator], ""},
	} {
		server := guardedServer(t, newFleet(), c.rules)
		var cookie *http.Cookie
		if c.key != "" {
			cookie = browser(server, "/login", nil, url.Values{"token": {c.key}}).Result().Cookies()[0]
		}
		for _, path := range []string{"/silences", "/deploys", "/maintenance"} {
			main := element(t, open(server, path, cookie).Body.String(), "<main", "</main>")
			if form := strings.Contains(main, `formmethod="post"`) || strings.Contains(main, `id="new"`); form != (c.says == "") || !strings.Contains(main, c.says) {
				t.Errorf("%s, %s: there is a form: %v, it says %q: %v", path, name, form, c.says, strings.Contains(main, c.says))
			}
		}
	}
}

// TestAWrongTokenIsAnsweredAsAnAlmostRightOne cannot measure nanoseconds on a
// busy machine; it holds that both go the same way and say the same.
func TestAWrongTokenIsAnsweredAsAnAlmostRightOne(t *testing.T) {
	server := guardedServer(t, newFleet(), auth.Rules{Tokens: tokens()})
	secret := secrets[auth.Operator]
	first := as(server, strings.Repeat("x1y2", 8), "POST", "/-/reload", "")
	for _, almost := range []string{secret[:len(secret)-1] + "x", "x" + secret[1:], secret + "x", secret[1:]} {
		w := as(server, almost, "POST", "/-/reload", "")
		if w.Code != http.StatusUnauthorized || w.Body.String() != first.Body.String() || problemOf(t, w).Code != api.CodeUnauthorized {
			t.Errorf("status %d %s", w.Code, w.Body)
		}
	}
}
