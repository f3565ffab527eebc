package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/web/auth"
)

const oneBackend = "backends: [{name: a, url: http://a}]\n"

func TestTokensAreRead(t *testing.T) {
	c, problems := config.Parse(filepath.Join("etc", "c.yaml"), []byte(oneBackend+`
tokens:
  - {name: oncall, role: operator, token_file: secrets/oncall}
  - {name: ci, role: deploy, token: `+strings.Repeat("abcdef01", 4)+`, services: [checkout, cart]}
web: {require_token: true, hosts: [slofuse.monitoring.svc, slofuse]}
`))
	if c == nil {
		t.Fatal(problems)
	}
	want := []config.Token{
		{Name: "oncall", Role: auth.Operator, Secret: config.Credential{File: filepath.Join("etc", "secrets", "oncall")}},
		{Name: "ci", Role: auth.Deploy, Secret: config.Credential{Inline: "abcdef01abcdef01abcdef01abcdef01"}, Services: []string{"checkout", "cart"}},
	}
	if diff := cmp.Diff(want, c.Tokens); diff != "" || !c.Web.RequireToken {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"slofuse.monitoring.svc", "slofuse"}, c.Web.Hosts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTokensThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a token that can be guessed":  {"tokens: [{name: a, role: viewer, token: canary1234}]", "128 bits"},
		"one letter many times":        {"tokens: [{name: a, role: viewer, token: " + strings.Repeat("a", 40) + "}]", "128 bits"},
		"a token with a blank":         {"tokens: [{name: a, role: viewer, token: 'abcdefghijklm nopqrstuvwxyz'}]", "letters, digits"},
		"no secret":                    {"tokens: [{name: a, role: viewer}]", `missing key "token_file"`},
		"no role":                      {"tokens: [{name: a, token_file: a}]", `missing key "role"`},
		"a role that is none":          {"tokens: [{name: a, role: nobody, token_file: a}]", "viewer, deploy, operator"},
		"a name twice":                 {"tokens: [{name: a, role: viewer, token_file: a}, {name: a, role: operator, token_file: b}]", "already defined"},
		"a name that poses as another": {`tokens: [{name: 'anna (token oncall)', role: viewer, token_file: a}]`, "one word"},
		"a service twice":              {"tokens: [{name: a, role: deploy, token_file: a, services: [x, x]}]", "already named"},
		"a host that is a URL":         {"web: {hosts: ['http://slofuse']}", "write it alone"},
		"any host":                     {"web: {hosts: ['*']}", "write it alone"},
		"reading that nobody could do": {"web: {require_token: true}", "add one under tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := config.Parse("c.yaml", []byte(oneBackend+c.text))
			if got != nil || !strings.Contains(problems.Error(), c.want) {
				t.Errorf("%v, want %q", problems, c.want)
			}
			if strings.Contains(problems.Error(), canary) {
				t.Errorf("the token is quoted: %v", problems)
			}
		})
	}
}
