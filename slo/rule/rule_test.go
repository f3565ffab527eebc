package rule_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo/rule"
)

// TestEveryRuleIsNamedOnceAndExplained: a name goes into comments, annotations
// and reports, so it is short and of one form.
func TestEveryRuleIsNamedOnceAndExplained(t *testing.T) {
	name := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[rule.Name]bool{}
	for _, r := range rule.All() {
		if !name.MatchString(string(r.Name)) || seen[r.Name] {
			t.Errorf("%q is no name, or one of two rules", r.Name)
		}
		seen[r.Name] = true
		for _, sentence := range []string{r.Finds, r.Do} {
			if !strings.HasSuffix(sentence, ".") || strings.ContainsAny(sentence, "|\n`") {
				t.Errorf("%s: %q is no plain sentence", r.Name, sentence)
			}
		}
		if got, ok := rule.Of(r.Name); !ok || got != r {
			t.Errorf("Of(%s) = %v, %v", r.Name, got, ok)
		}
	}
}

func TestRulesComeByWhatTheyNeed(t *testing.T) {
	before := rule.Files
	for _, r := range rule.All() {
		if r.Needs < before {
			t.Errorf("%s needs less than the rule before it", r.Name)
		}
		before = r.Needs
	}
}

// TestWhatIsUnknownIsAnError: a finding whose rule has no entry must not pass
// for a remark.
func TestWhatIsUnknownIsAnError(t *testing.T) {
	if _, ok := rule.Of("no-such-rule"); ok {
		t.Error("there is a rule no-such-rule")
	}
	if got := rule.Name("no-such-rule").Severity(); got != rule.Error {
		t.Errorf("severity %v, want error", got)
	}
}

func TestSeverityIsReadAsItIsWritten(t *testing.T) {
	for _, s := range []rule.Severity{rule.Error, rule.Warning, rule.Info} {
		if got, ok := rule.ParseSeverity(s.String()); !ok || got != s {
			t.Errorf("ParseSeverity(%v) = %v, %v", s, got, ok)
		}
	}
	if _, ok := rule.ParseSeverity("fatal"); ok {
		t.Error("fatal is a severity")
	}
}

func TestACommentHidesOnlyWhatOneCanLiveWith(t *testing.T) {
	for name, want := range map[rule.Name]bool{
		rule.Invalid: false, rule.IgnoreUnknown: false, rule.IgnoreUnused: false,
		rule.SLIUnused: true, rule.MetricMissing: true,
	} {
		if r, _ := rule.Of(name); r.Ignorable() != want {
			t.Errorf("%s ignorable: %v, want %v", name, r.Ignorable(), want)
		}
	}
}
