package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// batchFile defines functions by their names, one of them on its own.
const batchFile = `
version: 1
service: batch
owner: team-data
labels: {tier: low}
slis:
  success:
    ratio:
      total: runs_total{env="prod",job="$function",team=~"$function-.*"}
      bad: runs_total{env="prod",job="$function",team=~"$function-.*",code="500"}
  fast: {latency: {histogram: 'run_seconds{job="$function"}', threshold: 1s}}
functions:
  - match: "batch-.*"
    split_by: [region]
    slos:
      - {name: availability, sli: success, objective: 99%, window: 30d}
      - {name: latency, sli: fast, objective: 95%, window: 30d, split_by: []}
`

func define(t *testing.T, text string) slo.Set {
	t.Helper()
	set, problems := spec.Parse([]spec.File{{Name: "slos.yaml", Data: []byte(text)}}, spec.Options{})
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	return set
}

func names(slos []slo.SLO) []string {
	var out []string
	for _, s := range slos {
		out = append(out, s.ID.String())
	}
	return out
}

func member(t *testing.T, f slo.Family, value string) slo.Set {
	t.Helper()
	set, err := f.Member(value)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestAMatchIsSeenInEverythingThatItsSLIsCount(t *testing.T) {
	set := define(t, batchFile)
	if len(set.SLOs) != 0 || len(set.Families) != 1 {
		t.Fatalf("%d SLOs and %d families, want one family", len(set.SLOs), len(set.Families))
	}
	f := set.Families[0]
	if f.Service != "batch" || f.Whole != (slo.ID{}) || f.Name != `match "batch-.*"` || f.Source.String() != "slos.yaml:13:12" {
		t.Errorf("family %q of %q, part of %v, at %s", f.Name, f.Service, f.Whole, f.Source)
	}
	var got []string
	for _, s := range f.Seen {
		got = append(got, s.Label+" of "+s.Selector.String())
	}
	want := []string{
		`job of runs_total{env="prod",job=~"batch-.*"}`,
		`job of run_seconds_bucket{le="+Inf",job=~"batch-.*"}`,
		`job of run_seconds{job=~"batch-.*"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAMemberOfAMatchIsLikeAFunctionThatIsNamed(t *testing.T) {
	matched := member(t, define(t, batchFile).Families[0], "batch-a+b")
	named := define(t, strings.Replace(batchFile, `match: "batch-.*"`, "name: batch-a+b", 1))
	ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Source" || p.Last().String() == ".Member" }, cmp.Ignore())
	if diff := cmp.Diff(named, matched, compareObjectives, ignore); diff != "" {
		t.Error(diff)
	}
}

func TestASplitMakesOneMoreBudgetPerValue(t *testing.T) {
	f := member(t, define(t, batchFile).Families[0], "batch-a").Families
	if len(f) != 1 || f[0].Name != "availability split by region" || f[0].Whole.Function != "batch-a" {
		t.Fatalf("families %+v, want availability split by region", f)
	}
	if got, want := f[0].Seen[0].Selector.String(), `runs_total{env="prod",job="batch-a",team=~"batch-a-.*",region!=""}`; got != want || f[0].Seen[0].Label != "region" {
		t.Errorf("seen in %s, want %s", got, want)
	}
	set := member(t, f[0], "eu")
	if diff := cmp.Diff([]string{"batch/batch-a/availability:region=eu"}, names(set.SLOs)); diff != "" {
		t.Error(diff)
	}
	s := set.SLOs[0]
	whole, ok := s.Whole()
	if want := (slo.ID{Service: "batch", Function: "batch-a", Name: "availability"}); !ok || whole != want {
		t.Errorf("part of %v, want %v", whole, want)
	}
	if s.MaxSeverity != slo.SeverityTicket {
		t.Errorf("a part alerts up to %v, want tickets", s.MaxSeverity)
	}
	if diff := cmp.Diff(map[string]string{"tier": "low", "region": "eu"}, s.Labels); diff != "" {
		t.Error(diff)
	}
	for _, selector := range s.SLI.Selectors() {
		if !strings.Contains(selector.String(), `region="eu"`) {
			t.Errorf("%s does not select the region", selector)
		}
	}
}

func TestPartsPageWhereTheFileSaysSo(t *testing.T) {
	text := strings.Replace(batchFile, "split_by: [region]", "split_by: [region]\n    split: page", 1)
	f := member(t, define(t, text).Families[0], "batch-a").Families[0]
	if got := member(t, f, "eu").SLOs[0].MaxSeverity; got != slo.SeverityPage {
		t.Errorf("a part alerts up to %v, want pages", got)
	}
}

func TestValuesThatMakeBadNamesAreNoMembers(t *testing.T) {
	match := define(t, batchFile).Families[0]
	part := member(t, match, "batch-a").Families[0]
	for _, value := range []string{"", "batch-\x00", "batch-a\nb", " batch-a", "batch-" + strings.Repeat("x", 300)} {
		if set, err := match.Member(value); err == nil {
			t.Errorf("%q is a function: %v", value, names(set.SLOs))
		}
		if value == " batch-a" {
			continue // inside a name a space is fine
		}
		if set, err := part.Member(value); err == nil {
			t.Errorf("%q is a part: %v", value, names(set.SLOs))
		}
	}
}

func TestAFamilyKeepsItsKeyWhenTheFileIsEdited(t *testing.T) {
	before := define(t, batchFile).Families[0]
	after := define(t, "# a comment\n"+strings.Replace(batchFile, "env=\"prod\"", "env=\"live\"", 2)).Families[0]
	if before.Key() != after.Key() || before.Source == after.Source {
		t.Errorf("key %s at %s became %s at %s", before.Key(), before.Source, after.Key(), after.Source)
	}
}
