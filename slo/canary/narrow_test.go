package canary

import (
	"errors"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func matcher(text string) slo.Matcher {
	for _, op := range []slo.MatchOp{slo.MatchRegexp, slo.MatchNoRegexp, slo.MatchNotEqual, slo.MatchEqual} {
		if label, value, ok := strings.Cut(text, string(op)); ok {
			return slo.Matcher{Label: label, Op: op, Value: value}
		}
	}
	panic(text)
}

func TestSidesMustBeToldApart(t *testing.T) {
	for _, c := range []struct {
		canary, baseline string
		ok               bool
	}{
		{"version=v2", "version=v1", true},
		{"version=v2", "version!=v2", true},
		{"version=~v2.*", "version!~v2.*", true},
		{"version=v2", "version=~v1.*", true},
		{"pod=~web-canary-.*", "pod=~web-stable-.*", true},
		{"version=v2", "version=v2", false},
		{"version=v2", "version!=v3", false},
		{"version=v2", "track=stable", false},
		{"version=~v2.*", "version=v2", false},
		{"version=~v2.*", "version=~v2.*", false},
		{"version!=v1", "version!=v2", false},
		{"version!~v1", "version!~v2", false},
	} {
		err := Split{Canary: []slo.Matcher{matcher(c.canary)}, Baseline: []slo.Matcher{matcher(c.baseline)}}.Check()
		if (err == nil) != c.ok {
			t.Errorf("%s beside %s: %v", c.canary, c.baseline, err)
		}
	}
	if err := (Split{Canary: []slo.Matcher{matcher("version=v2")}}).Check(); err == nil {
		t.Error("a split without a baseline is taken")
	}
}

func TestMatchersThatContradictTheIndicatorAreRefused(t *testing.T) {
	for _, c := range []struct{ own, added, want string }{
		{"version=v1", "version=v2", "contradicts"},
		{"version!=v2", "version=v2", "contradicts"},
		{"version=~v1.*", "version=v2", "contradicts"},
		{"version=v1", "version=~v2.*", "contradicts"},
		{"version=v2", "version=v2", ""},
		{"version=~v.*", "version=v2", ""},
		{"version=~v1.*", "version=~v2.*", ""},
		{"job=a", "version=v2", ""},
	} {
		total := slo.Selector{Metric: "calls_total", Matchers: []slo.Matcher{matcher(c.own)}}
		o := slo.SLO{ID: slo.ID{Service: "s", Function: "f", Name: "n"}, SLI: slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "calls_total"}}, Bad: []slo.Selector{total}}}}
		canary, baseline, err := Split{Canary: []slo.Matcher{matcher(c.added)}, Baseline: []slo.Matcher{matcher("track=stable")}}.Narrow(o)
		if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) || c.want == "" && err != nil {
			t.Errorf("%s and %s: %v", c.own, c.added, err)
		}
		if err == nil && (canary.ID.Name != "n@canary" || baseline.ID.Name != "n@baseline" || canary.SLI.Key("") == baseline.SLI.Key("")) {
			t.Errorf("%s and %s: the sides are not apart: %v and %v", c.own, c.added, canary.ID, baseline.ID)
		}
	}
}

func TestFreeQueriesAreNotCompared(t *testing.T) {
	split := Split{Canary: []slo.Matcher{matcher("version=v2")}, Baseline: []slo.Matcher{matcher("version=v1")}}
	for _, sli := range []slo.SLI{
		{Threshold: &slo.Threshold{Query: "x"}},
		{ErrorRatio: &slo.ErrorRatio{Query: "x"}},
		{ErrorRatio: &slo.ErrorRatio{Query: "x", Weight: []slo.Selector{{Metric: "calls_total"}}}},
	} {
		_, _, err := split.Narrow(slo.SLO{SLI: sli})
		if _, ok := errors.AsType[NotComparable](err); !ok {
			t.Errorf("%s: %v", sli.Kind(), err)
		}
	}
}

func TestMatchersThatCannotBeMeantAreRefused(t *testing.T) {
	for text, ok := range map[string]bool{"version=v2": true, "version=~v2|v3": true, "version=~(": false, "__name__=x": false, "=x": false} {
		if err := sound([]slo.Matcher{matcher(text)}); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
	if sound([]slo.Matcher{matcher("a=b"), matcher("a=b")}) == nil {
		t.Error("a matcher given twice is taken")
	}
}
