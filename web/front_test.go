package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/front"
)

// fronted is a server behind a file of TLS and passwords, reached over the network.
type fronted struct {
	t      *testing.T
	dir    string
	url    string
	fleet  *fleet
	client *http.Client
}

func startFronted(t *testing.T, rules auth.Rules) *fronted {
	t.Helper()
	f := &fronted{t: t, dir: t.TempDir(), fleet: newFleet()}
	f.certify(1)
	f.write("anna")
	file := front.File(filepath.Join(f.dir, "web.yaml"))
	if err := file.Check(noon); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	own := guardedServer(t, f.fleet, rules)
	log := slog.New(slog.DiscardHandler)
	server := web.HTTPServer(own, log)
	done := make(chan error, 1)
	go func() { done <- file.Serve(listener, server, own.Open, log) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	f.url = "https://" + listener.Addr().String()
	f.client = &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	f.ask("GET", "/-/healthy", nothing) // the file is read now
	return f
}

// certify writes a certificate with a serial number.
func (f *fronted) certify(serial int64) {
	f.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "slofuse"}, NotBefore: from, NotAfter: from.AddDate(20, 0, 0)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		f.t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		f.t.Fatal(err)
	}
	f.put("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private})))
	f.put("cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})))
}

// write writes the file, with the user's name as the password.
func (f *fronted) write(users ...string) {
	f.t.Helper()
	text := "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n" +
		"http_server_config: {headers: {Strict-Transport-Security: max-age=60, X-Frame-Options: sameorigin}}\nbasic_auth_users:\n"
	for _, user := range users {
		hash, err := bcrypt.GenerateFromPassword([]byte(user), bcrypt.MinCost)
		if err != nil {
			f.t.Fatal(err)
		}
		text += "  " + user + ": " + string(hash) + "\n"
	}
	f.put("web.yaml", text)
}

func (f *fronted) put(name, text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// ask sends a request, which prepare may change, and returns the answer and its body.
func (f *fronted) ask(method, path string, prepare func(*http.Request)) (*http.Response, string) {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.url+path, strings.NewReader(`{"by":"mallory"}`))
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	prepare(r)
	resp, err := f.client.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return resp, string(body)
}

func signedIn(user, password string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(user, password) }
}

func withToken(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func nothing(*http.Request) {}

func TestPasswordsStandBesideTokens(t *testing.T) {
	f := startFronted(t, auth.Rules{Tokens: tokens(), Reading: true})
	for name, c := range map[string]struct {
		path    string
		prepare func(*http.Request)
		want    int
	}{
		"nothing":                   {"/api/v1/slos", nothing, 401},
		"the right password":        {"/api/v1/slos", signedIn("anna", "anna"), 200},
		"a wrong one":               {"/api/v1/slos", signedIn("anna", "ben"), 401},
		"no password":               {"/api/v1/slos", signedIn("anna", ""), 401},
		"somebody who is not there": {"/api/v1/slos", signedIn("ben", "ben"), 401},
		"a token":                   {"/api/v1/slos", withToken(secrets[auth.Viewer]), 200},
		"a token as a password":     {"/api/v1/slos", signedIn("anna", secrets[auth.Viewer]), 401},
		"an unknown token":          {"/api/v1/slos", withToken(strings.Repeat("ab01", 8)), 401},
		"a page":                    {"/slos", nothing, 401},
		"metrics":                   {"/metrics", nothing, 401},
		"what is for everybody":     {"/-/healthy", nothing, 200},
		"what only looks like it":   {"/-/healthy/../../api/v1/slos", nothing, 401},
		"the same, escaped":         {"/-%2fhealthy%2f..%2f..%2fapi%2fv1%2fslos", nothing, 401},
		"an upper-case path":        {"/STATIC/app.css", nothing, 401},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body := f.ask("GET", c.path, c.prepare)
			if resp.StatusCode != c.want || strings.Contains(body, "checkout") != (c.want == 200 && c.path != "/-/healthy") {
				t.Errorf("status %d, want %d: %s", resp.StatusCode, c.want, body)
			}
			if c.want == 401 && resp.Header.Get("WWW-Authenticate") != "Basic" {
				t.Errorf("the browser is not told to ask: %v", resp.Header)
			}
			if got := resp.Header.Get("Strict-Transport-Security") + " " + resp.Header.Get("X-Frame-Options"); got != "max-age=60 sameorigin" {
				t.Errorf("the headers of the file are not sent: %s", got)
			}
			if resp.ProtoMajor != 2 {
				t.Errorf("it came over %s", resp.Proto)
			}
		})
	}
}

