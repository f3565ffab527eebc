package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo/foreign/foreigntest"
	"github.com/slofuse/slofuse/slo/spec"
)

// A file may hold documents of several formats: each is converted at its place.
func TestConvertWritesDocumentsInTheirOrder(t *testing.T) {
	f := spec.File{Name: "f.yaml", Data: []byte(nativeFile + "---\n" + slothFile)}
	converted, problems := spec.Convert([]spec.File{f}, spec.Options{})
	if len(converted) != 1 || len(problems) > 0 {
		t.Fatal(converted, problems)
	}
	text := string(converted[0].Native)
	if strings.Index(text, "service: fraud") > strings.Index(text, "service: checkout") || strings.Count(text, "---\n") != 1 {
		t.Errorf("not two documents in their order:\n%s", text)
	}
	if diff := cmp.Diff([]string{"Sloth"}, converted[0].Formats); diff != "" {
		t.Error(diff)
	}
	foreigntest.SameMeaning(t, []spec.File{f}, converted)
}

func TestConvertWritesNothingOfFilesWithErrors(t *testing.T) {
	files := []spec.File{
		{Name: "bad.yaml", Data: []byte(strings.Replace(slothFile, "objective: 99.9", "objective: 0.999", 1))},
		{Name: "other.yaml", Data: []byte("kind: Deployment\n"), Found: true},
		{Name: "own.yaml", Data: []byte(nativeFile)},
	}
	converted, problems := spec.Convert(files, spec.Options{})
	want := []string{
		"bad.yaml:6:16: objective 0.999 is ambiguous: did you mean 99.9%?",
		"other.yaml:1:1: warning: passed over: this is no SLO file, it has neither version nor service (not-an-slo-file)",
	}
	if diff := cmp.Diff(want, lines(problems)); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, c := range converted {
		got = append(got, c.Name+": "+strings.Join(c.Formats, ","))
		if empty := c.Name == "bad.yaml"; (len(c.Native) == 0) != empty {
			t.Errorf("%s: %q", c.Name, c.Native)
		}
	}
	if diff := cmp.Diff([]string{"bad.yaml: Sloth", "own.yaml: "}, got); diff != "" {
		t.Error(diff)
	}
}

// openslo is a document of one SLO.
func openslo(name, owner string) string {
	return "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: " + name + ", labels: {owner: " + owner + "}}\nspec:\n" +
		"  service: shop\n  budgetingMethod: Occurrences\n  timeWindow: [{duration: 28d, isRolling: true}]\n  objectives: [{target: 0.99}]\n" +
		"  indicator: {metadata: {name: i}, spec: {ratioMetric: {counter: true, good: {metricSource: {type: Prometheus, spec: {query: " + name + "_good_total}}}, total: {metricSource: {type: Prometheus, spec: {query: " + name + "_total}}}}}}\n"
}

// A format with a document for each SLO would become a file full of repeats.
func TestConvertPutsDocumentsTogetherThatAreAlike(t *testing.T) {
	text := openslo("a", "team") + "---\n" + openslo("b", "team") + "---\n" + openslo("c", "others")
	files := []spec.File{{Name: "f.yaml", Data: []byte(text)}}
	converted, problems := spec.Convert(files, spec.Options{})
	want := `version: 1
service: shop
owner: team
functions:
  - name: shop
    slos:
      - name: a
        objective: 99%
        window: 28d
        sli:
          ratio:
            total: a_total
            good: a_good_total
      - name: b
        objective: 99%
        window: 28d
        sli:
          ratio:
            total: b_total
            good: b_good_total
---
version: 1
service: shop
owner: others
functions:
  - name: shop
    slos:
      - name: c
        objective: 99%
        window: 28d
        sli:
          ratio:
            total: c_total
            good: c_good_total
`
	if diff := cmp.Diff(want, string(converted[0].Native)); diff != "" || len(problems) > 0 {
		t.Errorf("problems %v, -want +got:\n%s", problems, diff)
	}
	foreigntest.SameMeaning(t, files, converted)
}
