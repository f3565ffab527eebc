package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// fileWith is an SLO file of the service s with a function that says more.
func fileWith(function, keys string) string {
	return strings.Replace(file(function), "- name: "+function, "- name: "+function+"\n    "+keys, 1)
}

// matching is an SLO file of the service s with a match that says more.
func matching(pattern, keys string) string {
	text := strings.Replace(fileWith("x", keys), "- name: x", "- match: "+pattern, 1)
	return strings.Replace(text, "a_total", `'a_total{function="$function"}'`, 1)
}

func TestAFunctionDependsOnFunctionsOfItsServiceAndOthers(t *testing.T) {
	text := fileWith("cart", "depends_on: [stock, fraud/score-order, shop/GET%20%2Fcart%2F%7Bid%7D, 50%]")
	set, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(text)}}, spec.Options{})
	if problems.Err() != nil {
		t.Fatal(problems)
	}
	want := []slo.ID{
		{Service: "s", Function: "stock"},
		{Service: "fraud", Function: "score-order"},
		{Service: "shop", Function: "GET /cart/{id}"},
		{Service: "s", Function: "50%"},
	}
	if diff := cmp.Diff(want, set.SLOs[0].DependsOn); diff != "" {
		t.Error(diff)
	}
}

func TestDependenciesThatNameNothingAreErrors(t *testing.T) {
	for written, want := range map[string]string{
		"[cart]":            "f.yaml:6:18: a function cannot depend on itself: name the ones it calls",
		"[s/cart]":          "f.yaml:6:18: a function cannot depend on itself: name the ones it calls",
		"[a/b, a/b]":        "f.yaml:6:23: a/b is listed twice",
		"[stock, s/stock]":  "f.yaml:6:25: s/stock is listed twice",
		"[a/b/c]":           `f.yaml:6:18: a dependency is the name of a function of this service, or service/function with %2F for a / in a name: "a/b/c" is neither`,
		"[GET /cart]":       `f.yaml:6:18: a dependency is the name of a function of this service, or service/function with %2F for a / in a name: "GET /cart" is neither`,
		"[a/b%zz]":          `f.yaml:6:18: a dependency is the name of a function of this service, or service/function with %2F for a / in a name: "a/b%zz" is neither`,
		"[/b]":              `f.yaml:6:18: a dependency is the name of a function of this service, or service/function with %2F for a / in a name: "/b" is neither`,
		"fraud/score-order": "f.yaml:6:17: depends_on must be a list, not text",
	} {
		_, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(fileWith("cart", "depends_on: "+written))}}, spec.Options{})
		if got := lines(problems.Errors()); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q", written, got, want)
		}
	}
}

// A service that no loaded file is about lives in another repository; a function that
// its service does not have is a mistake.
func TestAnUnknownDependencyIsAWarning(t *testing.T) {
	caller := spec.File{Name: "a.yaml", Data: []byte(fileWith("cart", "depends_on: [other/stock]"))}
	missing := func(more ...spec.File) []string {
		_, problems := spec.Parse(append(more, caller), spec.Options{})
		return lines(problems)
	}
	const why = "a.yaml:6:18: warning: no SLO file here is about other/stock, so no incident can name it as its cause: "
	service := func(f string) spec.File {
		return spec.File{Name: "b.yaml", Data: []byte(strings.Replace(f, "service: s", "service: other", 1))}
	}
	for _, c := range []struct {
		name string
		with []spec.File
		want []string
	}{
		{"alone", nil, nil},
		{"beside another of its service", []spec.File{service(file("warehouse"))}, []string{why + "if it is right, load the files of its service too (unresolved-dependency)"}},
		{"beside a similar one", []spec.File{service(file("stocks"))}, []string{why + "did you mean other/stocks? (unresolved-dependency)"}},
		{"defined in another file", []spec.File{service(file("stock"))}, nil},
		{"found by a match", []spec.File{service(matching("st.*", ""))}, nil},
		{"a match of another name", []spec.File{service(matching("tock", ""))}, []string{why + "if it is right, load the files of its service too (unresolved-dependency)"}},
	} {
		if diff := cmp.Diff(c.want, missing(c.with...), cmp.Transformer("empty", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.name, diff)
		}
	}
}

func TestDependenciesMayGoInACircle(t *testing.T) {
	a, b := fileWith("a", "depends_on: [b]"), fileWith("b", "depends_on: [a]")
	set, problems := spec.Parse([]spec.File{{Name: "a.yaml", Data: []byte(a)}, {Name: "b.yaml", Data: []byte(b)}}, spec.Options{})
	if len(problems) != 0 || len(set.SLOs) != 2 {
		t.Errorf("%d SLOs, problems %v", len(set.SLOs), problems)
	}
}

func TestAFunctionOfAMatchDoesNotDependOnItself(t *testing.T) {
	text := matching("batch-.*", "depends_on: [batch-a, batch-b]")
	got := member(t, define(t, text).Families[0], "batch-a").SLOs[0].DependsOn
	if diff := cmp.Diff([]slo.ID{{Service: "s", Function: "batch-b"}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatALossAsksOfPeople(t *testing.T) {
	for written, want := range map[string]slo.Severity{"page": slo.SeverityPage, "ticket": slo.SeverityTicket, "ignore": slo.SeverityNone} {
		s := one(t, fileWith("cart", "no_data: "+written+"\n    traffic_drop: "+written))
		if s.NoData != want || s.TrafficDrop != want {
			t.Errorf("%s: %v without data and %v without traffic, want %v", written, s.NoData, s.TrafficDrop, want)
		}
	}
	if s := one(t, file("cart")); s.NoData != slo.SeverityTicket || s.TrafficDrop != slo.SeverityTicket {
		t.Errorf("unless written %v and %v, want tickets", s.NoData, s.TrafficDrop)
	}
}

// The values of a label come and go; what all of them lose, the whole says.
func TestPartsAreSilentAboutLosses(t *testing.T) {
	text := strings.Replace(batchFile, "split_by: [region]", "split_by: [region]\n    no_data: page\n    traffic_drop: page", 1)
	whole := member(t, define(t, text).Families[0], "batch-a")
	part := member(t, whole.Families[0], "eu").SLOs[0]
	if whole.SLOs[0].NoData != slo.SeverityPage || part.NoData != slo.SeverityNone || part.TrafficDrop != slo.SeverityNone {
		t.Errorf("the whole asks for a %v, a part for %v and %v", whole.SLOs[0].NoData, part.NoData, part.TrafficDrop)
	}
}
