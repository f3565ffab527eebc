package config_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo/edit"
)

const stated = `
external_url: https://slo.example.com
slo_files: [slos]
backends: [{name: main, url: "http://localhost:9090", http_config: {basic_auth: {username: me, password: hunter2}}}]
time_intervals: [{name: nights, time_intervals: [{times: [{start_time: "22:00", end_time: "24:00"}]}]}]
escalations: {primary: [{after: 15m, receiver: lead}]}
receivers:
  - {name: pager, webhook_configs: [{name: hook, url: "https://example.com/hunter2", secret: hunter2}]}
  - {name: lead, slack_configs: [{channel: "#lead", api_url: "https://example.com/hunter2"}]}
route:
  receiver: pager
  routes:
    - {matchers: ['severity="page"'], receiver: pager, escalation: primary}
    - {matchers: ['owner="a"'], receiver: lead, mute_time_intervals: [nights]}
    - {matchers: ['owner="a"'], receiver: pager}
`

func stateOf(t *testing.T, text string) edit.State {
	t.Helper()
	c, problems := config.Parse("slofuse.yaml", []byte(text))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return c.State("slofuse.yaml")
}

func TestStateTellsWhatChangedInTheConfiguration(t *testing.T) {
	if edits := edit.Between(stateOf(t, stated), stateOf(t, stated), nil); len(edits) != 0 {
		t.Errorf("of nothing: %+v", edits)
	}
	for name, tt := range map[string]struct {
		change []string
		want   []string
	}{
		"a setting":                        {[]string{"external_url: https://slo", "external_url: https://new"}, []string{"settings: external_url https://slo.example.com → https://new.example.com"}},
		"alerting":                         {[]string{"escalations:", "alerting: {reopen: 1h}\nescalations:"}, []string{"settings: alerting.reopen 30m → 1h"}},
		"another channel":                  {[]string{"#lead", "#boss"}, []string{"receiver lead: destinations slack #lead → slack #boss, settings changed"}},
		"how a backend is asked":           {[]string{"username: me", "username: you"}, []string{"backend main: settings changed"}},
		"a receiver of a route":            {[]string{"receiver: pager, escalation", "receiver: lead, escalation"}, []string{`route {severity="page"}: receiver pager → lead`}},
		"a route that is gone":             {[]string{"    - {matchers: ['severity=\"page\"'], receiver: pager, escalation: primary}\n", ""}, []string{"escalation primary: removed", `route {severity="page"}: removed`}},
		"the order of routes":              {[]string{"severity=\"page\"'], receiver: pager, escalation: primary}", "owner=\"a\"'], receiver: lead, mute_time_intervals: [nights]}", "owner=\"a\"'], receiver: lead, mute_time_intervals: [nights]}", "severity=\"page\"'], receiver: pager, escalation: primary}"}, []string{`route: order {severity="page"} > {owner="a"} > {owner="a"} #2 → {owner="a"} > {severity="page"} > {owner="a"} #2`}},
		"the second of two that are alike": {[]string{"'owner=\"a\"'], receiver: pager}", "'owner=\"a\"'], receiver: lead}"}, []string{`route {owner="a"} #2: receiver pager → lead`}},
		"a night":                          {[]string{"22:00", "21:00"}, []string{"time interval nights: settings changed"}},
		"a climb":                          {[]string{"after: 15m", "after: 30m"}, []string{"escalation primary: steps 15m lead → 30m lead"}},
	} {
		var got []string
		changed := strings.NewReplacer(tt.change...).Replace(stated)
		if changed == stated {
			t.Fatalf("%s: nothing is replaced", name)
		}
		for _, e := range edit.Between(stateOf(t, stated), stateOf(t, changed), nil) {
			says := e.Says()
			if e.Kind != edit.Changed {
				says = string(e.Kind)
			}
			got = append(got, e.Subjects[0].Title()+": "+says)
		}
		if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("%s:\n got %q\nwant %q", name, got, tt.want)
		}
	}
}

func TestStateHoldsNoSecrets(t *testing.T) {
	for key, e := range stateOf(t, stated) {
		for fact, value := range e.Facts {
			if strings.Contains(key+fact+value, "hunter2") {
				t.Errorf("%s: %s is %s", key, fact, value)
			}
		}
	}
	rotated := strings.ReplaceAll(stated, "hunter2", "hunter3")
	if edits := edit.Between(stateOf(t, stated), stateOf(t, rotated), nil); len(edits) != 0 {
		t.Errorf("a secret can be told from another: %+v", edits)
	}
}
