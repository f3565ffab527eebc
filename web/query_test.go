package web_test

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// linksTo are the links of a page to a path of a host, as their parameters.
func linksTo(t *testing.T, page, place string) (out []url.Values) {
	t.Helper()
	for _, found := range regexp.MustCompile(`href="(https://[^"]*example\.com/[^"]*)"`).FindAllStringSubmatch(page, -1) {
		u, err := url.Parse(html.UnescapeString(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		if u.Host+u.Path == place {
			out = append(out, u.Query())
		}
	}
	if len(out) < 2 {
		t.Fatalf("%d links to %s", len(out), place)
	}
	return out
}

const (
	promQL  = `sum(function_calls_total{function="charge-card"})`
	byHand  = `sum_over_time(function_calls_total{function="charge-card"}[30d:5m])`
	noonSec = "2026-03-01 12:00:00"
)

func TestQueriesLeadToPrometheus(t *testing.T) {
	page := get(t, newFleet().server(t), availabilityPage).Body.String()
	got := linksTo(t, page, "prometheus.example.com/base/graph")
	for i, want := range []url.Values{
		{"g0.expr": {promQL}, "g0.tab": {"0"}, "g0.range_input": {"6h"}, "g0.end_input": {noonSec}, "g0.moment_input": {noonSec}},
		{"g0.expr": {byHand}, "g0.tab": {"1"}, "g0.range_input": {"6h"}, "g0.end_input": {noonSec}, "g0.moment_input": {noonSec}},
	} {
		if diff := cmp.Diff(want, got[i]); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	if strings.Contains(page, "hunter2") {
		t.Error("a link has the credentials of the backend")
	}
}

func TestQueriesLeadToExplore(t *testing.T) {
	page := get(t, newFleet().server(t), availabilityPage).Body.String()
	for i, want := range []struct {
		expr           string
		ranged, single bool
	}{{promQL, true, false}, {byHand, false, true}} {
		link := linksTo(t, page, "grafana.example.com/explore")[i]
		var panes map[string]struct {
			Datasource string
			Queries    []struct {
				RefID, Expr    string
				Range, Instant bool
				Datasource     struct{ Type, UID string }
			}
			Range struct{ From, To string }
		}
		if err := json.Unmarshal([]byte(link.Get("panes")), &panes); err != nil || link.Get("schemaVersion") != "1" || len(link) != 2 {
			t.Fatalf("%v: %v", link, err)
		}
		pane, ok := panes["slo"]
		if !ok || len(pane.Queries) != 1 {
			t.Fatalf("the panes are %+v", panes)
		}
		q := pane.Queries[0]
		if q.RefID != "A" || q.Expr != want.expr || q.Range != want.ranged || q.Instant != want.single || q.Datasource.Type != "prometheus" || q.Datasource.UID != `"><b>` || pane.Datasource != `"><b>` {
			t.Errorf("the query is %+v of %q", q, pane.Datasource)
		}
		if pane.Range.To != "1772366400000" || pane.Range.From != "1772344800000" { // six hours until noon
			t.Errorf("from %s to %s", pane.Range.From, pane.Range.To)
		}
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
