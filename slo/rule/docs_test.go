package rule_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo/rule"
)

// TestEveryRuleIsInTheDocuments: docs/check.md has a table of the catalogue, row by
// row in its order.
func TestEveryRuleIsInTheDocuments(t *testing.T) {
	page, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), "| rule | severity | needs | finds | what to do |\n|---|---|---|---|---|\n")
	got, _, _ := strings.Cut(after, "\n\n")
	needs := map[rule.Needs]string{rule.Files: "", rule.Configuration: "`--config.file`", rule.Live: "`--prometheus.url`"}
	var want []string
	for _, r := range rule.All() {
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s | %s |", r.Name, r.Severity, needs[r.Needs], r.Finds, r.Do))
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), got); diff != "" {
		t.Errorf("the table should be:\n%s\n\n-want +got:\n%s", strings.Join(want, "\n"), diff)
	}
}
