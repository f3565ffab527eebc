package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/web/front"
)

// TestAReloadLooksAtTheFileOfTLSAndPasswords: whoever breaks it learns so from the log
// and a metric, because nobody gets to the pages any more.
func TestAReloadLooksAtTheFileOfTLSAndPasswords(t *testing.T) {
	s := newStory(t, configuration{})
	file := filepath.Join(t.TempDir(), "web.yaml")
	writeFile(t, file, "basic_auth_users: {}\n")
	s.webFile = front.File(file)
	before := s.fingerprint()
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	writeFile(t, file, "basic_auth_users: {anna: canary}\n")
	if s.fingerprint() == before {
		t.Error("nobody notices that the file has changed")
	}
	err := s.Reload(t.Context())
	if err == nil || !strings.Contains(err.Error(), file+":1:26: ") || strings.Contains(err.Error(), "canary") {
		t.Errorf("the reload says %v", err)
	}
	if got := s.metric("slofuse_config_last_reload_successful"); got != "0" {
		t.Errorf("the metric is %q", got)
	}
}
