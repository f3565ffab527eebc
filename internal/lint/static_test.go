package lint_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/lint"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
	"github.com/slofuse/slofuse/slo/spec"
)

// function is a function with one SLO; more is put into it.
func function(name, more string) string {
	return fmt.Sprintf(`  - {name: %s, slos: [{name: a, objective: 99.9%%, window: 30d, sli: {ratio: {total: 't{f="$function"}', bad: 'b{f="$function"}'}}}]%s}
`, name, more)
}

// parse reads a file of service s, owner team.
func parse(t *testing.T, name, head string, functions ...string) slo.Set {
	t.Helper()
	text := "version: 1\nservice: s\nowner: team\n" + head + "functions:\n" + strings.Join(functions, "")
	set, problems := spec.Parse([]spec.File{{Name: name, Data: []byte(text)}}, spec.Options{})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

func lines(findings []rule.Finding) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%s:%d %s: %s", f.File, f.Line, f.Rule, f.Message))
	}
	return out
}

func TestWhoMayPageNeedsARunbook(t *testing.T) {
	const batch = `  - {match: "b.*", slos: [{name: a, objective: 99.9%, window: 30d, sli: {ratio: {total: 't{f="$function"}', bad: 'b{f="$function"}'}}}]}
`
	with := ", links: {runbook: runbooks/pay.md}"
	for _, tc := range []struct {
		name      string
		head      string
		functions []string
		want      []string
	}{
		{"none of one", "", []string{function("pay", "")}, []string{"a.yaml:5 runbook-missing: s/pay may page and has no runbook: set links.runbook"}},
		{"none of two", "", []string{function("pay", ""), function("ship", "")}, []string{"a.yaml:5 runbook-missing: s/pay may page and has no runbook: set links.runbook", "a.yaml:6 runbook-missing: s/ship may page and has no runbook: set links.runbook"}},
		{"one of two", "", []string{function("pay", with), function("ship", "")}, []string{"a.yaml:6 runbook-missing: s/ship may page and has no runbook: set links.runbook"}},
		{"for all", "links: {runbook: 'https://x.example/{{.function}}'}\n", []string{function("pay", ""), batch}, []string{}},
		{"a match", "", []string{function("pay", with), batch}, []string{`a.yaml:6 runbook-missing: match "b.*" of s may page and has no runbook: set links.runbook`}},
		{"tickets only", "max_severity: ticket\n", []string{function("pay", "")}, []string{}},
		{"a file that is not there", "", []string{function("pay", ", links: {runbook: runbooks/gone.md}")}, []string{"a.yaml:5 runbook-not-found: the runbook of s/pay, runbooks/gone.md, is not in the repository"}},
		{"a file that is not there, of tickets", "max_severity: ticket\n", []string{function("pay", ", links: {runbook: runbooks/gone.md}")}, []string{"a.yaml:6 runbook-not-found: the runbook of s/pay, runbooks/gone.md, is not in the repository"}},
		{"a file for each function", "links: {runbook: 'runbooks/{{.function}}.md'}\n", []string{function("pay", "")}, []string{}},
	} {
		exists := func(_, path string) bool { return path == "runbooks/pay.md" }
		if diff := cmp.Diff(tc.want, lines(lint.Runbooks(parse(t, "a.yaml", tc.head, tc.functions...), exists))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tc.name, diff)
		}
	}
}

