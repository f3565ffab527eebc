package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/config"
)

// TestEveryFileThatIsNamedIsLookedAt: each secret and certificate with the place where
// it is named, what is wrong with it, and none of what it holds.
func TestEveryFileThatIsNamedIsLookedAt(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"weak": "canary", "token": "0123456789abcdef0123456789abcdef", "url": "canary no url", "ca": "canary", "cert": "canary", "key": "canary", "password": "canary"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := `backends:
  - name: main
    url: https://prometheus.example.com
    http_config:
      tls_config: {ca_file: ca, cert_file: cert, key_file: key}
      basic_auth: {username: a, password_file: password}
heartbeats: [{name: outside, url_file: gone}]
tokens:
  - {name: good, role: viewer, token_file: token}
  - {name: ci, role: deploy, token_file: weak}
route: {receiver: hook}
receivers:
  - name: hook
    webhook_configs: [{url_file: url, secret_file: gone}]
`
	c, problems := config.Parse(filepath.Join(dir, "slofuse.yaml"), []byte(text))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range c.Files {
		if err := f.Check(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)); err != nil {
			at := f.At
			at.File = ""
			got = append(got, at.String()+" "+err.Error())
		}
	}
	for _, want := range []string{
		":5:29 secret file " + dir + "/ca: this holds no certificate", ":5:60 secret file " + dir + "/key: this holds no certificate",
		":7:40 secret file " + dir + "/gone: no such file", ":10:42 secret file " + dir + "/weak: a token needs 128 bits",
		":14:34 secret file " + dir + "/url: ", ":14:52 secret file " + dir + "/gone: no such file",
	} {
		found := false
		for _, line := range got {
			found = found || strings.HasPrefix(line, want)
		}
		if !found {
			t.Errorf("nothing says %s", want)
		}
	}
	if all := strings.Join(got, "\n"); len(got) != 6 || strings.Contains(all, "canary") {
		t.Errorf("%d files are unfit:\n%s", len(got), all)
	}
}
