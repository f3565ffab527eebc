package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/config"
)

// named reads one receiver and lists the names of its destinations.
func named(t *testing.T, entries string) ([]string, config.Problems) {
	t.Helper()
	c, problems := config.Parse("c.yaml", []byte(fmt.Sprintf(`
backends: [{name: main, url: http://localhost:9090}]
route: {receiver: r}
receivers: [{name: r, %s}]
`, entries)))
	var names []string
	if c != nil {
		for _, s := range c.Receivers[0].Slack {
			names = append(names, "slack/"+s.Name)
		}
		for _, p := range c.Receivers[0].PagerDuty {
			names = append(names, "pagerduty/"+p.Name)
		}
		for _, w := range c.Receivers[0].Webhooks {
			names = append(names, "webhook/"+w.Name)
		}
	}
	return names, problems
}

func TestADestinationIsNamedByWhatItIs(t *testing.T) {
	for entries, want := range map[string]string{
		`slack_configs: [{channel: "#slo", token: x}]`:                             "slack/#slo",
		`slack_configs: [{channel: "#slo", token: x, name: other-workspace}]`:      "slack/other-workspace",
		`slack_configs: [{api_url_file: /run/secrets/slack-hook}]`:                 "slack/slack-hook",
		`pagerduty_configs: [{routing_key_file: /run/secrets/primary}]`:            "pagerduty/primary",
		`webhook_configs: [{url_file: hook}]`:                                      "webhook/hook",
		`webhook_configs: [{url: "https://example.com/hook", name: pager}]`:        "webhook/pager",
		`webhook_configs: [{url: "https://example.com/hook"}]`:                     "webhook/0ff068e9",
		`webhook_configs: [{url: "https://EXAMPLE.com/hook?key=canary#fragment"}]`: "webhook/0ff068e9",
	} {
		names, problems := named(t, entries)
		if problems.Err() != nil || len(names) != 1 {
			t.Errorf("%s: %v %v", entries, names, problems)
			continue
		}
		if names[0] != want {
			t.Errorf("%s is called %s, want %s", entries, names[0], want)
		}
	}
}

func TestTheOrderOfDestinationsDoesNotNameThem(t *testing.T) {
	a, b := `{url: "https://a.example.com/x"}`, `{url: "https://b.example.com/x"}`
	first, _ := named(t, "webhook_configs: ["+a+", "+b+"]")
	second, _ := named(t, "webhook_configs: ["+b+", "+a+"]")
	if diff := cmp.Diff([]string{second[1], second[0]}, first); diff != "" {
		t.Error(diff)
	}
}

func TestTwoDestinationsOfOneNameAreRefused(t *testing.T) {
	_, problems := named(t, `slack_configs: [{channel: "#slo", token: x}, {channel: "#slo", token: y}]`)
	if err := problems.Err(); err == nil || !strings.Contains(err.Error(), "this receiver already has slack/#slo at c.yaml:4") || !strings.Contains(err.Error(), "give one of them a name") {
		t.Errorf("problems: %v", err)
	}
	if names, problems := named(t, `slack_configs: [{channel: "#slo", token: x}, {channel: "#slo", token: y, name: two}]`); problems.Err() != nil || len(names) != 2 {
		t.Errorf("%v %v", names, problems)
	}
	if _, problems := named(t, `webhook_configs: [{url: "https://a.example.com/x", name: "a/b"}]`); problems.Err() == nil {
		t.Error("a name with a slash is taken")
	}
}
