package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/config"
)

const canary = "canary1234"

// everySecret holds the canary wherever a secret may stand.
const everySecret = `
backends:
  - name: basic
    url: http://localhost
    http_config: {basic_auth: {username: a, password: canary1234}, tls_config: {cert: c, key: canary1234}}
    headers: {X-A: canary1234, X-B: {secrets: [canary1234]}}
  - name: bearer
    url: http://localhost
    http_config: {bearer_token: canary1234, proxy_url: "http://u:canary1234@proxy", proxy_connect_header: {X: [canary1234]}}
  - name: authorization
    url: http://localhost
    http_config: {authorization: {credentials: canary1234}, http_headers: {X-A: {secrets: [canary1234]}}}
  - name: oauth
    url: http://localhost
    http_config: {oauth2: {client_id: a, client_secret: canary1234, token_url: "http://localhost"}}
route: {receiver: all}
receivers:
  - name: all
    slack_configs:
      - {channel: "#a", token: canary1234}
      - {api_url: "https://hooks.example.com/canary1234", http_config: {basic_auth: {username: a, password: canary1234}}}
    webhook_configs:
      - {url: "https://example.com/canary1234?key=canary1234", secret: canary1234, headers: {X-A: canary1234}}
    pagerduty_configs: [{routing_key: canary1234}]
`

func TestNoOutputOfAConfigurationShowsASecret(t *testing.T) {
	c, problems := config.Parse("c.yaml", []byte(everySecret))
	if c == nil {
		t.Fatal(problems)
	}
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, nil))
	log.Info("config", "config", c, "value", *c, "backend", c.Backends[0], "http", c.Backends[1].HTTP, "secret", c.Receivers[0].Webhooks[0].Secret)
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("config", "config", c, "http", c.Backends[0].HTTP)
	outputs := map[string]string{
		"JSON": string(asJSON), "YAML": string(asYAML), "log": logged.String(),
		"%v of a secret": fmt.Sprintf("%v %s %q %x %#v", config.Secret(canary), config.Secret(canary), config.Secret(canary), config.Secret(canary), config.Secret(canary)),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		outputs[verb] = fmt.Sprintf(verb, *c) + fmt.Sprintf(verb, c.Backends) + fmt.Sprintf(verb, c.Receivers) +
			fmt.Sprintf(verb, c.Backends[0].HTTP) + fmt.Sprintf(verb, c.Receivers[0].Slack[0])
	}
	for name, text := range outputs {
		if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			t.Errorf("%s shows the secret:\n%s", name, text)
		}
		if !strings.Contains(text, "<secret>") && !strings.Contains(text, `\u003csecret\u003e`) {
			t.Errorf("%s shows no mask: is it printed at all?\n%s", name, text)
		}
	}
	if got := c.Receivers[0].Slack[0].Token.Inline.Reveal(); got != canary {
		t.Errorf("the secret itself is %q", got)
	}
}

func TestClientsThatDifferInASecretOnlyAreNotEqual(t *testing.T) {
	parse := func(text string) config.HTTPClient {
		c, problems := config.Parse("c.yaml", []byte(text))
		if c == nil {
			t.Fatal(problems)
		}
		return c.Backends[0].HTTP
	}
	one, same, other := parse(everySecret), parse(everySecret), parse(strings.ReplaceAll(everySecret, canary, "another"))
	if !one.Equal(same) || one.Equal(other) || one.String() != other.String() {
		t.Error("clients are compared by what they print")
	}
}

func TestNoProblemQuotesASecret(t *testing.T) {
	for name, text := range map[string]string{
		"a password in a backend's URL": `backends: [{name: a, url: "http://u:canary1234@localhost"}]`,
		"a URL that is none":            `backends: [{name: a, url: canary1234}]`,
		"a URL with a bad escape":       `backends: [{name: a, url: "http://canary1234%zz"}]`,
		"a proxy with a bad escape":     `backends: [{name: a, url: http://a, http_config: {proxy_url: "http://u:canary1234\"%zz@h"}}]`,
		"a proxy with a bad scheme":     `backends: [{name: a, url: http://a, http_config: {proxy_url: "canary1234://h"}}]`,
		"a secret as TLS version":       `backends: [{name: a, url: http://a, http_config: {tls_config: {min_version: canary1234}}}]`,
		"a secret as boolean":           `backends: [{name: a, url: http://a, http_config: {follow_redirects: canary1234}}]`,
		"a secret as authorization":     `backends: [{name: a, url: http://a, http_config: {authorization: canary1234}}]`,
		"a secret as list":              `backends: [{name: a, url: http://a, headers: {X: {secrets: canary1234}}}]`,
		"a secret as claims":            `backends: [{name: a, url: http://a, http_config: {oauth2: {claims: canary1234}}}]`,
		"a Slack URL that is none":      `receivers: [{name: a, slack_configs: [{api_url: canary1234}]}]`,
		"a webhook over gopher":         `receivers: [{name: a, webhook_configs: [{url: "gopher://canary1234"}]}]`,
		"a token twice":                 `receivers: [{name: a, slack_configs: [{token: canary1234, token: canary1234}]}]`,
		"a token as mapping":            `receivers: [{name: a, slack_configs: [{token: {a: canary1234}}]}]`,
		"a token in a list":             `receivers: [{name: a, slack_configs: [canary1234]}]`,
		"a secret behind an alias":      `receivers: [{name: a, slack_configs: [{token: &a canary1234}, {token: *a}]}]`,
	} {
		t.Run(name, func(t *testing.T) {
			c, problems := config.Parse("c.yaml", []byte(text))
			if c != nil || len(problems.Errors()) == 0 {
				t.Error("no error")
			}
			if got := problems.Error(); strings.Contains(got, canary) {
				t.Errorf("the secret is quoted: %s", got)
			}
		})
	}
}

func TestACredentialIsReadFromItsFileEveryTime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	c := config.Credential{File: file}
	for _, want := range []string{"first", "second"} {
		if err := os.WriteFile(file, []byte("\n"+want+"\r\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := c.Read(); got != want || err != nil {
			t.Errorf("Read() = %q, %v, want %q", got, err, want)
		}
	}
	if got, err := (config.Credential{Inline: "x"}).Read(); got != "x" || err != nil {
		t.Errorf("inline: %q, %v", got, err)
	}
	if !(config.Credential{}).IsZero() || c.IsZero() {
		t.Error("IsZero is wrong")
	}
}

func TestACredentialFileThatCannotBeUsedIsNamed(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string]string{"empty": " \n", "large": strings.Repeat(canary, 10_000)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"empty", "large", "missing"} {
		file := filepath.Join(dir, name)
		got, err := config.Credential{File: file}.Read()
		if err == nil || got != "" || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.yaml")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(everySecret))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := config.Parse("c.yaml", data)
		if (c == nil) != (len(problems.Errors()) > 0) {
			t.Errorf("configuration %v with problems %v", c, problems)
		}
		for _, p := range problems {
			if p.File != "c.yaml" || p.Line < 1 || p.Column < 1 || p.Message == "" {
				t.Errorf("problem without a place: %#v", p)
			}
		}
		if c != nil && (len(c.Backends) == 0 || c.Evaluation.Step <= 0 || c.Storage.Path == "") {
			t.Errorf("an incomplete configuration passed: %+v", c)
		}
	})
}
