package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/slofuse/slofuse/slo/rule"
	"github.com/slofuse/slofuse/web/front"
)

// TestTheFileOfTLSAndPasswordsIsCheckedAtItsPlaces: every mistake with its line and
// column and a way out, all at once, and no secret in any of them.
func TestTheFileOfTLSAndPasswordsIsCheckedAtItsPlaces(t *testing.T) {
	f := &fronted{t: t, dir: t.TempDir()}
	f.certify(1)
	f.put("other.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
	hash := func(cost int) string {
		h, err := bcrypt.GenerateFromPassword([]byte("canary"), cost)
		if err != nil {
			t.Fatal(err)
		}
		return string(h)
	}
	good := "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing is asked for":            {"", nil},
		"a misspelt part":                 {"tls_server_confg: {}\n", []string{`1:1: unknown key "tls_server_confg": did you mean "tls_server_config"?`}},
		"a misspelt key":                  {"tls_server_config:\n  cert_fil: cert.pem\n  key_file: key.pem\n", []string{`2:3: missing key "cert_file"`, `2:3: unknown key "cert_fil": did you mean "cert_file"?`}},
		"a certificate that is not there": {"tls_server_config:\n  cert_file: gone.pem\n  key_file: key.pem\n", []string{"2:14: warning: cert_file: open"}},
		"an unreadable key":               {"tls_server_config: {cert_file: cert.pem, key_file: .}\n", []string{"1:52: warning: key_file:"}},
		"a damaged certificate":           {"tls_server_config: {cert_file: other.pem, key_file: key.pem}\n", []string{"1:32: certificate 1 cannot be read"}},
		"a certificate in place of a key": {"tls_server_config: {cert_file: cert.pem, key_file: cert.pem}\n", []string{"1:52: this holds a certificate and no key"}},
		"no key":                          {"tls_server_config: {cert_file: cert.pem}\n", []string{`1:20: missing key "key_file"`}},
		"a word for a client":             {good[:len(good)-2] + ", client_auth_type: RequireAndVerfyClientCert}\n", []string{`did you mean "RequireAndVerifyClientCert"?`}},
		"nobody is asked for it":          {good[:len(good)-2] + ", client_ca_file: cert.pem}\n", []string{"set client_auth_type to RequireAndVerifyClientCert"}},
		"versions the wrong way round":    {good[:len(good)-2] + ", min_version: TLS13, max_version: TLS12}\n", []string{"min_version is above max_version"}},
		"a header of ours":                {"http_server_config:\n  headers:\n    Set-Cookie: a=b\n    x-frame-options: deny\n    X-Frame-Options: allow\n", []string{`3:5: header "Set-Cookie" cannot be set`, `4:5: header "x-frame-options" is written "X-Frame-Options"`, `5:22: "allow" is not possible here`}},
		"limits":                          {"rate_limit: {interval: 1s}\nbasic_auth_users: {}\n", []string{`1:24: missing key "burst"`}},
		"passwords": {
			"basic_auth_users:\n  anna: canary\n  ben: " + hash(bcrypt.MinCost) + "\n  'c:d': " + hash(10) + "\n",
			[]string{"2:9: the password of \"anna\" is no hash of bcrypt: make one with htpasswd", "3:8: warning: the password of \"ben\" is hashed with a cost of 4", "4:3: the name of a user holds no colon"},
		},
		"two documents": {good + "---\n" + good, []string{"a second one begins here"}},
	} {
		t.Run(name, func(t *testing.T) {
			f.put("web.yaml", c.text)
			path := filepath.Join(f.dir, "web.yaml")
			problems, err := front.File(path).Problems(noon)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, p := range problems {
				if p.Rule != rule.CertificateUnfit { // the one of these tests is for nobody
					lines = append(lines, strings.TrimPrefix(p.String(), path+":"))
				}
			}
			text := strings.Join(lines, "\n")
			if len(lines) != len(c.want) || strings.Contains(text, "canary") {
				t.Fatalf("%d problems, want %d:\n%s", len(lines), len(c.want), text)
			}
			for i, want := range c.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("problem %d is %s\nwant %s", i+1, lines[i], want)
				}
			}
		})
	}
	if _, err := front.File(filepath.Join(f.dir, "gone.yaml")).Problems(noon); !os.IsNotExist(err) {
		t.Errorf("a file that is not there: %v", err)
	}
}
