package spec_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// testdataFile reads a file of testdata as Load would name it.
func testdataFile(t *testing.T, name string) spec.File {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return spec.File{Name: filepath.ToSlash(name), Data: data}
}

func lines(ps spec.Problems) []string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = p.String()
	}
	return out
}

// A bad file carries what is wrong with it in "# want:" comments at its end,
// complete and in order.
func TestBadFilesReportAllTheirProblems(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			file := testdataFile(t, name)
			var want []string
			for line := range strings.Lines(string(file.Data)) {
				if text, ok := strings.CutPrefix(line, "# want: "); ok {
					want = append(want, file.Name+":"+strings.TrimSuffix(text, "\n"))
				}
			}
			set, problems := spec.Parse([]spec.File{file}, spec.Options{})
			slos := set.SLOs
			if diff := cmp.Diff(want, lines(problems)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(slos) != 0 {
				t.Errorf("%d SLOs of a file with errors", len(slos))
			}
		})
	}
}

func TestGoodFilesHaveNoProblems(t *testing.T) {
	files, err := filepath.Glob("testdata/*.good.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, name := range files {
		set, problems := spec.Parse([]spec.File{testdataFile(t, name)}, spec.Options{})
		slos := set.SLOs
		if len(problems) != 0 || len(slos) == 0 {
			t.Errorf("%s: %d SLOs, problems:\n%v", name, len(slos), problems)
		}
	}
}

// one parses text that defines exactly one SLO without any problem.
func one(t *testing.T, text string) slo.SLO {
	t.Helper()
	set, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(text)}}, spec.Options{})
	slos := set.SLOs
	if len(problems) != 0 || len(slos) != 1 {
		t.Fatalf("%d SLOs, problems:\n%v", len(slos), problems)
	}
	return slos[0]
}

func Example() {
	const file = `version: 1
service: checkout
owner: team-checkout
functions:
  - name: charge-card
    slos:
      - name: availability
        objective: 99.9%
        window: 30d
        sli:
          ratio:
            total: function_calls_total{function="$function"}
            bad: function_calls_total{function="$function",code=~"5.."}
      - {name: latency, objectve: 99%}
`
	set, problems := spec.Parse([]spec.File{{Name: "checkout.yaml", Data: []byte(file)}}, spec.Options{})
	fmt.Println(len(set.SLOs), "SLOs")
	fmt.Println(problems.Err())

	set, _ = spec.Parse([]spec.File{{Name: "checkout.yaml", Data: []byte(file[:strings.LastIndex(file, "      - ")])}}, spec.Options{})
	for _, s := range set.SLOs {
		fmt.Println(s.ID, s.Objective, "over", s.Window.Name)
		fmt.Println(s.SLI.Ratio.Bad[0])
	}
	// Output:
	// 0 SLOs
	// checkout.yaml:14:9: missing key "objective"
	// checkout.yaml:14:9: missing key "sli"
	// checkout.yaml:14:9: missing key "window"
	// checkout.yaml:14:25: unknown key "objectve": did you mean "objective"?
	// checkout/charge-card/availability 99.9% over 30d
	// function_calls_total{function="charge-card",code=~"5.."}
}
