package alerting

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// 2 bad of 1,000 at 99.9 % is a burn rate of 2: over that of drain (1) and below
// that of every tier that pages. Three days of it are 17,280 bad calls, 1,440 of
// them in the short window.
func TestAnyGuardedBreachOfAClassPages(t *testing.T) {
	w := newWorld()
	for range int(72 * time.Hour / step) {
		w.add(1000, 2)
	}
	for _, c := range []struct {
		name    string
		class   slo.Class
		highest slo.Severity
		guard   int64
		want    slo.Severity
		reason  string
	}{
		{"an ordinary SLO", slo.ClassNone, slo.SeverityPage, 5, slo.SeverityTicket, "17,280 of 8,640,000"},
		{"data loss", slo.ClassDataLoss, slo.SeverityPage, 5, slo.SeverityPage, "a page because bad events are of class data_loss"},
		{"security", slo.ClassSecurity, slo.SeverityPage, 5, slo.SeverityPage, "of class security"},
		{"just enough for the guard", slo.ClassDataLoss, slo.SeverityPage, 17_280, slo.SeverityPage, "of class data_loss"},
		{"one less than the guard asks", slo.ClassDataLoss, slo.SeverityPage, 17_281, slo.SeverityTicket, "a ticket only: a page needs 17,281 bad calls in 3d"},
		{"max_severity holds", slo.ClassDataLoss, slo.SeverityTicket, 5, slo.SeverityTicket, "a ticket, for this SLO never pages"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := chargeCard("availability")
			s.Class, s.MaxSeverity, s.Guard.Page = c.class, c.highest, c.guard
			in := Input{SLO: s, Assessment: w.assess(s)}
			got, _ := Decide(in)
			if got.Severity != c.want || got.Tier != "drain" || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("%s of %s: %s", got.Severity, got.Tier, got.Reason)
			}
			in.Previous = got
			if again, changed := Decide(in); len(changed) != 0 || again.Reason != got.Reason {
				t.Errorf("deciding again changed %+v", changed)
			}
			if e := Explain(s, in.Assessment, nil); !strings.Contains(e.Conclusion, got.Reason) {
				t.Errorf("explained otherwise than decided: %s", e.Conclusion)
			}
		})
	}
}