func matchers(t *testing.T, texts ...string) (out labels.Matchers) {
	t.Helper()
	for _, text := range texts {
		m, err := labels.ParseMatcher(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// TestAnOwnerWithoutARouteIsNamed: the top of a tree is for what nobody claims.
func TestAnOwnerWithoutARouteIsNamed(t *testing.T) {
	ours := route.Node{Receiver: "team", Matchers: matchers(t, `owner="team"`)}
	others := route.Node{Receiver: "other", Matchers: matchers(t, `owner="other"`)}
	tickets := route.Node{Receiver: "team", Matchers: matchers(t, `owner="team"`, `severity="ticket"`)}
	silent := route.Node{Receiver: "nobody", Matchers: matchers(t, `owner="team"`)}
	for _, tc := range []struct {
		name, head string
		routes     []route.Node
		want       []string
	}{
		{"a route of its own", "", []route.Node{ours}, []string{}},
		{"the routes of others", "", []route.Node{others}, []string{"a.yaml:5 owner-unrouted: no route takes a page for team: it ends at the top, with receiver all"}},
		{"a route for tickets", "", []route.Node{tickets}, []string{"a.yaml:5 owner-unrouted: no route takes a page for team: it ends at the top, with receiver all"}},
		{"a route for tickets, and no pages", "max_severity: ticket\n", []route.Node{others}, []string{}},
		{"one receiver for everything", "", nil, []string{}},
		{"a receiver without a destination", "", []route.Node{silent}, []string{"a.yaml:5 owner-unrouted: nobody is told of a page for team: receiver nobody has no destination"}},
		{"a receiver without a destination, for tickets", "max_severity: ticket\n", []route.Node{silent}, []string{"a.yaml:6 owner-unrouted: nobody is told of a ticket for team: receiver nobody has no destination"}},
	} {
		tree, err := route.New(route.Node{Receiver: "all", Routes: tc.routes})
		if err != nil {
			t.Fatal(err)
		}
		routes := lint.Routes{File: "slofuse.yaml", Tree: tree, Tells: func(receiver string) bool { return receiver != "nobody" }}
		set := parse(t, "a.yaml", tc.head, function("pay", ""), function("ship", ""))
		if diff := cmp.Diff(tc.want, lines(lint.Owners(set, routes, time.Unix(0, 0)))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tc.name, diff)
		}
	}
}

func TestWithoutRoutesNobodyIsTold(t *testing.T) {
	got := lines(lint.Owners(parse(t, "a.yaml", "", function("pay", "")), lint.Routes{File: "slofuse.yaml"}, time.Unix(0, 0)))
	want := []string{"slofuse.yaml:1 owner-unrouted: there is no route, so nobody is told of anything: add route and receivers"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFoldersOfARepository(t *testing.T) {
	for _, tc := range []struct {
		file, root string
		want       []string
	}{
		{"/r/a/b/s.yaml", "/r", []string{"/r/a/b", "/r/a", "/r"}},
		{"/r/s.yaml", "/r", []string{"/r"}},
		{"/a/s.yaml", "", []string{"/a", "/"}},
	} {
		if diff := cmp.Diff(tc.want, lint.Folders(filepath.FromSlash(tc.file), filepath.FromSlash(tc.root))); diff != "" {
			t.Errorf("%s in %s: -want +got:\n%s", tc.file, tc.root, diff)
		}
	}
}

// TestWhatAChangeDoesToPromises says it for who reviews it.
func TestWhatAChangeDoesToPromises(t *testing.T) {
	was := parse(t, "a.yaml", "", function("pay", ""), function("ship", ""), function("old", ""))
	change := func(from, to string) string { return strings.Replace(function("pay", ""), from, to, 1) }
	for _, tc := range []struct {
		name string
		now  slo.Set
		want []string
	}{
		{"nothing", was, nil},
		{"removed and added", parse(t, "a.yaml", "", function("pay", ""), function("ship", ""), function("new", "")), []string{"added s/new/a: 99.9% over 30d", "removed s/old/a"}},
		{"an objective", parse(t, "a.yaml", "", change("99.9%", "99.5%"), function("ship", ""), function("old", "")), []string{"changed s/pay/a: objective 99.9% → 99.5%"}},
		{"who is told", parse(t, "a.yaml", "", function("pay", ", owner: others, max_severity: ticket"), function("ship", ""), function("old", "")), []string{"changed s/pay/a: owner team → others, max_severity page → ticket"}},
		{"what is left unsaid", parse(t, "a.yaml", "", function("pay", ", no_data: ignore, traffic_drop: page, policy: {freeze: 0%}"), function("ship", ""), function("old", "")), []string{"changed s/pay/a: freeze off → 0%, no_data ticket → ignore, traffic_drop ticket → page"}},
		{"a name", parse(t, "a.yaml", "", function("pay", ""), function("ship", ""), strings.Replace(function("new", ""), "name: a,", "name: a, renamed_from: s/old/a, ", 1)), []string{`renamed s/old/a to s/new/a, changed s/new/a: total selector t{f="old"} → t{f="new"}, bad selector b{f="old"} → b{f="new"}`}},
		{"in a file that cannot be used", parse(t, "b.yaml", "", function("pay", "")), nil},
	} {
		got := lint.Difference(was, tc.now, func(file string) bool { return file == "a.yaml" && tc.name == "in a file that cannot be used" })
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tc.name, diff)
		}
	}
}
