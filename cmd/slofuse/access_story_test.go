package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"golang.org/x/crypto/bcrypt"

	"github.com/slofuse/slofuse/internal/testbin"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/front"
)

const (
	operatorToken = "operator-0123456789abcdef012345"
	secureSite    = "https://slo.example.com"
	proxyAddress  = "127.0.0.9" // strangers are at 127.0.0.1
)

// guarded is a configuration with each way to be known.
var guarded = configuration{
	extra: `tokens:
  - {name: reader, role: viewer, token_file: secrets/reader}
  - {name: oncall, role: operator, token_file: secrets/oncall}
web: {trusted_proxies: [` + proxyAddress + `], identity_header: X-Forwarded-User, roles: [{role: operator, users: [anna]}]}
`,
	secrets: map[string]string{"reader": readerToken, "oncall": operatorToken},
}

// secured serves a story with TLS and a password beside its own port, and returns the
// address.
func secured(t *testing.T, s *story) string {
	t.Helper()
	dir := t.TempDir()
	cert, key := selfSigned(t, "slo.example.com")
	writeFile(t, filepath.Join(dir, "cert.pem"), cert)
	writeFile(t, filepath.Join(dir, "key.pem"), key)
	hash, err := bcrypt.GenerateFromPassword([]byte("wonderland"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "web.yaml")
	writeFile(t, file, "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\nbasic_auth_users: {anna: '"+string(hash)+"'}\n")
	s.webFile = front.File(file)
	if err := s.Reload(t.Context()); err != nil { // cookies are for https alone now
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	server, done := web.HTTPServer(s.web, log), make(chan error, 1)
	go func() { done <- s.webFile.Serve(listener, server, s.web.Open, log) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

func selfSigned(t *testing.T, host string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: wednesday.AddDate(-1, 0, 0), NotAfter: wednesday.AddDate(30, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes}))
}

// newVisitor is a browser that finds the site at an address.
func newVisitor(t *testing.T, address string) *person {
	t.Helper()
	allocator, stop := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(testbin.Chromium(t)), chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.Flag("host-resolver-rules", "MAP slo.example.com "+address), chromedp.IgnoreCertErrors)
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(allocator)
	t.Cleanup(leave)
	return &person{Context: ctx, t: t, url: secureSite}
}

func (p *person) signIn(token, next string) {
	p.t.Helper()
	p.goTo("/login?next=" + next)
	p.fill("main form", "token", token)
	p.press("Sign in")
}

// refusedPage is what a browser shows when nobody tells it a password.
const refusedPage = "ERR_INVALID_AUTH_CREDENTIALS"

// isAsked goes to a page and is asked for a password.
func (p *person) isAsked(path string) {
	p.t.Helper()
	if err := chromedp.Do(p, chromedp.Navigate(p.url+path)); err == nil || !strings.Contains(err.Error(), refusedPage) {
		p.t.Fatalf("%s is shown to anybody: %v", path, err)
	}
}

// signOut presses the button, and what was shown is gone.
func (p *person) signOut() {
	p.t.Helper()
	p.do(`document.querySelector("` + signOutButton + `").click()`)
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(30 * time.Second); p.counts(signOutButton) > 0; <-again.C {
		if time.Now().After(deadline) {
			p.t.Fatal("the page stays")
		}
	}
}

// sees waits until the page says something, also where no script runs.
func (p *person) sees(text string) {
	p.t.Helper()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	said, deadline := "", time.Now().Add(30*time.Second)
	for !strings.Contains(said, text) {
		if time.Now().After(deadline) {
			p.t.Fatalf("the page never says %q: %s", text, said)
		}
		<-again.C
		said, _ = chromedp.Run(p, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
	}
}

// withoutScripts lets no script of a page run from now on.
func (p *person) withoutScripts() {
	p.t.Helper()
	if err := chromedp.Do(p, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})); err != nil {
		p.t.Fatal(err)
	}
}

