package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/notify/slack"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo"
)

func slackOf(t *testing.T, entry string) (config.Slack, error) {
	t.Helper()
	c, problems := config.Parse("c.yaml", []byte(`
backends: [{name: main, url: http://localhost:9090}]
route: {receiver: r}
receivers:
  - name: r
    slack_configs:
      - `+entry))
	if c == nil {
		return config.Slack{}, problems.Err()
	}
	return c.Receivers[0].Slack[0], problems.Err()
}

func TestMentionsAreReadBySeverity(t *testing.T) {
	for entry, want := range map[string]slack.Mentions{
		`{channel: "#a", token: x}`:                                                              {},
		`{channel: "#a", token: x, mention: "@here"}`:                                            {slo.SeverityPage: "<!here>", slo.SeverityTicket: "<!here>"},
		`{channel: "#a", token: x, mentions: {page: "<!subteam^S0123ABCD>"}}`:                    {slo.SeverityPage: "<!subteam^S0123ABCD>"},
		`{channel: "#a", token: x, mention: "@here", mentions: {page: "@channel <@U0123ABCD>"}}`: {slo.SeverityPage: "<!channel> <@U0123ABCD>", slo.SeverityTicket: "<!here>"},
	} {
		got, err := slackOf(t, entry)
		if diff := cmp.Diff(want, got.Mentions); diff != "" || err != nil {
			t.Errorf("%s: %v %s", entry, err, diff)
		}
	}
	for entry, want := range map[string]string{
		`{channel: "#a", token: x, mention: "@ana"}`:            `c.yaml:7:44: "@ana" mentions nobody`,
		`{channel: "#a", token: x, mentions: {pages: "@here"}}`: `"pages"`,
	} {
		if _, err := slackOf(t, entry); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", entry, err, want)
		}
	}
}

func TestThereAreButtonsWhereSomebodyListens(t *testing.T) {
	for entry, want := range map[string]bool{
		`{channel: "#a", token: x}`:                              false,
		`{channel: "#a", token: x, app_token_file: app}`:         true,
		`{channel: "#a", token: x, signing_secret_file: secret}`: true,
	} {
		got, err := slackOf(t, entry)
		if err != nil || got.Buttons() != want {
			t.Errorf("%s: buttons %v, %v", entry, got.Buttons(), err)
		}
	}
}

func TestWordsAreTriedWhenTheyAreRead(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("good.tmpl", `{{define "shop.title"}}{{.Severity}} in {{.Function}}{{end}}`)
	write("bad.tmpl", "{{define \"x\"}}\n{{if}}{{end}}")
	for _, tc := range []struct{ templates, words, want string }{
		{`[good.tmpl]`, `title: '{{template "shop.title" .}}', text: '{{range .SLOs}}{{.Burning}}{{end}}'`, ""},
		{`["*.md"]`, `title: x`, "no file matches *.md"},
		{`[bad.tmpl]`, `title: x`, "bad.tmpl:2: missing value for if"},
		{`[good.tmpl]`, `title: '{{template "shop.titel" .}}'`, `title:1:11: executing "title" at <{{template "shop.titel" .}}>: template "shop.titel" not defined`},
		{`[good.tmpl]`, `text: '{{.Servise}}'`, "text:1:2: executing \"text\" at <.Servise>: can't evaluate field Servise"},
		{`[good.tmpl]`, `text: '{{(index .Affected 0).Owner}}'`, "index out of range"}, // of most incidents there is none
		{`[good.tmpl]`, `text: '{{.Deploy.Version}}'`, "nil pointer"},
		{`[good.tmpl]`, `text: '{{with .Deploy}}{{.Version}}{{end}}'`, ""},
	} {
		c, problems := config.Parse(filepath.Join(dir, "c.yaml"), []byte(`
backends: [{name: main, url: http://localhost:9090}]
templates: `+tc.templates+`
route: {receiver: r}
receivers: [{name: r, slack_configs: [{channel: "#a", token: x, `+tc.words+`}], webhook_configs: [{url: "http://localhost:1", `+tc.words+`}]}]
`))
		err := problems.Err()
		switch {
		case tc.want == "" && (err != nil || c.Receivers[0].Slack[0].Words == (config.Words{}) || c.Receivers[0].Webhooks[0].Words == (config.Words{})):
			t.Errorf("%s: %v", tc.words, err)
		case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
			t.Errorf("%s: %v, want %s", tc.words, err, tc.want)
		}
	}
}
