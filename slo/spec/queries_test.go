package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

func TestFreeQueriesArriveFilledIn(t *testing.T) {
	slos := byID(t, "testdata/queries.good.yaml")
	want := map[string]slo.SLI{
		"mail/send/errors": {ErrorRatio: &slo.ErrorRatio{
			Query: `sum(rate(errors_total{function="send"}[5m])) / sum(rate(calls_total{function="send"}[5m]))`,
			Weight: []slo.Selector{
				{Metric: "calls_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: "send"}}},
				{Metric: "retries_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: "send"}}},
			},
		}},
		"mail/send/backlog": {Threshold: &slo.Threshold{
			Query: `max(queue_length{queue=~"mail-send(-[0-9]+)?"})`, Op: slo.Less, Value: 100,
		}},
		"mail/send/age": {Threshold: &slo.Threshold{
			Query: `time() - max({__name__="mail.sent",fn="send"})`, Op: slo.LessOrEqual, Value: -1500,
		}},
		"mail/send/free": {Threshold: &slo.Threshold{Query: `vector(scalar(free_bytes))`, Op: slo.Greater, Value: 0}},
	}
	got := map[string]slo.SLI{}
	for id, s := range slos {
		got[id] = s.SLI
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSignalsBelongToTheirFunctionAndItsBackend(t *testing.T) {
	file := testdataFile(t, "testdata/queries.good.yaml")
	set, _ := spec.Parse([]spec.File{file}, spec.Options{})
	of := func(name, query string, line int) slo.Signal {
		return slo.Signal{
			Service: "mail", Function: "send", Name: name, Query: query, Backend: "second",
			Source: slo.Source{File: file.Name, Line: line, Column: 7},
		}
	}
	queue := of("queue", `max(queue_length{queue="send"})`, 14)
	queue.Unit, queue.Description = "mails", "mails that wait"
	want := []slo.Signal{queue, of("retries", `sum(rate(retries_total{function="send"}[5m]))`, 13)}
	if diff := cmp.Diff(want, set.Signals); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFunctionsOfAMatchHaveItsSignals(t *testing.T) {
	const text = `{version: 1, service: s, owner: o, functions: [{match: "b.*", signals: {age: 'max(age{f="$function"})'},
slos: [{name: a, objective: 99%, window: 30d, sli: {ratio: {total: 'a_total{f="$function"}', bad: 'b_total{f="$function"}'}}}]}]}`
	set, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(text)}}, spec.Options{})
	if len(problems) != 0 || len(set.Families) != 1 {
		t.Fatal(problems)
	}
	member, err := set.Families[0].Member("bake")
	if err != nil || len(member.Signals) != 1 || member.Signals[0].Query != `max(age{f="bake"})` || member.Signals[0].Function != "bake" {
		t.Errorf("%+v, %v", member.Signals, err)
	}
}

// Whatever a function is called, its name is one label value of the query.
func TestAFunctionNameCannotBreakOutOfAQuery(t *testing.T) {
	const sli = `{threshold: {query: 'sum(a{f="$function",g=~"x-$function"}) / 2', op: <=, value: 1}}`
	for _, name := range []string{
		`a"} or vector(1) #`, `a\`, `a\"`, `.*`, `a|b`, `(?i)a`, `$function`, `a'b`, "日本", `{{.x}}`, "broken \uFFFD", "# no comment",
	} {
		s := one(t, withSLI("'"+strings.ReplaceAll(name, "'", "''")+"'", sli))
		expr, err := parser.NewParser(parser.Options{}).ParseExpr(s.SLI.Threshold.Query)
		if err != nil {
			t.Errorf("%s: %v", s.SLI.Threshold.Query, err)
			continue
		}
		matchers := parser.ExtractSelectors(expr)[0]
		if len(matchers) != 3 || matchers[0].Value != name || !matchers[1].Matches("x-"+name) || matchers[1].Matches("x-y"+name) {
			t.Errorf("%q selects %v", name, matchers)
		}
	}
}

func TestQueriesThatAnswerWithoutDataAreWarnedOf(t *testing.T) {
	for query, want := range map[string]string{
		"sum(queue) or vector(0)": "vector() has a value even when nothing is scraped, so slots without data are counted like others",
		"absent(queue)":           "absent() has a value even when nothing is scraped, so slots without data are counted like others",
		"time()":                  "the query selects nothing: it has a value even when nothing is scraped",
	} {
		text := withSLI("f", fmt.Sprintf("{threshold: {query: '%s', op: '<', value: 1}}", query))
		set, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(text)}}, spec.Options{})
		if diff := cmp.Diff([]string{"f.yaml:10:34: warning: " + want + " (always-answers)"}, lines(problems)); diff != "" || len(set.SLOs) != 1 {
			t.Errorf("%s: %d SLOs, %s", query, len(set.SLOs), diff)
		}
	}
}

func TestQueriesAreBounded(t *testing.T) {
	for query, want := range map[string]string{
		strings.Repeat("(", 60) + "a" + strings.Repeat(")", 60): "the query is nested deeper than 50 levels",
		"a" + strings.Repeat(" ", 10_000) + "+ b":               "a query must not be longer than 10000 bytes",
	} {
		text := withSLI("f", fmt.Sprintf("{error_ratio: {query: '%s'}}", query))
		_, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(text)}}, spec.Options{})
		if len(problems) != 1 || !strings.HasSuffix(problems[0].String(), want) {
			t.Errorf("%v, want %s", problems, want)
		}
	}
}
