package config_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/config"
)

func TestHeartbeatsAreRead(t *testing.T) {
	c, problems := config.Parse("c.yaml", []byte(oneBackend+`
heartbeats:
  - {name: outside, url_file: secrets/beat}
  - {name: other, url: "https://hc.example.com/canary1234", every: 30s, method: POST}
`))
	if c == nil {
		t.Fatal(problems)
	}
	first, second := c.Heartbeats[0], c.Heartbeats[1]
	if first.Name != "outside" || first.URL.File != "secrets/beat" || first.Every != time.Minute || first.Method != http.MethodGet {
		t.Errorf("%+v", first)
	}
	if second.URL.Inline.Reveal() != "https://hc.example.com/canary1234" || second.Every != 30*time.Second || second.Method != http.MethodPost {
		t.Errorf("%+v", second)
	}
}

func TestHeartbeatsThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"{url: http://a}":                                    `missing key "name"`,
		"{name: a}":                                          "url_file",
		"{name: a, url: canary1234}":                         "must be an http or https URL",
		"{name: a, url: http://a, every: 1s}":                "between 10s and 1h",
		"{name: a, url: http://a, method: PUT}":              "GET or POST",
		"{name: a, url: http://a}, {name: a, url: http://b}": "already defined",
	} {
		c, problems := config.Parse("c.yaml", []byte(oneBackend+"heartbeats: ["+text+"]"))
		if c != nil || !strings.Contains(problems.Error(), want) || strings.Contains(problems.Error(), canary) {
			t.Errorf("%s: %v, want %q", text, problems, want)
		}
	}
}
