package testbin

import (
	"fmt"
	"strings"
	"testing"
)

// recorder notes how a test went on.
type recorder struct{ said string }

func (r *recorder) Helper()           {}
func (r *recorder) Skip(args ...any)  { r.said = "skip: " + fmt.Sprint(args...) }
func (r *recorder) Fatal(args ...any) { r.said = "fatal: " + fmt.Sprint(args...) }

func TestNeed(t *testing.T) {
	tests := map[string]struct {
		env            map[string]string
		path, saysThat string
	}{
		"a named program is used": {
			env: map[string]string{"SLOFUSE_CHROMIUM": "/opt/chromium", "SLOFUSE_E2E": "1"}, path: "/opt/chromium",
		},
		"without one the test is skipped and says how to run it": {
			saysThat: "skip: needs a Chromium in SLOFUSE_CHROMIUM: run make test",
		},
		"where end-to-end tests are required, it fails": {
			env: map[string]string{"SLOFUSE_E2E": "1"}, saysThat: "fatal: SLOFUSE_E2E is set and SLOFUSE_CHROMIUM is not",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := &recorder{}
			path := need(r, func(key string) string { return test.env[key] }, "SLOFUSE_CHROMIUM", "a Chromium")
			if path != test.path {
				t.Errorf("path %q, want %q", path, test.path)
			}
			if !strings.HasPrefix(r.said, test.saysThat) || test.saysThat == "" && r.said != "" {
				t.Errorf("said %q, want %q", r.said, test.saysThat)
			}
		})
	}
}