func TestAPersonWithAPasswordActsUnderTheirName(t *testing.T) {
	people := auth.People{Grants: []auth.Grant{{Role: auth.Operator, Users: []string{"anna"}}}}
	f := startFronted(t, auth.Rules{People: people})
	f.write("anna", "ben")
	const ack = "/api/v1/incidents/inc-1/ack"
	if resp, body := f.ask("POST", ack, signedIn("ben", "ben")); resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "ben has viewer") {
		t.Errorf("a viewer: status %d %s", resp.StatusCode, body)
	}
	if resp, _ := f.ask("POST", ack, signedIn("anna", "ben")); resp.StatusCode != http.StatusUnauthorized || f.fleet.incidents[0].AckedBy != "" {
		t.Errorf("a wrong password: status %d", resp.StatusCode)
	}
	if resp, _ := f.ask("POST", ack, signedIn("anna", "anna")); resp.StatusCode != http.StatusOK || f.fleet.incidents[0].AckedBy != "anna" {
		t.Errorf("status %d, acknowledged by %q", resp.StatusCode, f.fleet.incidents[0].AckedBy)
	}
	if _, page := f.ask("GET", "/incidents/inc-1", signedIn("anna", "anna")); !strings.Contains(page, `value="anna" readonly`) || strings.Contains(page, "Sign out") {
		t.Error("the form does not say who they are")
	}
}

func TestAFileWithoutUsersNamesNobody(t *testing.T) {
	f := startFronted(t, auth.Rules{People: auth.People{Default: auth.Operator}})
	f.write()
	if resp, body := f.ask("POST", "/api/v1/incidents/inc-1/ack", signedIn("anna", "anna")); resp.StatusCode != http.StatusForbidden || f.fleet.incidents[0].AckedBy != "" {
		t.Errorf("status %d %s", resp.StatusCode, body)
	}
}

func TestRenewedCertificatesAndChangedPasswordsCountAtOnce(t *testing.T) {
	f := startFronted(t, auth.Rules{})
	f.certify(2)
	f.write("ben")
	resp, _ := f.ask("GET", "/api/v1/slos", signedIn("ben", "ben"))
	if got := resp.TLS.PeerCertificates[0].SerialNumber.Int64(); got != 2 || resp.StatusCode != http.StatusOK {
		t.Errorf("certificate %d, status %d", got, resp.StatusCode)
	}
	if resp, _ := f.ask("GET", "/api/v1/slos", signedIn("anna", "anna")); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("who was taken out gets %d", resp.StatusCode)
	}
	f.put("web.yaml", "basic_auth_users: {ben: no hash}\nbasic: auth\n")
	resp, err := f.client.Get(f.url + "/api/v1/slos")
	if err == nil {
		resp.Body.Close()
		t.Errorf("a file with a mistake lets a connection through: status %d", resp.StatusCode)
	}
}

func TestAFileThatCannotBeUsedIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"a misspelt key":                  "tls_server_confg: {}",
		"a certificate that is not there": "tls_server_config: {cert_file: a.pem, key_file: b.pem}",
		"a password that is no hash":      "basic_auth_users: {anna: secret}",
		"a header of ours":                "http_server_config: {headers: {Set-Cookie: a=b}}",
	} {
		path := filepath.Join(t.TempDir(), "web.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := front.File(path).Check(noon); err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := front.File("").Check(noon); err != nil {
		t.Errorf("no file: %v", err)
	}
	if err := front.File(filepath.Join(t.TempDir(), "gone.yaml")).Check(noon); err == nil {
		t.Error("a file that is not there is taken")
	}
}
