package web_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestQueriesLeadToWherePeopleLook(t *testing.T) {
	page := get(t, newFleet().server(t), availabilityPage).Body.String()
	links := map[string]url.Values{}
	for _, found := range regexp.MustCompile(`href="(https://[^"]*example\.com/[^"]*)"`).FindAllStringSubmatch(page, -1) {
		u, err := url.Parse(html.UnescapeString(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		if _, seen := links[u.Host+u.Path]; !seen {
			links[u.Host+u.Path] = u.Query()
		}
	}
	graph, explore := links["prometheus.example.com/base/graph"], links["grafana.example.com/explore"]
	if graph.Get("g0.expr") != `sum(function_calls_total{function="charge-card"})` || graph.Get("g0.tab") != "0" || graph.Get("g0.range_input") != "6h" || graph.Get("g0.end_input") != "2026-03-01 12:00:00" {
		t.Errorf("to Prometheus %v", graph)
	}
	if panes := explore.Get("panes"); !strings.Contains(panes, `function_calls_total{function=\"charge-card\"}`) || !strings.Contains(panes, `"to":"1772366400000"`) {
		t.Errorf("to Grafana %v", explore)
	}
	if strings.Contains(page, "hunter2") {
		t.Error("a link has the credentials of the backend")
	}
}

func TestTheDefinitionIsShownAsText(t *testing.T) {
	page := get(t, newFleet().server(t), availabilityPage).Body.String()
	for _, want := range []string{"The definition, slos/checkout.yaml:14", `<ol class="source" start="14">`, "<li><code>  description: &lt;/code&gt;&lt;script&gt;alert(1)&lt;/script&gt;</code></li>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "<script>alert") {
		t.Error("a file can run a script")
	}
}
