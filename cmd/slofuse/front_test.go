package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/web/front"
)

func TestServeRefusesAFileOfTLSThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "web.yaml")
	if err := os.WriteFile(file, []byte("tls_server_config: {cert_file: gone.pem, key_file: gone.pem}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := serveOptions{prometheusURL: "http://localhost:1", sloPaths: []string{filepath.Join(dir, "none.yaml")}, webFile: front.File(file)}
	if err := os.WriteFile(o.sloPaths[0], []byte(strings.NewReplacer("policy: live\n", "", "window: 1h", "window: 30d").Replace(liveSLO)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := o.sound(); codeOf(err) != exitUsage || !strings.Contains(err.Error(), "--web.config.file") || !strings.Contains(err.Error(), "gone.pem") {
		t.Errorf("%v", err)
	}
}

func TestWithTLSLinksAndCookiesAreSecure(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yaml")
	for text, secure := range map[string]bool{"tls_server_config: {cert_file: a.pem, key_file: b.pem}\n": true, "basic_auth_users: {}\n": false} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg := config.Default()
		o := serveOptions{listen: "127.0.0.1:8480", webFile: front.File(file)}
		o.override(&cfg)
		rules := accessRules(&cfg, &net.TCPAddr{IP: net.IPv4zero}, o.webFile)
		if strings.HasPrefix(cfg.ExternalURL, "https://") != secure || rules.Secure != secure || rules.Alone {
			t.Errorf("%s: links to %s, secure cookies %v", text, cfg.ExternalURL, rules.Secure)
		}
	}
}
