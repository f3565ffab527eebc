package openslo_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo/spec"
)

const twoSources = `apiVersion: openslo/v1
kind: SLO
metadata: {name: works, labels: {owner: team-shop}}
spec:
  service: shop
  budgetingMethod: Occurrences
  timeWindow: [{duration: 30d, isRolling: true}]
  indicator:
    metadata: {name: calls}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {metricSourceRef: GOOD, spec: {query: good_total}}}
        total: {metricSource: {metricSourceRef: TOTAL, spec: {query: all_total}}}
  objectives: [{target: 0.99}]
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: elsewhere}
spec: {type: Prometheus, connectionDetails: {}}
`

// A DataSource is the backend of its name, whether the files define it or not.
func TestADataSourceIsTheBackendOfItsName(t *testing.T) {
	for name, tc := range map[string]struct{ good, total, backend, problem string }{
		"both from one that only the configuration knows": {"eu", "eu", "eu", ""},
		"both from one that the configuration lacks":      {"elsewhere", "elsewhere", "", ""},
		"from two of them":           {"main", "eu", "", `f:14:49: the metrics of one SLI come from one backend, and DataSource "eu" is of another one than DataSource "main"`},
		"from one that nobody knows": {"mian", "mian", "", `f:13:48: unknown DataSource "mian": did you mean "main"?`},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.NewReplacer("GOOD", tc.good, "TOTAL", tc.total).Replace(twoSources)
			set, problems := spec.Parse([]spec.File{{Name: "f", Data: []byte(text)}}, spec.Options{Backends: []string{"main", "eu"}})
			problem := ""
			if len(problems) > 0 {
				problem = problems[0].String()
			}
			if diff := cmp.Diff(tc.problem, problem); diff != "" {
				t.Fatal(diff)
			}
			if tc.problem == "" && (len(set.SLOs) != 1 || set.SLOs[0].Backend != tc.backend) {
				t.Errorf("%+v", set.SLOs)
			}
		})
	}
}
