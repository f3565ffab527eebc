package evaluator_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// tiers are a tier that pages and one that files a ticket.
var tiers = []slo.Tier{
	{Name: "fast", BurnRate: 100, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage},
	{Name: "steady", BurnRate: 10, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: slo.SeverityTicket},
}

// One call of ten fails, which is a burn rate of 100.
func TestAssess_lists_the_errors_of_the_windows_that_page(t *testing.T) {
	fails := func(n int64) []slo.ClassCount {
		return []slo.ClassCount{{Labels: map[string]string{"code": "500"}, Bad: n}}
	}
	recovered := func(function, code string, at time.Time) (float64, bool) {
		if code == "500" && at.After(hour0.Add(-5*time.Minute)) {
			return 0, true
		}
		return steadily(function, code, at)
	}
	page := map[time.Duration][]slo.ClassCount{time.Hour: fails(3_600), 5 * time.Minute: fails(300)}
	for _, c := range []struct {
		name   string
		rate   rate
		change func(*slo.SLO)
		want   map[time.Duration][]slo.ClassCount
	}{
		{"at the rate of the tier that pages", steadily, func(*slo.SLO) {}, page},
		{"under it in the short window", recovered, func(*slo.SLO) {}, nil},
		{"under it in both", steadily, func(s *slo.SLO) { s.Tiers[0].BurnRate = 100.1 }, nil},
		{"never a page", steadily, func(s *slo.SLO) { s.MaxSeverity = slo.SeverityTicket }, nil},
		{
			"every breach a page", steadily, func(s *slo.SLO) { s.Class, s.Tiers[0].BurnRate = slo.ClassSecurity, 200 },
			map[time.Duration][]slo.ClassCount{6 * time.Hour: fails(21_600), 30 * time.Minute: fails(1_800)},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := newScript("charge")
			fake.rate = c.rate
			e := start(t, fake, nil)
			s := objective("charge")
			s.Tiers = append([]slo.Tier(nil), tiers...)
			c.change(&s)
			e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
			catchUp(t, e, ready)
			if diff := cmp.Diff(c.want, e.Assess(s, hour0).BurnErrors); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
