package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func selectors(matchers ...string) []slo.Selector {
	out := make([]slo.Selector, len(matchers))
	for i, text := range matchers {
		for part := range strings.SplitSeq(text, ",") {
			name, value, ok := strings.Cut(part, "=")
			if ok {
				out[i].Matchers = append(out[i].Matchers, slo.Matcher{Label: name, Op: slo.MatchEqual, Value: value})
			}
		}
	}
	return out
}

// TestAQuestionIsAsNarrowAsItsSelectorsAllow: what one of them might need must not be
// left out.
func TestAQuestionIsAsNarrowAsItsSelectorsAllow(t *testing.T) {
	for name, c := range map[string]struct {
		selectors []slo.Selector
		want      string
	}{
		"no matcher":         {selectors(""), `count by () (calls)`},
		"agreed":             {selectors("job=a", "job=a"), `count by (job) (calls{job="a"})`},
		"different values":   {selectors("job=a", "job=b"), `count by (job) (calls{job=~"a|b"})`},
		"one wants all":      {selectors("job=a", ""), `count by (job) (calls)`},
		"a dot is no regexp": {selectors("job=a.b", "job=c"), `count by (job) (calls{job=~"a\\.b|c"})`},
		"two labels":         {selectors("job=a,code=1", "job=a,code=2", "job=a"), `count by (code,job) (calls{job="a"})`},
		"absent is no value": {selectors("job=", "job=a"), `count by (job) (calls)`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := about("calls", c.selectors).count(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// TestAQuestionFitsIntoWhatServersTake however many values its selectors list.
func TestAQuestionFitsIntoWhatServersTake(t *testing.T) {
	var many []slo.Selector
	for i := range 300 {
		many = append(many, selectors(fmt.Sprintf("function=function-%d,route=/shop/%d,job=job-%d", i, i, i))...)
	}
	if n := len(about("calls", many).growth("3600s", true)); n > 16_000 {
		t.Errorf("%d bytes", n)
	}
}