// counts is how many elements of a page match.
func (p *person) counts(selector string) int {
	p.t.Helper()
	n, err := chromedp.Run(p, chromedp.Evaluate[int](`document.querySelectorAll("`+selector+`").length`))
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

const (
	formsOfOthers = `form[method=post]:not([action='/logout'])`
	signOutButton = `form[action='/logout'] button`
)

// TestE2ESomebodySignsInOverTLS goes by every way through the door: nobody, a reader who
// is offered nothing that would be refused, an operator without JavaScript who
// acknowledges and signs out, and a person with a password.
func TestE2ESomebodySignsInOverTLS(t *testing.T) {
	t.Parallel()
	s := newStory(t, guarded)
	s.fires()
	incident := "/incidents/" + *s.alert().Incident
	p := newVisitor(t, secured(t, s))

	p.isAsked(incident)
	p.signIn(readerToken, incident)
	p.sees("takes the role operator; you have viewer")
	for _, path := range []string{incident, "/", "/slos", "/incidents", "/silences", "/deploys", "/maintenance", "/routes", "/status", "/executive", "/reports", "/slos/checkout/create-order/availability", "/functions/checkout/create-order"} {
		p.goTo(path)
		if forms, links := p.counts(formsOfOthers+", [formmethod=post]"), p.counts(`a[href^='/audit']`); forms+links > 0 || p.counts(signOutButton) != 1 {
			t.Errorf("%s offers a reader %d forms and %d links that would be refused", path, forms, links)
		}
	}
	p.signOut()
	p.isAsked(incident)

	p.withoutScripts()
	p.signIn(operatorToken, incident)
	p.sees("Acknowledge")
	p.fill("#ack", "by", "ada")
	p.do(`document.querySelector("#ack button").click()`)
	p.sees("ada (token oncall)")
	p.signOut()
	p.isAsked(incident)

	byPassword := newVisitor(t, secured(t, s))
	byPassword.url = strings.Replace(secureSite, "https://", "https://anna:wonderland@", 1)
	byPassword.goTo(incident)
	byPassword.sees("anna")
	if byPassword.counts(formsOfOthers) == 0 || byPassword.counts("input[name=by][value=anna][readonly]") == 0 || byPassword.counts(signOutButton) > 0 {
		t.Error("who has a password cannot act under their name")
	}
}

// TestStrangersAtTheDoor tries what gets people past the doors of others.
func TestStrangersAtTheDoor(t *testing.T) {
	t.Parallel()
	s := newStory(t, guarded)
	s.fires()
	id := *s.alert().Incident
	address := secured(t, s)
	for _, path := range []string{
		"/metrics", "//metrics", "/./metrics", "/login/../metrics", "/login/..%2fmetrics", "/login%2f..%2f..%2fmetrics", "/login/%2e%2e/metrics", "/login;/../metrics",
		"/static/../metrics", "/static/%2e%2e/%2e%2e/metrics", "/-/healthy/../../metrics", "/-/healthy%00/metrics", "/badge/../metrics", "/LOGIN/../metrics", "/login?/../metrics",
		"/metrics#/login", "https://slo.example.com/metrics", "https://login/metrics", "/api/v1/events", "/api//v1/slos", "/API/V1/slos", "/slos.csv", "/audit.csv", "/incidents/" + id + "/postmortem.md",
	} {
		status, body := rawGet(t, address, path)
		if strings.Contains(body, "slofuse_") || strings.Contains(body, "create-order") || status == http.StatusOK && !strings.HasPrefix(path, "/login?") {
			t.Errorf("%s: status %d: %s", path, status, body)
		}
	}
	for name, c := range map[string]struct {
		from    string
		headers []string
		want    int
	}{
		"a stranger":                             {"127.0.0.1", nil, http.StatusUnauthorized},
		"who says to be anna":                    {"127.0.0.1", []string{"X-Forwarded-User", "anna"}, http.StatusUnauthorized},
		"who says to be the proxy as well":       {"127.0.0.1", []string{"X-Forwarded-User", "anna", "X-Forwarded-For", proxyAddress, "Forwarded", "for=" + proxyAddress, "X-Real-Ip", proxyAddress}, http.StatusUnauthorized},
		"who spells it otherwise":                {"127.0.0.1", []string{"X_Forwarded_User", "anna", "Remote-User", "anna"}, http.StatusUnauthorized},
		"through the proxy, as nobody":           {proxyAddress, nil, http.StatusUnauthorized},
		"through the proxy, as ben":              {proxyAddress, []string{"X-Forwarded-User", "ben"}, http.StatusForbidden},
		"through the proxy, as two":              {proxyAddress, []string{"X-Forwarded-User", "ben", "X-Forwarded-User", "anna"}, http.StatusBadRequest},
		"a page of another site, through it":     {proxyAddress, []string{"X-Forwarded-User", "anna", "Origin", "https://evil.example.net"}, http.StatusForbidden},
		"another site that names its own scheme": {proxyAddress, []string{"X-Forwarded-User", "anna", "Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		"ten megabytes of it":                    {proxyAddress, []string{"X-Forwarded-User", "anna", "X-Fill", "10"}, http.StatusRequestEntityTooLarge},
	} {
		if got := ackFrom(t, s.url, c.from, id, c.headers); got != c.want {
			t.Errorf("%s: status %d, want %d", name, got, c.want)
		}
	}
	if i := s.alert(); i.Incident == nil || strings.Contains(s.mustGet("/api/v1/incidents/"+id), `"state":"acked"`) {
		t.Error("somebody got through")
	}
	if got := ackFrom(t, s.url, proxyAddress, id, []string{"X-Forwarded-User", "anna", "Origin", s.url}); got != http.StatusSeeOther || !strings.Contains(s.mustGet("/api/v1/incidents/"+id), `"acked_by":"anna"`) {
		t.Errorf("anna, through the proxy: status %d", got)
	}
}

// rawGet sends a path as it is, over TLS.
func rawGet(t *testing.T, address, path string) (status int, body string) {
	t.Helper()
	conn, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: slo.example.com\r\nConnection: close\r\n\r\n", path); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text) + resp.Header.Get("Location")
}

// ackFrom acknowledges by a form, from an address of this machine. X-Fill says how many
// megabytes of comment there are.
func ackFrom(t *testing.T, base, from, id string, headers []string) int {
	t.Helper()
	var body io.Reader = strings.NewReader("by=mallory")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/incidents/"+id+"/ack", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		r.Header[headers[i]] = append(r.Header[headers[i]], headers[i+1])
	}
	if r.Header.Get("X-Fill") != "" {
		r.ContentLength, r.Body = -1, io.NopCloser(io.MultiReader(strings.NewReader("by=mallory&comment="), strings.NewReader(strings.Repeat("a", 10<<20))))
	}
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	client := &http.Client{
		Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       time.Minute,
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
